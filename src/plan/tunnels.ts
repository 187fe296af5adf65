import {
  FAMILIES,
  OUR_PROTOCOL,
  hostPrefix,
  mark,
  type Ended,
  type Family,
  type IpRule,
  type NftChain,
  type NftRule,
  type Observed,
  type TunnelSign,
} from '../model/index.ts'
import { familiesIn, legsIn, type LineFacts } from './lines.ts'
import { WORD, chain, hex, quote, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'
import { ruleKey } from './same.ts'
import { isIn, type Way } from './ways.ts'

/** A tunnel and the line that carries it. */
interface Carried {
  readonly tunnel: LineFacts
  readonly way: Way
  readonly carrier: LineFacts
  /** Those of which it is seen to. */
  readonly families: readonly Family[]
}

const UNMARKED = mark(0)

/**
 * Of two tunnels to one address over different lines the first is right: nothing tells their packets apart. What nobody
 * wrote a way for, and the line that was found does not have, is left as it is: a peer of WireGuard that has an IPv6
 * address, and a line that has none.
 */
function carriedAmong(lines: readonly LineFacts[]): readonly Carried[] {
  const claims = new Map<string, string>()
  const families = familiesIn(lines)
  // The way of a tunnel is the same whatever is inside.
  const each = [...new Map(lines.map((line) => [line.id, line])).values()]
  return each.flatMap((tunnel) => {
    const { way } = tunnel
    const carriers = lines.filter(({ config }) => config.name === way?.carrier)
    const [carrier] = carriers
    if (way === undefined || carrier === undefined) return []
    const signs = way.signs.filter((sign) => {
      const sender = JSON.stringify(sign)
      const claimed = claims.get(sender) ?? way.carrier
      claims.set(sender, claimed)
      return claimed === way.carrier
    })
    const seenTo = families.filter((family) => !way.isFound || legsIn(family, carriers).length > 0)
    return [{ tunnel, way: { ...way, signs }, carrier, families: seenTo }]
  })
}

const signsIn = (family: Family, { way, families }: Carried): readonly TunnelSign[] =>
  families.includes(family) ? way.signs.filter((sign) => isIn(family, sign)) : []

/**
 * The packets that tunnels make leave by the table of their line, before anybody else is asked; behind the default in
 * it is a `prohibit`, so that they leave by no other. Only those that have no line yet, and those that still carry the
 * mark of what is inside of them (VXLAN asks routing with it): a probe, or a command that was given a line, asks for
 * another one with good reason.
 */
export function tunnelRules(family: Family, lines: readonly LineFacts[], numbers: Numbers): IpRule[] {
  const rules = carriedAmong(lines).flatMap((carried) =>
    signsIn(family, carried).flatMap((sign) =>
      [UNMARKED, numbers.markOf(carried.tunnel.id)].map((value): IpRule => ({
        family,
        priority: carried.way.isFound ? numbers.foundWayPriority : numbers.wayPriority,
        iif: 'lo',
        ...('to' in sign ? { to: hostPrefix(family, sign.to) } : { udpSport: sign.fromUdpPort }),
        fwmark: { mark: value, mask: numbers.mask },
        table: numbers.tableOf(carried.carrier.id),
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
  family: Family,
  lines: readonly LineFacts[],
  observed: Observed,
  numbers: Numbers,
): readonly Ended[] =>
  carriedAmong(lines).flatMap((carried) =>
    signsIn(family, carried).flatMap((sign) => {
      const tables = observed.rules.flatMap((held) =>
        held.family === family && isTunnelRule(held) && isRuleOf(sign, held) && held.table !== undefined
          ? [held.table]
          : [],
      )
      const before = [...new Set(lines.map(({ id }) => id))].filter(
        (id) => id !== carried.carrier.id && tables.includes(numbers.tableOf(id)),
      )
      if (before.length === 0) return []
      const own = observed.addresses.filter((held) => held.family === family).map(({ address }) => address)
      return [UNMARKED, ...before.map((id) => numbers.markOf(id))].map((value) => ({
        family,
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
  const known = carriedAmong(lines)
    .map((carried) => ({
      ...carried,
      selectors: FAMILIES.flatMap((family) =>
        signsIn(family, carried).map((sign) => ({ text: selector(family, sign), isByAddress: 'to' in sign })),
      ),
    }))
    .filter(({ selectors }) => selectors.length > 0)
  if (known.length === 0) return { chains: [], leaving: [] }
  return {
    chains: [
      ...known.map((one) => guard(one, lines, numbers)),
      {
        ...chain(
          'tunnels',
          known.flatMap(({ tunnel, selectors }) =>
            selectors.map(({ text }) => unmark(text, tunnel, numbers)),
          ),
        ),
        // Before `output`, and of a type that does not route anew: where they go is decided.
        hook: 'type filter hook output priority mangle - 1; policy accept;',
      },
    ],
    leaving: known.flatMap(({ tunnel, selectors }) =>
      selectors.map(({ text, isByAddress }) => {
        // Whoever was given a line is no matter of the tunnel; where the port is the tunnel's all of it is the tunnel's.
        const unmarked = isByAddress ? ` meta mark & ${hex(numbers.maskWithProbe)} == 0` : ''
        return rule(
          `${text}${unmarked} fib saddr type local jump way_${tunnel.id}`,
          `the own packets of ${tunnel.config.name}`,
        )
      }),
    ),
  }
}

/** A tunnel in the kernel leaves the mark of what is inside on what it makes of it. */
const unmark = (selected: string, { id, config }: LineFacts, numbers: Numbers): NftRule =>
  rule(
    `${selected} meta mark & ${hex(numbers.mask)} == ${hex(numbers.markOf(id))} meta mark set meta mark & ${hex(numbers.keepNoProbe)}`,
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

const selector = (family: Family, sign: TunnelSign): string =>
  'to' in sign ? `${WORD[family]} daddr ${sign.to}` : `meta nfproto ${family} udp sport ${sign.fromUdpPort}`
