import { createHash } from 'node:crypto'
import type { Config, FoundShaper, LinkMtu, Move, Observed, ShapedDevice, Shaper } from '../model/index.ts'
import type { Memory } from './memory.ts'

/** Whose queues are to be read: of lines with `shape`, and what we have shaped before. */
export const shapedDevices = (config: Pick<Config, 'lines'>, { originals }: Memory): ShapedDevice[] => {
  const ofLines = config.lines.filter((line) => line.shape !== undefined).map((line) => line.interface)
  return [...new Set([...ofLines, ...originals.shaped])].map((dev) => ({ dev, through: inwardDevice(dev) }))
}

/** A name of an interface has 15 letters at most. */
function inwardDevice(dev: string): string {
  const room = 15 - INWARDS.length
  const short = dev.length <= room ? dev : createHash('sha256').update(dev).digest('hex').slice(0, room)
  return `${INWARDS}${short}`
}

const INWARDS = 'mhin-'

/** What of the wishes can be: the interface is there, the kernel can do it, and nobody else's queue is in the way. */
export function wantedShapers({ lines }: Config, observed: Observed): Shaper[] {
  const { links, otherQueues, capabilities } = observed
  const wishes = lines.flatMap(({ interface: dev, shape = {} }) => [
    { dev, direction: 'up' as const, bitsPerSecond: shape.upBitsPerSecond },
    { dev, direction: 'down' as const, bitsPerSecond: shape.downBitsPerSecond },
  ])
  return wishes.flatMap(({ bitsPerSecond, ...where }): Shaper[] => {
    const possible =
      where.direction === 'up' ? capabilities.shaping !== 'none' : capabilities.shaping === 'both'
    const isThere = links.some((link) => link.name === where.dev)
    if (bitsPerSecond === undefined || !possible || !isThere || otherQueues.some(isAt(where))) return []
    return [{ ...where, bitsPerSecond, through: inwardDevice(where.dev) }]
  })
}

export const isAt =
  (a: Pick<Shaper, 'dev' | 'direction'>) =>
  (b: Pick<Shaper, 'dev' | 'direction'>): boolean =>
    a.dev === b.dev && a.direction === b.direction

/** What holds it back is not compared: whatever the kernel has. */
export function shaperMoves(held: readonly FoundShaper[], wanted: readonly Shaper[]): Move[] {
  return [
    ...held.filter((one) => !wanted.some(isAt(one))).map((shaper): Move => ({ do: 'delete-shaper', shaper })),
    ...wanted.flatMap((to): Move[] => {
      const from = held.find(isAt(to))
      if (from === undefined) return [{ do: 'add-shaper', shaper: to }]
      return bytesPerSecond(from) === bytesPerSecond(to) ? [] : [{ do: 'change-shaper', from, to }]
    }),
  ]
}

/** As the kernel counts. */
const bytesPerSecond = ({ bitsPerSecond }: Shaper): number => Math.floor(bitsPerSecond / 8)

/** Of lines that want another one, and of interfaces that get back the one they had. */
export function wantedMtus(
  { lines }: Pick<Config, 'lines'>,
  { links }: Observed,
  { originals }: Memory,
): LinkMtu[] {
  const wishes = lines.flatMap(({ interface: dev, mtuBytes }) =>
    mtuBytes === undefined ? [] : [{ dev, mtuBytes }],
  )
  const givenBack = originals.mtus.filter(({ dev }) => !wishes.some((wish) => wish.dev === dev))
  return [...wishes, ...givenBack]
    .filter(({ dev }, index, all) => all.findIndex((other) => other.dev === dev) === index)
    .filter(({ dev }) => links.some((link) => link.name === dev))
}

export const mtuMoves = ({ links }: Observed, wanted: readonly LinkMtu[]): Move[] =>
  wanted.flatMap(({ dev, mtuBytes: to }): Move[] => {
    const from = links.find(({ name }) => name === dev)?.mtuBytes
    return from === undefined || from === to ? [] : [{ do: 'set-mtu', dev, from, to }]
  })

/** Without it a line is less good, but works: should the kernel refuse it, that is told, and nothing waits for it. */
export const isComfort = (move: Move): boolean =>
  move.do === 'set-mtu' ||
  move.do === 'add-shaper' ||
  move.do === 'change-shaper' ||
  move.do === 'delete-shaper'
