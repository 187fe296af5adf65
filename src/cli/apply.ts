import type { ApplyDocument } from '../api/contract.ts'
import { told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { planText } from './plan-text.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import type { Screen } from './screen.ts'

export function addApply({ program, answer }: Shell): void {
  program
    .command('apply')
    .summary('the daemon reads the file again and applies it')
    .description(
      'The daemon reads its configuration file again, as on SIGHUP, and applies it. A bad file changes nothing.',
    )
    .addHelpText('after', examples('multihome apply', 'multihome plan --short && sudo multihome apply'))
    .action(() => answer(apply))
}

const apply = async ({ client, surroundings }: Job): Promise<Answer> =>
  fromDaemon(await client.apply(), surroundings, (document) => told(EXIT.done, document, applyText))

/** The effects, as `plan --short` told them, and how long it took. */
export function applyText(applied: ApplyDocument, screen: Screen): string {
  const text = planText(applied, screen, 'short')
  return applied.stepCount === 0 ? text : `Applied in ${Math.round(applied.tookMs)} ms.\n${text}`
}
