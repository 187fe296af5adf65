import {
  OUR_PROTOCOL,
  hostPrefix,
  mark,
  type Ended,
  type IpRule,
  type NftChain,
  type NftRule,
  type Observed,
  type TunnelSign,
} from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { chain, hex, quote, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'
import { ruleKey } from './same.ts'
import type { Way } from './ways.ts'

/** A tunnel and the line that carries it. */
interface Carried {
  readonly tunnel: LineFacts
  readonly way: Way
  readonly carrier: LineFacts
}

const UNMARKED = mark(0)

/** Of two tunnels to one address over different lines the first is right: nothing tells their packets apart. */
function carriedAmong(lines: readonly LineFacts[]): readonly Carried[] {
  const claims = new Map<string, string>()
  return lines.flatMap((tunnel) => {
    const { way } = tunnel
    const carrier = lines.find(({ config }) => config.name === way?.carrier)
    if (way === undefined || carrier === undefined) return []
    const signs = way.signs.filter((sign) => {
      const claimed = claims.get(selector(sign)) ?? way.carrier
      claims.set(selector(sign), claimed)
      return claimed === way.carrier
    })
    return [{ tunnel, way: { ...way, signs }, carrier }]
  })
}

/**
 * The packets that tunnels make leave by the table of their line, before anybody else is asked; behind the default in
 * it is a `prohibit`, so that they leave by no other. Only those that have no line yet, and those that still carry the
 * mark of what is inside of them (VXLAN asks routing with it): a probe, or a command that was given a line, asks for
 * another one with good reason.
 */
export function tunnelRules(lines: readonly LineFacts[], numbers: Numbers): IpRule[] {
  const rules = carriedAmong(lines).flatMap(({ tunnel, way, carrier }) =>
    way.signs.flatMap((sign) =>
      [UNMARKED, numbers.markOf(tunnel.id)].map((value): IpRule => ({
        family: 'ipv4',
        priority: way.isFound ? numbers.foundWayPriority : numbers.wayPriority,
        iif: 'lo',
        ...('to' in sign ? { to: hostPrefix('ipv4', sign.to) } : { udpSport: sign.fromUdpPort }),
        fwmark: { mark: value, mask: numbers.mask },
        table: numbers.tableOf(carrier.id),
        protocol: OUR_PROTOCOL,
        other: [],
      })),
    ),
  )
  // Two tunnels to one address; the kernel takes no rule twice.
  return [...new Map(rules.map((one) => [ruleKey(one), one])).values()]
}

/** A rule of ours for the own packets of a tunnel, not of what is in it. */
export const isTunnelRule = ({ protocol, iif, fwmark }: IpRule): boolean =>
  protocol === OUR_PROTOCOL && iif === 'lo' && fwmark !== undefined

/** @returns the tunnel that a rule of ours is for */
export const tunnelOfRule = (held: IpRule, lines: readonly LineFacts[]): LineFacts | undefined =>
  isTunnelRule(held)
    ? lines.find(({ way }) => way?.signs.some((sign) => isRuleOf(sign, held)) === true)
    : undefined

const isRuleOf = (sign: TunnelSign, { to, udpSport }: IpRule): boolean =>
  'to' in sign ? to?.address === sign.to : udpSport === sign.fromUdpPort

/**
 * The connections in which tunnels carry their packets over another line than before. Forgotten, they begin anew from
 * the address of the new line, and WireGuard goes on from there. Where a line takes no new connections those have no
 * mark.
 */
export const movedTunnels = (
  lines: readonly LineFacts[],
  observed: Observed,
  numbers: Numbers,
): readonly Ended[] =>
  carriedAmong(lines).flatMap(({ way, carrier }) =>
    way.signs.flatMap((sign) => {
      const tables = observed.rules.flatMap((held) =>
        isTunnelRule(held) && isRuleOf(sign, held) && held.table !== undefined ? [held.table] : [],
      )
      const before = lines.filter(({ id }) => id !== carrier.id && tables.includes(numbers.tableOf(id)))
      if (before.length === 0) return []
      const own = observed.addresses.flatMap(({ family, address }) => (family === 'ipv4' ? [address] : []))
      return [UNMARKED, ...before.map(({ id }) => numbers.markOf(id))].map((value) => ({
        family: 'ipv4',
        mark: value,
        mask: numbers.mask,
        tunnel: { sign, own },
      }))
    }),
  )

export interface TunnelChains {
  readonly chains: readonly NftChain[]
  /** In `leaving`, before connections are told apart. */
  readonly leaving: readonly NftRule[]
}

/**
 * What routing cannot promise: a socket may be bound to another line, or go on from the address of the one before.
 * Nothing where no line is a tunnel.
 */
export function tunnelChains(lines: readonly LineFacts[], numbers: Numbers): TunnelChains {
  const known = carriedAmong(lines).filter(({ way }) => way.signs.length > 0)
  if (known.length === 0) return { chains: [], leaving: [] }
  return {
    chains: [
      ...known.map((one) => guard(one, lines, numbers)),
      {
        ...chain(
          'tunnels',
          known.flatMap(({ tunnel, way }) => way.signs.map((sign) => unmark(sign, tunnel, numbers))),
        ),
        // Before `output`, and of a type that does not route anew: where they go is decided.
        hook: 'type filter hook output priority mangle - 1; policy accept;',
      },
    ],
    leaving: known.flatMap(({ tunnel, way }) =>
      way.signs.map((sign) =>
        rule(
          `${signText(sign, numbers)} fib saddr type local jump way_${tunnel.id}`,
          `the own packets of ${tunnel.config.name}`,
        ),
      ),
    ),
  }
}

/** A tunnel in the kernel leaves the mark of what is inside on what it makes of it. */
const unmark = (sign: TunnelSign, { id, config }: LineFacts, numbers: Numbers): NftRule =>
  rule(
    `${selector(sign)} meta mark & ${hex(numbers.mask)} == ${hex(numbers.markOf(id))} meta mark set meta mark & ${hex(numbers.keepNoProbe)}`,
    `packed into ${config.name}: the line of what is inside is not its own`,
  )

function guard({ tunnel, way, carrier }: Carried, lines: readonly LineFacts[], numbers: Numbers): NftChain {
  const dev = carrier.config.interface
  const others = [...new Set(lines.map(({ config }) => config.interface))].filter((other) => other !== dev)
  const elsewhere = way.isFound ? `{ ${others.map(quote).join(', ')} }` : `!= ${quote(dev)}`
  return chain(`way_${tunnel.id}`, [
    rule(
      `oifname ${elsewhere} drop`,
      `${tunnel.config.name} is carried by ${carrier.config.name} and by no other line`,
    ),
    rule(
      `ct mark & ${hex(numbers.mask)} != { 0, ${hex(numbers.markOf(carrier.id))} } drop`,
      'began on another line: no answer would come to its address; it begins anew',
    ),
  ])
}

/** Whoever was given a line is no matter of the tunnel; where the port is the tunnel's all of it is the tunnel's. */
const signText = (sign: TunnelSign, numbers: Numbers): string =>
  'to' in sign ? `${selector(sign)} meta mark & ${hex(numbers.maskWithProbe)} == 0` : selector(sign)

const selector = (sign: TunnelSign): string =>
  'to' in sign ? `ip daddr ${sign.to}` : `meta nfproto ipv4 udp sport ${sign.fromUdpPort}`
