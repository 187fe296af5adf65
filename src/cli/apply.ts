import { Option } from 'commander'
import type { ApplyDocument } from '../api/contract.ts'
import { unreachable } from '../model/index.ts'
import { failed, told } from './answer.ts'
import type { Answer } from './answer.ts'
import { askToKeep } from './ask-to-keep.ts'
import type { Verdict } from './ask-to-keep.ts'
import { EXIT } from './exit-codes.ts'
import { clientFailure } from './failure.ts'
import { planText } from './plan-text.ts'
import { printable } from './printable.ts'
import { screenFor } from './screen.ts'
import type { Screen } from './screen.ts'
import { wholeSeconds } from './seconds.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import { keptText, measuredText, trialText, undoneText } from './trial-text.ts'

const LONGEST_TRIAL_SECONDS = 3600

export function addApply({ program, answer }: Shell): void {
  program
    .command('apply')
    .summary('the daemon reads the file again and applies it')
    .description(
      'The daemon reads its configuration file again, as on SIGHUP, and applies it. A bad file changes nothing. With --confirm the former configuration comes back unless you confirm in time, and at once when lines are worse than before.',
    )
    .addOption(
      new Option('--confirm <seconds>', 'undo it after this time, unless confirmed').argParser(
        wholeSeconds(LONGEST_TRIAL_SECONDS),
      ),
    )
    .addHelpText(
      'after',
      examples('multihome plan --short && sudo multihome apply', 'multihome apply --confirm 60'),
    )
    .action(({ confirm }: { confirm?: number }) => answer((job) => apply(job, confirm)))
}

async function apply(job: Job, confirmSeconds: number | undefined): Promise<Answer> {
  const { client, settings, surroundings } = job
  const answered = await client.apply(confirmSeconds === undefined ? {} : { confirmSeconds })
  if (!answered.ok) return failed(clientFailure(answered.error, surroundings))
  const document = answered.value
  const { stdin, stdout } = surroundings
  const asks = !settings.json && stdin.isTTY === true && stdout.isTTY === true
  if (document.trial === undefined || !asks) {
    return told(document.undone === undefined ? EXIT.done : EXIT.undone, document, applyText)
  }

  const screen = screenFor(stdout, surroundings.env, settings)
  stdout.write(`${screen.finish(measuredText(printable(document), screen))}\n`)
  using interruption = surroundings.interruption()
  const { secondsLeft } = document.trial
  const { signal } = interruption
  const verdict = await askToKeep({ client, stdin, stdout, screen, signal, secondsLeft })
  if (verdict.is !== 'kept') stdout.write('\n') // behind the question
  return answerOf(verdict, document, job)
}

function answerOf(verdict: Verdict, applied: ApplyDocument, { surroundings }: Job): Answer {
  switch (verdict.is) {
    case 'kept':
      return told(EXIT.done, verdict.document, keptText)
    case 'elsewhere':
      return told(
        EXIT.done,
        verdict.document,
        () => 'Confirmed elsewhere. It holds over restarts and reboots too.',
      )
    case 'undone':
      return told(EXIT.undone, verdict.undone, undoneText)
    case 'left':
      return told(EXIT.interrupted, applied, () => trialText(verdict.secondsLeft))
    case 'lost':
      return failed(clientFailure(verdict.error, surroundings))
    default:
      return unreachable(verdict)
  }
}

/** The effects, as `plan --short` told them, and how long it took; on trial what it did to the lines. */
export function applyText(applied: ApplyDocument, screen: Screen): string {
  if (applied.undone !== undefined) {
    return `${measuredText(applied, screen)}\n${undoneText(applied.undone, screen)}`
  }
  if (applied.trial !== undefined) {
    return `${measuredText(applied, screen)}\n${trialText(applied.trial.secondsLeft)}`
  }
  const text = planText(applied, screen, 'short')
  if (applied.stepCount === 0) return applied.besides.length === 0 ? text : `Taken. ${text}`
  return `Applied in ${Math.round(applied.tookMs)} ms.\n${text}`
}
