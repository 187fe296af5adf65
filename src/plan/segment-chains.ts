import type {
  Config,
  Family,
  LineConfig,
  Link,
  NftChain,
  NftRule,
  Observed,
  Ruleset,
} from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { chain, quote, rule } from './nft-words.ts'

/**
 * TCP's largest segment, made to fit through the lines: two hosts tell each other in their first packets how long a
 * packet their own networks take, and know nothing of what lies between. Where that is less, a router has to tell
 * them for each packet that is too long, which is often lost on the way: then connections begin and hang. A rule never
 * raises what a host said. What the box itself sends goes by the MTU of its route and needs none of this.
 *
 * Outwards the kernel knows the way (`rt mtu`), a path that turned out narrower included. Inwards the way leads into
 * the LAN, and for the other way round `rt mtu` asks without a mark, so that it may find another line than this one:
 * there the number stands in the rule.
 */
export function segmentChains(config: Config, legs: readonly LineFacts[], observed: Observed): NftChain[] {
  const rules = config.lines
    .filter(isFirstOfItsKind)
    .flatMap((line) => rulesFor(line, config, legs, observed))
  if (rules.length === 0) return []
  return [
    chain('clamp', rules),
    {
      ...chain('segments', [
        rule('tcp flags & (syn | rst) == 0x2 goto clamp', 'only first packets say how long a segment may be'),
      ]),
      hook: 'type filter hook forward priority mangle; policy accept;',
    },
  ]
}

/** Lines that share a card share its rules; of different sizes the smallest counts, for no rule raises one. */
const isFirstOfItsKind = (line: LineConfig, index: number, all: readonly LineConfig[]): boolean =>
  all.findIndex((other) => other.interface === line.interface && other.mss === line.mss) === index

function rulesFor(
  line: LineConfig,
  config: Config,
  legs: readonly LineFacts[],
  observed: Observed,
): NftRule[] {
  const held = observed.links.find(({ name }) => name === line.interface)
  if (line.mss === 'off' || held === undefined) return []
  // The file may ask for more than the kernel allows.
  const link = { ...held, mtuBytes: Math.min(held.mtuBytes, line.mtuBytes ?? held.mtuBytes) }
  const [out, inwards] = [`oifname ${quote(link.name)}`, `iifname ${quote(link.name)}`]
  const clamp = 'tcp option maxseg size set'
  if (line.mss !== 'auto') {
    const says = `${line.name}: segments of ${line.mss} bytes, as the file says`
    return [out, inwards].map((way) => rule(`${way} ${clamp} ${line.mss}`, says))
  }
  // Not every client of DHCP sets the link's: some say it of their route alone, which is of one family.
  const mtuBytesOf = (family: Family): number =>
    Math.min(
      link.mtuBytes,
      ...legs.flatMap((leg) =>
        leg.family === family && leg.config.interface === link.name ? (leg.mtuBytes ?? []) : [],
      ),
    )
  const [ipv4, ipv6] = [mtuBytesOf('ipv4'), mtuBytesOf('ipv6')]
  if (!isNarrow({ ...link, mtuBytes: Math.min(ipv4, ipv6) }, config, observed)) return []
  const says = `${line.name}: what fits through`
  return [
    rule(`${out} ${clamp} rt mtu`, `${line.name}: what fits through it, on the way out`),
    rule(
      `${inwards} meta nfproto ipv4 ${clamp} ${ipv4 - IPV4_AND_TCP_BYTES}`,
      `${says} ${ipv4} bytes, on the way in`,
    ),
    rule(
      `${inwards} meta nfproto ipv6 ${clamp} ${ipv6 - IPV6_AND_TCP_BYTES}`,
      `${says} ${ipv6} bytes of IPv6, on the way in`,
    ),
  ]
}

const IPV4_AND_TCP_BYTES = 40
const IPV6_AND_TCP_BYTES = 60

/** Whether somebody behind the box, or out there, may take longer packets than this line does. */
const isNarrow = ({ pointToPoint, mtuBytes }: Link, { lan }: Config, { links }: Observed): boolean =>
  pointToPoint ||
  mtuBytes < ETHERNET_MTU_BYTES ||
  links.some((link) => link.mtuBytes > mtuBytes && lan.interfaces.some(({ name }) => name === link.name))

const ETHERNET_MTU_BYTES = 1500

/** What of a ruleset decides it, for telling whether it changes. */
export const segmentsOf = (ruleset: Ruleset | undefined): readonly string[] =>
  ruleset?.chains.find(({ name }) => name === 'clamp')?.rules.map(({ comment }) => comment) ?? []
