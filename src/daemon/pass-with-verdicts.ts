/**
 * `node pass-with-verdicts.ts CONFIG VERDICTS`: one pass on the box it is started on, with the health of the lines as
 * somebody says, both as JSON. Prints the moves it made. For tests that have no patience to let lines die.
 */
import { openLinuxKernel } from '../kernel/index.ts'
import type { LineVerdict } from '../model/index.ts'
import { emptyMemory } from '../plan/index.ts'
import { configOf } from './examples.ts'
import { reconcile } from './reconciler.ts'

const [config = '', verdicts = '{}'] = process.argv.slice(2)
const health = new Map(Object.entries(JSON.parse(verdicts) as Record<string, LineVerdict>)) // a test wrote it
const opened = await openLinuxKernel()
if (!opened.ok) throw new Error(opened.error.said)
const done = await reconcile({
  kernel: opened.value,
  config: configOf(config),
  memory: emptyMemory,
  health,
  remember: async () => undefined,
})
opened.value.close()
if (!done.ok) throw new Error(JSON.stringify(done.error))
console.log(JSON.stringify(done.value.report.moves.map((move) => move.do)))
