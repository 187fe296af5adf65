import { hostPrefix, rangeOf, toAddress, type Family, type LineId, type Prefix } from '../model/index.ts'

/** A network that is reached by one line alone: its own subnet, a modem's page, a provider's static route. */
export interface NearNetwork {
  readonly prefix: Prefix
  readonly line: LineId
}

/** A stretch of addresses, both ends inclusive. */
export interface Interval {
  readonly family: Family
  readonly first: bigint
  readonly last: bigint
  readonly line: LineId
}

/**
 * Splits networks of one family into intervals that do not overlap, as an nft interval map demands. Where networks overlap the
 * longest prefix wins, then the lowest line: two modems on 192.168.1.0/24, or 10.1.0.0/16 inside 10.0.0.0/8.
 */
export function disjoint(networks: readonly NearNetwork[]): Interval[] {
  const ranges = networks.map((network) => ({ ...rangeOf(network.prefix), network }))
  const edges = [...new Set(ranges.flatMap((range) => [range.first, range.last + 1n]))].toSorted((a, b) =>
    a < b ? -1 : 1,
  )
  const intervals: Interval[] = []
  edges.forEach((first, i) => {
    const next = edges[i + 1]
    if (next === undefined) return
    const owner = ranges
      .filter((range) => range.first <= first && first <= range.last)
      .map((range) => range.network)
      .reduce<NearNetwork | undefined>(
        (best, network) => (best === undefined || wins(network, best) ? network : best),
        undefined,
      )
    if (owner === undefined) return
    const before = intervals.at(-1)
    if (before !== undefined && before.line === owner.line && before.last + 1n === first) {
      intervals[intervals.length - 1] = { ...before, last: next - 1n }
    } else {
      intervals.push({ family: owner.prefix.family, first, last: next - 1n, line: owner.line })
    }
  })
  return intervals
}

/** Two lines that claim the same addresses with the same prefix length; only one of them can have them. */
export function contested(
  networks: readonly NearNetwork[],
): { prefix: Prefix; lines: readonly [LineId, LineId] }[] {
  return networks.flatMap((a, i) =>
    networks
      .slice(i + 1)
      .filter(
        (b) =>
          b.line !== a.line && b.prefix.address === a.prefix.address && b.prefix.length === a.prefix.length,
      )
      .map((b) => ({ prefix: a.prefix, lines: [a.line, b.line] as const })),
  )
}

/** An interval as nft writes it: a prefix where it is one, else `first-last`. */
export function formatInterval({ family, first, last }: Omit<Interval, 'line'>): string {
  const size = last - first + 1n
  const from = toAddress(family, first)
  const width = hostPrefix(family, from).length
  const length = width - (size.toString(2).length - 1)
  const aligned = (size & (size - 1n)) === 0n && first % size === 0n
  if (!aligned) return `${from}-${toAddress(family, last)}`
  return length === width ? from : `${from}/${length}`
}

const wins = (a: NearNetwork, b: NearNetwork): boolean =>
  a.prefix.length !== b.prefix.length ? a.prefix.length > b.prefix.length : a.line < b.line
