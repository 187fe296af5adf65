import { setTimeout as sleep } from 'node:timers/promises'
import { failed, type Answer } from './answer.ts'
import { clientFailure, failureText } from './failure.ts'
import { printable } from './printable.ts'
import { screenFor } from './screen.ts'
import { statusText } from './status-text.ts'
import type { Watch } from './watch.ts'

/** What a live view is where nobody can draw: the status, and the whole of it anew when its verdict is another. */
export async function watchPlainly({
  client,
  settings,
  surroundings,
  everyMs = 1000,
}: Watch): Promise<Answer> {
  const { env, stdout, stderr } = surroundings
  const [out, err] = [screenFor(stdout, env, settings), screenFor(stderr, env, settings)]
  let isFirst = true
  /** What was told last; absent: that the daemon is away. */
  let verdict: string | undefined
  let isAway = false
  for (;;) {
    const answer = await client.status()
    if (answer.ok) {
      isAway = false
      const status = printable(answer.value)
      if (verdict !== status.verdict.text) {
        stdout.write(out.finish(`${isFirst ? '' : '\n'}${statusText(status, out)}\n`))
        isFirst = false
      }
      verdict = status.verdict.text
    } else {
      const failure = clientFailure(answer.error, surroundings)
      // It does not become allowed by waiting.
      if (answer.error.is === 'not-allowed') return failed(failure)
      if (!isAway) stderr.write(err.finish(`${failureText(printable(failure), err)}\n`))
      isAway = true
      verdict = undefined
    }
    await sleep(everyMs)
  }
}
