import type { LineStatus, Status } from '../daemon/control.ts'
import { clockTime } from '../model/index.ts'

/** `all`: nothing to complain of. `some`: a line, or the kernel, is not as wished. `none`: no line is in use. */
export type VerdictLevel = 'all' | 'some' | 'none'

export interface Verdict {
  readonly text: string
  readonly level: VerdictLevel
}

/**
 * The one sentence that heads `status`, the API, `systemctl status` and whatever comes later.
 * Without probes nobody knows whether the Internet works, so it claims only which lines get new connections.
 */
export function verdict(status: Pick<Status, 'lines' | 'matches' | 'trouble'>, nowMs: number): Verdict {
  const inUse = status.lines.filter(isInUse)
  const complaints = status.lines.flatMap((line) => notAsWished(line, nowMs))
  const sentences = [
    ...(status.matches ? [] : [mismatch(status.trouble)]),
    count(inUse, status.lines),
    ...complaints,
  ]
  const flawless = status.matches && complaints.length === 0
  return { text: sentences.join(' '), level: inUse.length === 0 ? 'none' : flawless ? 'all' : 'some' }
}

/** A line is in use when new connections are given to it. */
const isInUse = (line: LineStatus): boolean => line.wantedShare > 0

const mismatch = (trouble: string | undefined): string =>
  sentence(`the kernel is not as the configuration wishes: ${trouble ?? 'the cause is not known'}`)

function count(inUse: readonly LineStatus[], all: readonly LineStatus[]): string {
  if (inUse.length === 0) return 'No line is in use.'
  const verb = inUse.length === 1 ? 'line is' : 'lines are'
  const which = inUse.length === all.length ? '' : `: ${list(inUse.map((line) => line.name))}`
  // "1 of 2 line is" reads wrong, "1 of 2 lines is" reads right: the noun follows the whole, the verb the part
  const noun = inUse.length === 1 && all.length > 1 ? 'lines is' : verb
  return `${inUse.length} of ${all.length} ${noun} in use${which}.`
}

function notAsWished(line: LineStatus, nowMs: number): string[] {
  if (isInUse(line) && line.state !== 'suspect' && line.state !== 'draining') return []
  if (line.state === 'up') return [`${line.name} is up but gets no new connections.`]
  if (line.state === 'unknown') return [`Nothing is known of ${line.name} yet${cause(line)}.`]
  return [`${condition(line, nowMs)}.`]
}

/** `dsl is down since 14:02: no carrier` */
export function condition(line: LineStatus, nowMs: number): string {
  const drained =
    line.drain === undefined || line.state === 'draining'
      ? ''
      : `; drained since ${clockTime(line.drain.sinceMs, nowMs)}`
  return `${line.name} is ${line.state} since ${clockTime(line.sinceMs, nowMs)}${cause(line)}${drained}`
}

const cause = (line: LineStatus): string => (line.why === undefined ? '' : `: ${line.why.replace(/\.$/, '')}`)

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
