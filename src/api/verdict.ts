import type { LegStatus, LineStatus, Status } from '../daemon/control.ts'
import { clockTime } from '../model/index.ts'

/** `all`: nothing to complain of. `some`: a line, or the kernel, is not as wished. `none`: no line is in use. */
export type VerdictLevel = 'all' | 'some' | 'none'

export interface Verdict {
  readonly text: string
  readonly level: VerdictLevel
}

/**
 * The one sentence that heads `status`, the API, `systemctl status` and whatever comes later. It speaks of the
 * Internet where that answers; of lines that nobody watches it claims only that they get new connections.
 */
export function verdict(status: Pick<Status, 'lines' | 'matches' | 'trouble'>, nowMs: number): Verdict {
  const inUse = status.lines.filter(isInUse)
  const complaints = [
    ...status.lines.flatMap((line) => notAsWished(line, nowMs)),
    ...notAsWishedInIpv6(status.lines, nowMs),
  ]
  const sentences = [
    ...(status.matches ? [] : [mismatch(status.trouble)]),
    head(inUse, status.lines),
    ...complaints,
  ]
  const flawless = status.matches && complaints.length === 0
  const works = inUse.some((line) => line.state !== 'down') || provenInIpv6(status.lines).length > 0
  return { text: sentences.join(' '), level: works ? (flawless ? 'all' : 'some') : 'none' }
}

/** A line is in use when new connections are given to it. */
const isInUse = (line: LineStatus): boolean => line.wantedShare > 0

const mismatch = (trouble: string | undefined): string =>
  sentence(`the kernel is not as the configuration wishes: ${trouble ?? 'the cause is not known'}`)

function head(inUse: readonly LineStatus[], all: readonly LineStatus[]): string {
  const proven = inUse.filter(({ health }) => health?.health === 'up' && health.blame !== 'portal')
  if (proven.length > 0) return `Internet works over ${list(namesOf(proven))}.`
  const inIpv6 = provenInIpv6(all)
  if (inIpv6.length > 0) return `Internet works over ${list(namesOf(inIpv6))}, in IPv6 alone.`
  // The last resort: there is nothing to lose by trying.
  const [last, ...others] = inUse.filter(({ state }) => state === 'down')
  if (last !== undefined && others.length === inUse.length - 1) {
    return `The Internet does not answer; ${list(namesOf(inUse))} ${others.length > 0 ? 'are' : 'is'} used all the same.`
  }
  return count(inUse, all)
}

const provenInIpv6 = (lines: readonly LineStatus[]): LineStatus[] =>
  lines.filter(({ ipv6 }) => ipv6?.health?.health === 'up' && ipv6.wantedShare > 0)

const namesOf = (lines: readonly LineStatus[]): string[] => lines.map((line) => line.name)

function count(inUse: readonly LineStatus[], all: readonly LineStatus[]): string {
  if (inUse.length === 0) return 'No line is in use.'
  const verb = inUse.length === 1 ? 'line is' : 'lines are'
  const which = inUse.length === all.length ? '' : `: ${list(namesOf(inUse))}`
  // "1 of 2 line is" reads wrong, "1 of 2 lines is" reads right: the noun follows the whole, the verb the part
  const noun = inUse.length === 1 && all.length > 1 ? 'lines is' : verb
  return `${inUse.length} of ${all.length} ${noun} in use${which}.`
}

function notAsWished(line: LineStatus, nowMs: number): string[] {
  const { health, name } = line
  if (line.state === 'up' && health?.blame === 'portal')
    return [`${name} leads to a login page${cause(health)}.`]
  if (line.state === 'up' && health?.why !== undefined) return [`${name} works badly${cause(health)}.`]
  if (line.inReserve || (isInUse(line) && !WORRYING.includes(line.state))) return []
  if (line.state === 'up') return [`${name} is up but gets no new connections.`]
  if (line.state === 'unknown') return [`Nothing is known of ${name} yet${cause(line)}.`]
  return [`${condition(line, nowMs)}.`]
}

/** Of lines that have both families; what is so in IPv4 too is told already. */
function notAsWishedInIpv6(lines: readonly LineStatus[], nowMs: number): string[] {
  const complaints = lines.flatMap((line) => {
    const { ipv6 } = line
    return ipv6 === undefined || ipv6.state === line.state ? [] : ipv6Complaint(line, ipv6, nowMs)
  })
  const isLeftOpen = lines.some(({ ipv6 }) => ipv6?.state === 'unknown')
  const isRefused = complaints.length > 0 && lines.some(isInUse) && !lines.some(isInUseInIpv6) && !isLeftOpen
  return isRefused ? [...complaints, 'IPv6 is refused, so that programs take IPv4 at once.'] : complaints
}

function ipv6Complaint({ name, role }: LineStatus, ipv6: LegStatus, nowMs: number): string[] {
  const isInReserve = role === 'backup' && ipv6.wantedShare === 0
  if (ipv6.state === 'up')
    return ipv6.wantedShare > 0 || isInReserve ? [] : [`IPv6 of ${name} is up but gets no new connections.`]
  if (ipv6.state === 'unknown') return [`Nothing is known of IPv6 of ${name} yet${cause(ipv6)}.`]
  return [`IPv6 of ${name} is ${ipv6.state} since ${clockTime(ipv6.sinceMs, nowMs)}${cause(ipv6)}.`]
}

/** Of a line that has one family alone its address tells which. */
const isInUseInIpv6 = ({ ipv6, address, wantedShare }: LineStatus): boolean =>
  ipv6 === undefined ? wantedShare > 0 && address?.includes(':') === true : ipv6.wantedShare > 0

const WORRYING: readonly LineStatus['state'][] = ['suspect', 'down', 'draining']

/** `dsl is down since 14:02: no carrier` */
export function condition(line: LineStatus, nowMs: number): string {
  const drained =
    line.drain === undefined || line.state === 'draining'
      ? ''
      : `; drained since ${clockTime(line.drain.sinceMs, nowMs)}`
  return `${line.name} is ${line.state} since ${clockTime(line.sinceMs, nowMs)}${cause(line)}${drained}`
}

const cause = ({ why }: { readonly why?: string }): string =>
  why === undefined ? '' : `: ${why.replace(/\.$/, '')}`

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
