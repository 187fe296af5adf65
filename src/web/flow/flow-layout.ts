/**
 * Where everything of the picture stands: clients, the router, lines, and the bands between them. Pure. All is
 * reckoned along the way of the traffic (`along`) and across it; on a narrow screen the way leads downwards.
 */
export interface FlowClient {
  readonly key: string
  readonly label: string
  readonly open: number
  /** Both ways; absent: not known. */
  readonly bitsPerSecond?: number
}

export interface FlowLine {
  readonly name: string
  readonly state: string
  /** Both ways; `null`: not known. */
  readonly bitsPerSecond: number | null
  readonly openConnections: number
}

export interface FlowInput {
  readonly width: number
  readonly clients: readonly FlowClient[]
  readonly lines: readonly FlowLine[]
  /** All bands together are as wide as the scale allows at so many bits. */
  readonly fullBitsPerSecond: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Band {
  readonly key: string
  /** Of an SVG path. */
  readonly d: string
  readonly width: number
  /** Where its label stands: the end that is not at the router. */
  readonly end: Point
}

export interface LineBand extends Band {
  /** Of a line that is down: its band ends here, at the router. */
  readonly cut?: Point
}

export interface FlowLayout {
  readonly isDownwards: boolean
  /** There is no room for words beside each other. */
  readonly isCrowded: boolean
  readonly width: number
  readonly height: number
  readonly router: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly clients: readonly Band[]
  readonly lines: readonly LineBand[]
  /** Pixels for so many bits. */
  readonly widthOf: (bitsPerSecond: number) => number
}

/** Below it there is no room for labels on both sides. */
const NARROW = 640
const NARROWEST_LABEL = 76
/** All bands side by side. */
const WIDEST_BAND = 132
const THINNEST_BAND = 2
const ROUTER_THICKNESS = 14

export function flowLayout(input: FlowInput): FlowLayout {
  const isDownwards = input.width < NARROW
  const clients = isDownwards ? together(input.clients) : input.clients
  const isCrowded = isDownwards && input.width / input.lines.length < NARROWEST_LABEL
  const rows = Math.max(clients.length, input.lines.length, 3)
  const along = isDownwards ? 210 : input.width
  const across = isDownwards ? input.width : rows * 44 + 24
  const start = isDownwards ? 24 : 148
  const end = isDownwards ? along : along - 210
  const middle = isDownwards ? 56 : start + (end - start) * 0.44

  // Roots of parts are more than the root of the whole: the side that is parted more often has room for all of its bands.
  const mostAcross = across * 0.6
  const perRoot =
    Math.min(
      Math.min(WIDEST_BAND, mostAcross) / Math.sqrt(Math.max(1, input.lines.length)),
      mostAcross / Math.sqrt(Math.max(1, clients.length)),
    ) / Math.sqrt(input.fullBitsPerSecond)
  const widthOf = (bits: number): number => perRoot * Math.sqrt(bits)
  const lineWidths = input.lines.map((line) => bandWidth(line, widthOf))
  const total = sumOf(lineWidths)

  const centre = across / 2
  const at = (alongAt: number, acrossAt: number): Point =>
    isDownwards ? { x: acrossAt, y: alongAt } : { x: alongAt, y: acrossAt }

  const clientWidths = clients.some(isCounted)
    ? clients.map(({ bitsPerSecond = 0 }) => Math.max(1, widthOf(bitsPerSecond)))
    : byConnections(clients, total)
  const clientStacks = stacked(clientWidths, centre)
  const clientBands = clients.map((client, i) => {
    const from = at(start, spread(i, clients.length, across))
    const to = at(middle, clientStacks[i] ?? centre)
    return { key: client.key, d: curve(from, to, isDownwards), width: clientWidths[i] ?? 0, end: from }
  })

  const lineStacks = stacked(lineWidths, centre)
  const lineBands = input.lines.map((line, i) => {
    const to = at(end, spread(i, input.lines.length, across))
    const from = at(middle + ROUTER_THICKNESS, lineStacks[i] ?? centre)
    const band = { key: line.name, d: curve(from, to, isDownwards), width: lineWidths[i] ?? 0, end: to }
    return isCut(line) ? { ...band, cut: between(from, to, 0.16, isDownwards) } : band
  })

  const length = Math.max(total, sumOf(clientWidths), 36) + 12
  const corner = at(middle, centre - length / 2)
  return {
    isDownwards,
    isCrowded,
    width: input.width,
    height: isDownwards ? along + (isCrowded ? 156 : 62) : across,
    router: {
      ...corner,
      width: isDownwards ? length : ROUTER_THICKNESS,
      height: isDownwards ? ROUTER_THICKNESS : length,
    },
    clients: clientBands,
    lines: lineBands,
    widthOf,
  }
}

export const isCounted = ({ bitsPerSecond }: Pick<FlowClient, 'bitsPerSecond'>): boolean =>
  bitsPerSecond !== undefined

/** Where nobody counts bytes: so much of the lines' width as they have of the connections. */
function byConnections(clients: readonly FlowClient[], total: number): number[] {
  const open = clients.reduce((sum, client) => sum + client.open, 0)
  return clients.map((client) =>
    client.open === 0 || total === 0 ? 0 : Math.max(1, (total * client.open) / open),
  )
}

const sumOf = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0)

