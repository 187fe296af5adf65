import { Option } from 'commander'
import type { LineDocument, OneLineDocument } from '../api/contract.ts'
import { unreachable } from '../model/index.ts'
import { counted } from './amounts.ts'
import { failed, told } from './answer.ts'
import type { Answer } from './answer.ts'
import { formatDuration } from './duration.ts'
import { EXIT } from './exit-codes.ts'
import { clientFailure } from './failure.ts'
import { lookOf } from './looks.ts'
import { printable } from './printable.ts'
import { screenFor } from './screen.ts'
import type { Screen } from './screen.ts'
import { wholeSeconds } from './seconds.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import { clock, drainRows, watchDrain } from './watch-drain.ts'
import type { DrainEnd } from './watch-drain.ts'
import { wrap } from './wrap.ts'

interface DrainOptions {
  readonly force?: true
  readonly now?: true
  /** Seconds, or as long as it takes. */
  readonly wait?: number | true
}

const LONGEST_WAIT_SECONDS = 86_400

export function addDrain({ program, answer }: Shell): void {
  program
    .command('drain')
    .summary('no new connections on a line')
    .description(
      'The line gets no new connections, until undrain; open ones stay on it. On a terminal it shows how they become fewer. When no other line works, a drained one is used all the same.',
    )
    .argument('<line>', 'its name')
    .option('--force', 'also the last line that works, and not used even then')
    .option('--now', 'open connections begin anew on other lines')
    .addOption(
      new Option('--wait [seconds]', 'until no connection is open (exit 1: not in time)').argParser(
        wholeSeconds(LONGEST_WAIT_SECONDS),
      ),
    )
    .addHelpText(
      'after',
      examples(
        'multihome drain fiber',
        'multihome drain lte --now',
        'multihome drain fiber --wait=600 && echo unplug it',
      ),
    )
    .action((name: string, options: DrainOptions) => answer((job) => drain(job, name, options)))
}

export function addUndrain({ program, answer }: Shell): void {
  program
    .command('undrain')
    .summary('the reverse of drain')
    .description('The line gets its share of new connections again.')
    .argument('<line>', 'its name')
    .addHelpText('after', examples('multihome undrain fiber', 'multihome undrain fiber && multihome status'))
    .action((name: string) => answer((job) => undrain(job, name)))
}

async function drain(job: Job, name: string, { force, now, wait }: DrainOptions): Promise<Answer> {
  const { client, settings, surroundings } = job
  const { stdout } = surroundings
  const answered = await client.drain(name, { force: force === true, now: now === true })
  if (!answered.ok) return failed(clientFailure(answered.error, surroundings))
  const first = printable(answered.value)
  const speaks = !settings.json
  const draws = speaks && stdout.isTTY === true
  const watches = wait !== undefined || draws
  if (!watches || first.line.openConnections === 0) return told(EXIT.done, first, drainText)

  const screen = screenFor(stdout, surroundings.env, settings)
  if (speaks) stdout.write(`${screen.finish(drainText(first, screen))}\n`)
  if (first.line.openConnections === null) return uncounted(wait !== undefined, first)
  const rows = draws ? drainRows(stdout, screen) : undefined
  using interruption = surroundings.interruption()
  const end = await watchDrain(first, {
    client,
    signal: interruption.signal,
    timeoutMs: typeof wait === 'number' ? wait * 1000 : 0,
    ...(rows !== undefined && { show: rows.show }),
  })
  rows?.end()
  return ended(end, name, job, wait !== undefined)
}

const undrain = async ({ client, surroundings }: Job, name: string): Promise<Answer> =>
  fromDaemon(await client.undrain(name), surroundings, (document) => told(EXIT.done, document, undrainText))

/** @param awaited an empty line was asked for: another end is a failure */
function ended(end: DrainEnd, name: string, { surroundings }: Job, awaited: boolean): Answer {
  switch (end.is) {
    case 'lost':
      return failed(clientFailure(end.error, surroundings))
    case 'empty':
      return told(EXIT.done, end.document, () => `No connection is open on ${name} any more.`)
    case 'interrupted':
      return told(awaited ? EXIT.interrupted : EXIT.done, end.document, stoppedText)
    case 'undrained':
    case 'timed-out': {
      const why = end.is === 'undrained' ? 'it was undrained meanwhile' : 'the time is over'
      const open = counted(end.document.line.openConnections ?? 0, 'connection')
      const message = `${why}, with ${open} open on ${name}`
      return failed({ exitCode: EXIT.couldNot, code: 'MH603', message })
    }
    default:
      return unreachable(end)
  }
}

const uncounted = (awaited: boolean, document: OneLineDocument): Answer =>
  awaited
    ? failed({
        exitCode: EXIT.couldNot,
        code: 'MH603',
        message: 'open connections cannot be counted on this box',
      })
    : told(EXIT.done, document, () => 'They cannot be watched on this box.')

export function drainText({ line, time }: OneLineDocument, screen: Screen): string {
  return wrap(`${wish(line, time)} ${stillOpen({ line })}`, screen.columns)
}

function wish(line: LineDocument, time: string): string {
  const { name, state, why } = line
  if (line.wantedShareRatio > 0) return `${name} is drained, and ${why ?? 'used'}.`
  if (state !== 'draining') return `${name} will take no new connections when it is back; ${nowIs(line)}.`
  const ageMs = Date.parse(time) - Date.parse(line.since)
  return ageMs < JUST_NOW_MS
    ? `${name} takes no new connections from now on (${clock(line.since)}).`
    : `${name} takes no new connections, for ${formatDuration(ageMs)} already.`
}

const JUST_NOW_MS = 2000

const nowIs = ({ state, why }: LineDocument): string =>
  `it is ${lookOf(state).word} now${why === undefined ? '' : `: ${why}`}`

function stillOpen({ line: { openConnections: open } }: Pick<OneLineDocument, 'line'>): string {
  if (open === null) return 'How many are open is not known.'
  if (open === 0) return 'None is open.'
  return `${open} ${open === 1 ? 'is' : 'are'} still open.`
}

const stoppedText = ({ line: { name, openConnections } }: OneLineDocument, screen: Screen): string =>
  wrap(
    `${name} stays drained, with ${counted(openConnections ?? 0, 'connection')} open. To take it back: multihome undrain ${name}`,
    screen.columns,
  )

export function undrainText({ line }: OneLineDocument, screen: Screen): string {
  const { name } = line
  const text =
    line.wantedShareRatio > 0
      ? `${name} takes new connections again.`
      : `${name} is drained no more; ${nowIs(line)}.`
  return wrap(text, screen.columns)
}
