import { FAMILIES, formatPrefix, networkOf, rangeOf } from '../model/index.ts'
import type { HostAddress, Prefix } from '../model/index.ts'
import type { Draft } from './draft.ts'
import type { DraftLine } from './line.ts'
import type { Written } from './node-reader.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'
import { quote } from './quote.ts'

interface Network {
  readonly written: Written<Prefix | HostAddress>
  readonly network: string
  readonly first: bigint
  readonly last: bigint
}

const asNetwork = (written: Written<Prefix | HostAddress>): Network => ({
  written,
  network: formatPrefix(networkOf(written.value)),
  ...rangeOf(written.value),
})

const lanAddresses = ({ lan }: Draft): readonly Network[] =>
  lan.interfaces.flatMap(({ addresses }) => addresses.map(asNetwork))

export function findOverlappingLanNetworks(draft: Draft): readonly Problem[] {
  const [why, mergeHelp] = [
    'the kernel would look for a client behind only one of them',
    'keep the larger one',
  ]
  return [
    ...neighboursThatOverlap(lanAddresses(draft)).map(([a, b]) => overlapProblem(a, b, { why })),
    ...neighboursThatOverlap(draft.lan.networks.map(asNetwork)).map(([a, b]) =>
      overlapProblem(a, b, { help: mergeHelp }),
    ),
  ]
}

function overlapProblem(earlier: Network, later: Network, details: Pick<Problem, 'why' | 'help'>): Problem {
  const related = { place: earlier.written.place, label: 'the other' }
  const message =
    earlier.network === later.network
      ? `the LAN network ${later.network} is there twice`
      : `the LAN networks ${earlier.network} and ${later.network} overlap`
  return problem('MH304', later.written.place, message, {
    related,
    ...details,
  })
}

/** Pairs that overlap, each network with one other at most, and the one that comes later in the file second. */
const neighboursThatOverlap = (networks: readonly Network[]): readonly (readonly [Network, Network])[] =>
  FAMILIES.flatMap((family) =>
    neighboursOfOneFamily(networks.filter(({ written }) => written.value.family === family)),
  )

function neighboursOfOneFamily(networks: readonly Network[]): readonly (readonly [Network, Network])[] {
  const sorted = networks.toSorted((a, b) => (a.first === b.first ? 0 : a.first < b.first ? -1 : 1))
  const pairs: [Network, Network][] = []
  let widest: Network | undefined
  for (const next of sorted) {
    if (widest !== undefined && next.first <= widest.last) {
      pairs.push(comesFirst(widest, next) ? [widest, next] : [next, widest])
    }
    if (widest === undefined || next.last > widest.last) widest = next
  }
  return pairs
}

function comesFirst({ written: { place: a } }: Network, { written: { place: b } }: Network): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column)
}

export function findLanOverLine(draft: Draft): readonly Problem[] {
  const ofLan = [...lanAddresses(draft), ...draft.lan.networks.map(asNetwork)]
  return draft.lines
    .flatMap(({ name, addresses }) => addresses.map((address) => ({ name, address })))
    .flatMap(({ name, address }) => {
      const line = asNetwork(address)
      const lan = ofLan.find((one) => overlaps(one, line))
      if (lan === undefined) return []
      const message = `the network ${line.network} of ${quote(name.value)} overlaps the LAN's ${lan.network}`
      const related = { place: lan.written.place, label: 'the LAN' }
      const why = 'an address in both could be a client as well as something at the provider'
      return [problem('MH302', address.place, message, { related, why, help: 'number the LAN differently' })]
    })
}

export function findOverlappingLines(lines: readonly DraftLine[]): readonly Problem[] {
  const networks = lines.flatMap(({ addresses, name, interface: device }) =>
    addresses.map((address) => ({ ...asNetwork(address), name, device: device?.value })),
  )
  return networks.flatMap((later, index) => {
    // Behind one interface it is one network, whichever line it is written at.
    const earlier = networks
      .slice(0, index)
      .find((one) => overlaps(one, later) && (one.device === undefined || one.device !== later.device))
    if (earlier === undefined) return []
    const winner = later.written.value.length > earlier.written.value.length ? later : earlier
    return [
      problem(
        'MH454',
        later.written.place,
        `the networks of ${quote(earlier.name.value)} and ${quote(later.name.value)} overlap`,
        {
          related: { place: earlier.written.place, label: 'the other' },
          why: `what is in both is reached over ${quote(winner.name.value)}; the Internet is reached over either`,
          help: 'if there are modems with pages of their own, give them different networks',
        },
      ),
    ]
  })
}

export function findNetworksOutsideOfLan(draft: Draft): readonly Problem[] {
  const { interfaces, networks } = draft.lan
  // An interface whose address we do not know may well have these networks.
  if (interfaces.length === 0 || interfaces.some(({ addresses }) => addresses.length === 0)) return []
  const known = lanAddresses(draft)
  return networks.flatMap((written) => {
    const network = asNetwork(written)
    if (known.some((one) => overlaps(one, network))) return []
    return [
      problem('MH351', written.place, `the network ${network.network} is not that of any LAN interface`, {
        why: `the LAN interfaces have ${known.map((one) => one.network).join(', ')}`,
        help: 'right if another router of yours is in between; else correct it',
      }),
    ]
  })
}

const overlaps = (a: Network, b: Network): boolean =>
  a.written.value.family === b.written.value.family && a.first <= b.last && b.first <= a.last