export const isCut = ({ state }: Pick<FlowLine, 'state'>): boolean => state === 'down' || state === 'absent'

function bandWidth(line: FlowLine, widthOf: (bits: number) => number): number {
  if (isCut(line)) return THINNEST_BAND
  const width = widthOf(line.bitsPerSecond ?? 0)
  return Math.max(width, THINNEST_BAND)
}

/** Side by side around a centre. @returns the middle of each */
function stacked(widths: readonly number[], centre: number): number[] {
  let at = centre - sumOf(widths) / 2
  return widths.map((width) => {
    at += width
    return at - width / 2
  })
}

const spread = (index: number, count: number, across: number): number => ((index + 0.5) / count) * across

function curve(from: Point, to: Point, isDownwards: boolean): string {
  const [a, b] = isDownwards
    ? [`${round(from.x)} ${round((from.y + to.y) / 2)}`, `${round(to.x)} ${round((from.y + to.y) / 2)}`]
    : [`${round((from.x + to.x) / 2)} ${round(from.y)}`, `${round((from.x + to.x) / 2)} ${round(to.y)}`]
  return `M${round(from.x)} ${round(from.y)}C${a} ${b} ${round(to.x)} ${round(to.y)}`
}

/** A point of that curve. @param part of the way, from 0 to 1 */
function between(from: Point, to: Point, part: number, isDownwards: boolean): Point {
  const straight = (a: number, b: number): number => {
    const middle = (a + b) / 2
    return cubic(a, middle, middle, b, part)
  }
  const bent = (a: number, b: number): number => cubic(a, a, b, b, part)
  return isDownwards
    ? { x: bent(from.x, to.x), y: straight(from.y, to.y) }
    : { x: straight(from.x, to.x), y: bent(from.y, to.y) }
}

const cubic = (a: number, b: number, c: number, d: number, t: number): number =>
  (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d

const round = (value: number): number => Math.round(value * 10) / 10

/** On a narrow screen: `9 clients`, and the router's own. */
function together(clients: readonly FlowClient[]): FlowClient[] {
  const open = clients.reduce((sum, client) => sum + client.open, 0)
  return [{ key: 'all', label: '', open }]
}

/** The next of 1, 3, 10, 30, … Mbit/s, so that bands keep their width while little changes. */
export function fullScale(bitsPerSecond: number): number {
  for (let full = 1_000_000; ; full *= 10) {
    if (bitsPerSecond <= full) return full
    if (bitsPerSecond <= full * 3) return full * 3
  }
}
