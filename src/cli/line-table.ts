import type { LineDocument } from '../api/contract.ts'
import { NOTHING, megabits, milliseconds, percent } from './amounts.ts'
import { formatDuration } from './duration.ts'
import { remarksText } from './line-remarks.ts'
import { lookOfLine, type Look } from './looks.ts'
import type { Screen } from './screen.ts'
import { GAP, layOut } from './table.ts'
import type { Column } from './table.ts'
import { wrap } from './wrap.ts'

const TRAFFIC: readonly Column[] = [
  { title: '  LINE', shrinks: true },
  { title: 'STATE' },
  { title: 'FOR' },
  { title: 'NEW/WANT' },
  { title: 'DELAY', align: 'right' },
  { title: 'LOSS', align: 'right' },
  { title: 'DOWN/UP Mbit/s', align: 'right' },
  { title: 'OPEN', align: 'right' },
]
/** Those that need somebody who asks. */
const ASKED: readonly string[] = ['DELAY', 'LOSS']

const ADDRESSES: readonly Column[] = [
  { title: '  LINE', shrinks: true },
  { title: 'WEIGHT', align: 'right' },
  { title: 'INTERFACE', shrinks: true },
  { title: 'ADDRESS', shrinks: true },
  { title: 'GATEWAY', shrinks: true },
]

/** For itself: such addresses take all the room that there is. */
const IPV6: readonly Column[] = [
  { title: '  LINE', shrinks: true },
  { title: 'IPv6' },
  { title: 'ADDRESS', shrinks: true },
  { title: 'GATEWAY', shrinks: true },
]

/** How every line does, and below it where every line goes. @param nowMs when the document was made */
export function linesText(lines: readonly LineDocument[], nowMs: number, screen: Screen): string {
  const speeds = speedCells(lines)
  const isWatched = lines.some(({ health }) => health !== undefined)
  const shown = ({ title }: Column): boolean => isWatched || !ASKED.includes(title)
  const traffic = layOut(
    TRAFFIC.filter(shown),
    lines.map((line, i) => {
      const { glyph, word } = lookOfLine(line)
      const age = formatDuration(nowMs - Date.parse(line.since))
      const open = line.openConnections === null ? NOTHING : String(line.openConnections)
      const cells = [
        `${glyph} ${line.name}`,
        word,
        age,
        share(line),
        ...quality(line),
        speeds[i] ?? NOTHING,
        open,
      ]
      return cells.filter((_, column) => shown(TRAFFIC[column] ?? { title: '' }))
    }),
    screen,
  )
  const remarks = remarksText(lines, nowMs, screen)
  const addresses = layOut(
    ADDRESSES,
    lines.map((line) => [
      `  ${line.name}`,
      line.weightInFile === undefined ? String(line.weight) : `${line.weight} (file ${line.weightInFile})`,
      line.interface,
      line.address ?? NOTHING,
      line.gateway ?? NOTHING,
    ]),
    screen,
  )
  return [
    ...painted(traffic, screen, lines.map(lookOfLine)),
    '',
    ...painted(addresses, screen),
    ...ipv6Text(lines, screen),
    ...(remarks === '' ? [] : ['', remarks]),
    ...sharedInterfaces(lines).flatMap((text) => ['', wrap(text, screen.columns)]),
  ].join('\n')
}

/** Lines that have both families; of those that have IPv6 alone everything else is told in it. */
function ipv6Text(lines: readonly LineDocument[], screen: Screen): string[] {
  const both = lines.flatMap(({ name, role, ipv6 }) => {
    if (ipv6 === undefined) return []
    const inReserve = role === 'backup' && ipv6.wantedShareRatio === 0
    return [{ name, ipv6, look: lookOfLine({ ...ipv6, inReserve }) }]
  })
  if (both.length === 0) return []
  const rows = layOut(
    IPV6,
    both.map(({ name, ipv6, look: { glyph, word } }) => [
      `${glyph} ${name}`,
      word,
      ipv6.address ?? NOTHING,
      ipv6.gateway ?? NOTHING,
    ]),
    screen,
  )
  return [
    '',
    ...painted(
      rows,
      screen,
      both.map(({ look }) => look),
    ),
  ]
}

/** The kernel counts bytes by interface. */
const sharedInterfaces = (lines: readonly LineDocument[]): string[] =>
  lines.flatMap(({ name, interface: device, sharesInterfaceWith: others = [] }) => {
    const isFirst = lines.find((line) => line.interface === device)?.name === name
    if (others.length === 0 || !isFirst) return []
    return [
      `DOWN/UP of ${[name, ...others].join(' and ')} is counted by ${device}, for all of them together.`,
    ]
  })

/** Titles are dim; with `looks`, glyph, name and state word take the role of the state. */
export function painted(
  rows: readonly (readonly string[])[],
  screen: Screen,
  looks: readonly Look[] = [],
): string[] {
  return rows.map((cells, i) => {
    if (i === 0) return screen.paint('heading', cells.join(GAP).trimEnd())
    const role = looks[i - 1]?.role
    if (role === undefined) return cells.join(GAP).trimEnd()
    const [name = '', state = '', ...rest] = cells
    return `${screen.paint(role, name + GAP + state)}${GAP}${rest.join(GAP)}`.trimEnd()
  })
}

/**
 * What it got of the new connections against what it should get: `74/75 %`. Of a line with both families in IPv4; the
 * other has a choice of its own, which is told of one line in detail.
 */
export const share = (line: LineDocument): string =>
  line.wantedShareRatio === 0 && !line.newShareRatio
    ? NOTHING
    : `${percent(line.newShareRatio)}/${percent(line.wantedShareRatio)} %`

/** Delay and loss as they were measured last; of a line that is gone nobody knows any. */
export function quality({ health, state }: LineDocument): [delay: string, loss: string] {
  if (health === undefined || (state !== 'up' && state !== 'suspect' && state !== 'draining')) {
    return [NOTHING, NOTHING]
  }
  const { delayMs, lossRatio } = health
  return [
    delayMs === null ? NOTHING : milliseconds(delayMs),
    lossRatio === null ? NOTHING : `${percent(lossRatio)} %`,
  ]
}

/** Both halves are padded alike, so that the slashes stand in one column. */
export function speedCells(lines: readonly LineDocument[]): string[] {
  const speeds = lines.map((line) => ({
    down: megabits(line.downBitsPerSecond),
    up: megabits(line.upBitsPerSecond),
  }))
  const width = (side: 'down' | 'up') => Math.max(0, ...speeds.map((speed) => speed[side].length))
  const [down, up] = [width('down'), width('up')]
  return speeds.map((speed) =>
    speed.down === NOTHING && speed.up === NOTHING
      ? NOTHING
      : `${speed.down.padStart(down)} / ${speed.up.padStart(up)}`,
  )
}
