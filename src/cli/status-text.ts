import type { LegDocument, LineDocument, OneLineDocument, StatusDocument } from '../api/contract.ts'
import { bytes, counted, megabits, milliseconds, percent } from './amounts.ts'
import { formatDuration } from './duration.ts'
import { linesText } from './line-table.ts'
import { lookOf } from './looks.ts'
import { notesText } from './notes-text.ts'
import type { Screen } from './screen.ts'
import { wrap } from './wrap.ts'

/** Who and since when, the verdict, the lines, and last what the operator should know: the end stays in sight. */
export function statusText(status: StatusDocument, screen: Screen): string {
  const nowMs = Date.parse(status.time)
  const age = (time: string) => formatDuration(nowMs - Date.parse(time))
  const head =
    `multihomed ${status.version} on ${status.hostname}, running ${age(status.startedAt)}, ` +
    `config applied ${age(status.configAppliedAt)} ago`
  return [
    wrap(head, screen.columns),
    verdictText(status, screen),
    linesText(status.lines, nowMs, screen),
    notesText(status.notes, screen),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

export const verdictText = (status: StatusDocument, screen: Screen): string =>
  wrap(status.verdict.text, screen.columns)
    .split('\n')
    .map((line) => screen.paint('verdict', line))
    .join('\n')

/** One line in detail. */
export function oneLineText({ line, time, shareWindowMs }: OneLineDocument, screen: Screen): string {
  const look = lookOf(line.state)
  const row = (title: string, text: string) => wrap(`${title.padEnd(8)}  ${text}`, screen.columns, 10)
  const name = look.role === undefined ? line.name : screen.paint(look.role, line.name)
  const nowMs = Date.parse(time)
  const { health } = line
  const kind = [line.role === 'backup' ? 'backup' : '', line.metered ? 'metered' : '']
    .filter((word) => word !== '')
    .join(', ')
  return [
    `${look.glyph} ${name}`,
    row('state', stateText(line, nowMs)),
    ...(kind === '' ? [] : [row('kind', kind)]),
    row('reached', `${line.interface}${line.gateway === null ? '' : ` through ${line.gateway}`}`),
    row('address', line.address ?? 'none'),
    row('new', newText(line, shareWindowMs)),
    ...(health === undefined ? [] : healthRows(health, nowMs).map(([title, text]) => row(title, text))),
    row('open', line.openConnections === null ? 'not known' : counted(line.openConnections, 'connection')),
    row('traffic', trafficText(line)),
    ...(line.ipv6 === undefined
      ? []
      : ['', ...ipv6Rows(line.ipv6, line, shareWindowMs, nowMs).map(([title, text]) => row(title, text))]),
  ].join('\n')
}

/** Where the line has both families: what is another in IPv6. */
function ipv6Rows(ipv6: LegDocument, line: LineDocument, shareWindowMs: number, nowMs: number): Row[] {
  const { gateway, address, health } = ipv6
  return [
    ['IPv6', legText(ipv6, nowMs)],
    ['reached', `${line.interface}${gateway === null ? '' : ` through ${gateway}`}`],
    ['address', address ?? 'none'],
    ['new', shareText(ipv6, '', shareWindowMs)],
    ...(health === undefined ? [] : healthRows(health, nowMs)),
  ]
}

function legText({ state, since, why }: LegDocument, nowMs: number): string {
  const age = formatDuration(nowMs - Date.parse(since))
  return `${lookOf(state).word} for ${age}${why === undefined ? '' : `: ${why}`}`
}

function stateText(line: LineDocument, nowMs: number): string {
  const drained =
    line.drain === undefined || line.state === 'draining'
      ? ''
      : `; drained for ${formatDuration(nowMs - Date.parse(line.drain.since))}`
  return `${legText(line, nowMs)}${drained}`
}

type Health = NonNullable<LineDocument['health']>
type Row = readonly [title: string, text: string]

function healthRows(health: Health, nowMs: number): Row[] {
  const { delayMs, jitterMs, lossRatio, probes, targets, nextProbeAt, penalty } = health
  const delay = delayMs === null ? 'delay not known' : `delay ${milliseconds(delayMs)}`
  const jitter = jitterMs === null || jitterMs < 0.05 ? '' : ` ± ${milliseconds(jitterMs)}`
  const loss = lossRatio === null ? 'loss not known' : `loss ${percent(lossRatio)} %`
  const nextMs = nextProbeAt === undefined ? undefined : Date.parse(nextProbeAt) - nowMs
  const next =
    nextMs === undefined ? '' : nextMs < 1000 ? '; next now' : `; next in ${formatDuration(nextMs)}`
  const often =
    penalty < 1 ? '' : `; went down ${counted(Math.round(penalty), 'time')} lately, so it is taken back later`
  return [
    ['quality', `${delay}${jitter}, ${loss}${often}`],
    ...(targets.length === 0 ? [] : [['checks', targetsText(targets)] as const]),
    ['probes', `${probes.answered} of ${probes.sent} answered, ${bytes(probes.bytes)} both ways${next}`],
  ]
}

/** Those that nobody asks at the moment together, at the end. */
function targetsText(targets: Health['targets']): string {
  const asked = targets.filter(({ state }) => state !== 'unknown').map(targetText)
  const others = targets.filter(({ state }) => state === 'unknown').map(({ target }) => target)
  return [...asked, ...(others.length === 0 ? [] : [`not asked: ${others.join(', ')}`])].join(', ')
}

const targetText = ({ target, state, delayMs }: Health['targets'][number]): string => {
  if (state === 'answers') return delayMs === null ? target : `${target} ${milliseconds(delayMs)}`
  return `${target} ${state === 'benched' ? 'silent, left out' : state === 'asked' ? 'no answer yet' : state}`
}

function shareText(
  { wantedShareRatio, newShareRatio }: LegDocument,
  weight: string,
  shareWindowMs: number,
): string {
  const window = `in the last ${formatDuration(shareWindowMs)}`
  const got = newShareRatio === null ? `nothing new ${window}` : `${percent(newShareRatio)} % ${window}`
  return wantedShareRatio === 0
    ? `${weight}gets none now`
    : `${weight}${percent(wantedShareRatio)} % wanted, ${got}`
}

function newText(line: LineDocument, shareWindowMs: number): string {
  const inFile = line.weightInFile === undefined ? '' : ` (the file says ${line.weightInFile})`
  const now = shareText(line, `weight ${line.weight}${inFile}, `, shareWindowMs)
  // Not counted: the box's own connections and those from outside, so bytes may flow where none was chosen.
  return `${now}; chosen ${counted(line.newConnections, 'time')} for the LAN since the table exists`
}

function trafficText(line: LineDocument): string {
  const speed =
    line.downBitsPerSecond === null && line.upBitsPerSecond === null
      ? ''
      : `down ${megabits(line.downBitsPerSecond)}, up ${megabits(line.upBitsPerSecond)} Mbit/s; `
  const others = line.sharesInterfaceWith
  const whose = others === undefined ? '' : `, ${others.join(' and ')} on ${line.interface} included`
  return `${speed}${bytes(line.receivedBytes)} received, ${bytes(line.sentBytes)} sent${whose}`
}
