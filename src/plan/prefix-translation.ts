import {
  MAIN_TABLE,
  containsAddress,
  isUniqueLocal,
  networkOf,
  overlap,
  rangeOf,
  toAddress,
  type Config,
  type Observed,
  type Prefix,
} from '../model/index.ts'
import { routedTo, type LineFacts } from './lines.ts'
import { lanNetworks } from './networks.ts'

/** Hosts of `from` are seen outside with the same number in `to`, which is as long (RFC 6296 calls it NPTv6). */
export interface TranslatedPrefix {
  readonly from: Prefix
  readonly to: Prefix
}

/**
 * Networks of the LAN that are good within the house alone (ULA), and what each becomes on this line: a part of what
 * the provider routes here. The same part whenever the two can agree on their bits, so that `fd00:10:0:12::/64` is
 * `2001:db8:100:12::/64`; another where that one is on a network of its own, whose hosts would be mistaken for them.
 *
 * None where the provider routes no prefix here that is large enough: the network of the cable will not do, in which the
 * provider asks for every single address.
 */
export function translatedPrefixes(line: LineFacts, config: Config, observed: Observed): TranslatedPrefix[] {
  if (line.family !== 'ipv6' || line.config.nat !== 'auto') return []
  const wide = routedTo(line).toSorted((a, b) => a.length - b.length)
  const taken = [...lanNetworks(config, observed, 'ipv6'), ...inUse(observed)]
  const found: TranslatedPrefix[] = []
  for (const from of insiders(config, observed)) {
    const occupied = [...taken, ...found.map(({ to }) => to)]
    const to = wide
      .filter(({ length }) => length <= from.length)
      .map((routed) => partOf(routed, from, occupied))
      .find((part) => part !== undefined)
    if (to !== undefined) found.push({ from, to })
  }
  return found
}

/** The smallest first, because the first rule that fits wins. */
const insiders = (config: Config, observed: Observed): Prefix[] =>
  lanNetworks(config, observed, 'ipv6')
    .filter(({ address }) => isUniqueLocal(address))
    .toSorted((a, b) => b.length - a.length || (a.address < b.address ? -1 : 1))

/** What is somewhere already, on the box or behind it. */
const inUse = ({ addresses, routes }: Observed): Prefix[] => [
  ...addresses.filter(({ family }) => family === 'ipv6').map(networkOf),
  ...routes
    .filter(
      ({ family, table, type, destination }) =>
        family === 'ipv6' && table === MAIN_TABLE && type === 'unicast' && destination.length > 0,
    )
    .map(({ destination }) => destination),
]

/** The part with the same number, else the last that is free. */
function partOf(routed: Prefix, from: Prefix, taken: readonly Prefix[]): Prefix | undefined {
  const near = taken.filter((one) => one.length >= routed.length && containsAddress(routed, one.address))
  const hosts = BigInt(128 - from.length)
  const count = 1n << BigInt(from.length - routed.length)
  const { first } = rangeOf(routed)
  const numbered = (number: bigint): Prefix => ({
    family: 'ipv6',
    address: toAddress('ipv6', first | (number << hosts)),
    length: from.length,
  })
  const inTheWay = (part: Prefix): Prefix | undefined => near.find((one) => overlap(part, one))
  const same = numbered((rangeOf(from).first >> hosts) & (count - 1n))
  if (inTheWay(same) === undefined) return same
  for (let number = count - 1n; number >= 0n;) {
    const part = numbered(number)
    const other = inTheWay(part)
    if (other === undefined) return part
    number = ((rangeOf(other).first - first) >> hosts) - 1n
  }
  return undefined
}
