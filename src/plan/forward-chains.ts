import {
  formatForwardTarget,
  formatPorts,
  isShifted,
  type Config,
  type Family,
  type LineConfig,
  type LineId,
  type NftChain,
  type NftMap,
  type NftRule,
  type PortForward,
  type Ruleset,
} from '../model/index.ts'
import { WORD, chain, hex, map, quote, rule, set } from './nft-words.ts'
import type { Numbers } from './numbers.ts'

/** What the table has besides where ports of lines lead to servers; nothing where none do. */
export interface ForwardRules {
  readonly maps: readonly NftMap[]
  readonly chains: readonly NftChain[]
}

/** A line in one family. */
export interface ForwardLeg {
  readonly id: LineId
  readonly config: LineConfig
  readonly family: Family
  /** The box's addresses that are this line's. */
  readonly own: readonly string[]
}

/** Before Docker and others at -100. A number, because versions of nft differ in where they have a name for it. */
const BEFORE_OTHERS = -120

/**
 * From outside the mark tells the line, whatever its address is now: `prerouting` has written it at `mangle`. Whoever
 * asks from inside, or on this box, asks a line by its address; the sets of addresses follow them.
 *
 * What is led to a server keeps the mark, so its answers leave by the line that was asked. Where one client asks two
 * lines from one port the kernel gives the second another source port on the way to the server (implicit source
 * translation, which any NAT chain at `postrouting` switches on).
 */
export function forwardRules(config: Config, legs: readonly ForwardLeg[], numbers: Numbers): ForwardRules {
  const asked = legs
    .map((leg) => ({ leg, forwards: forwardsFor(leg, config) }))
    .filter(({ forwards }) => forwards.length > 0)
  if (asked.length === 0) return { maps: [], chains: [] }
  const ids = [...new Set(asked.map(({ leg: { id } }) => id))]
  const devices = [...new Set(legs.map((leg) => quote(leg.config.interface)))].join(', ')
  const mask = hex(numbers.mask)
  const toAsked = asked.map(({ leg }) =>
    rule(
      `${WORD[leg.family]} daddr @${publicSet(leg)} jump forwards_${leg.id}`,
      `asked at the address of ${leg.config.name}, from inside`,
    ),
  )
  return {
    maps: [
      map(
        'forwards',
        'type mark : verdict;',
        ids.map((id) => [hex(numbers.markOf(id)), `goto forwards_${id}`]),
      ),
      ...asked.map(({ leg, forwards }) =>
        set(publicSet(leg), `type ${leg.family}_addr;`, [
          ...leg.own,
          ...forwards.flatMap(({ address }) => address ?? []),
        ]),
      ),
      ...shifts(asked.flatMap(({ forwards }) => forwards)),
    ],
    chains: [
      ...ids.map((id) => chain(`forwards_${id}`, rulesFor(asked.filter(({ leg }) => leg.id === id)))),
      {
        ...chain('dstnat', [
          rule(`iifname { ${devices} } ct mark & ${mask} vmap @forwards`, 'asked from outside, of that line'),
          rule(`iifname { ${devices} } return`, 'from outside, and of no line'),
          ...toAsked,
        ]),
        hook: `type nat hook prerouting priority ${BEFORE_OTHERS}; policy accept;`,
      },
      {
        ...chain('dstnat_own', toAsked),
        hook: `type nat hook output priority ${BEFORE_OTHERS}; policy accept;`,
      },
      {
        ...chain('hairpin', [
          rule(`oifname { ${devices} } return`, 'leaves by a line: not led to a server'),
          rule(`ct mark & ${mask} != 0 return`, 'from outside: the server sees who asks'),
          ...config.lan.interfaces.map(({ name }) =>
            rule(
              `iifname ${quote(name)} oifname != ${quote(name)} return`,
              'to another network: the answer comes back this way anyhow',
            ),
          ),
          ...asked.map(({ leg }) =>
            rule(
              `ct status dnat ct original ${WORD[leg.family]} daddr @${publicSet(leg)} masquerade`,
              `asked ${leg.config.name} from beside the server: with our address, or its answer would go past us`,
            ),
          ),
        ]),
        hook: 'type nat hook postrouting priority srcnat; policy accept;',
      },
    ],
  }
}

const forwardsFor = ({ family, config: { name } }: ForwardLeg, { forwards }: Config): PortForward[] =>
  forwards.filter(({ lines, to }) => lines.includes(name) && to.family === family)

const publicSet = ({ family, id }: ForwardLeg): string => `public${family === 'ipv4' ? 4 : 6}_${id}`

/** Those of a single address first; for the others any address that is the box's own. */
function rulesFor(asked: readonly { leg: ForwardLeg; forwards: readonly PortForward[] }[]): NftRule[] {
  const all = asked.flatMap(({ leg, forwards }) =>
    forwards.map((forward) => ({ forward, is: dnat(forward, leg.config.name) })),
  )
  const rest = all.filter(({ forward }) => forward.address === undefined)
  return [
    ...all.filter((one) => !rest.includes(one)),
    ...(rest.length === 0
      ? []
      : [{ is: rule('fib daddr type != local return', 'not asked of this box: on its way through') }]),
    ...rest,
  ].map(({ is }) => is)
}

function dnat(forward: PortForward, line: string): NftRule {
  const { protocol, firstPort, lastPort, address, to } = forward
  const ip = WORD[to.family]
  const isAsked = address === undefined ? `meta nfproto ${to.family}` : `${ip} daddr ${address}`
  const ports = lastPort === firstPort ? String(firstPort) : `${firstPort}-${lastPort}`
  const isSame = to.firstPort === firstPort && to.lastPort === lastPort
  const host = to.family === 'ipv6' && !isSame ? `[${to.address}]` : to.address
  const port = isSame
    ? ''
    : isShifted(forward)
      ? ` : ${protocol} dport map @${shiftOf(forward)}`
      : `:${to.firstPort}`
  return rule(
    `${isAsked} ${protocol} dport ${ports} dnat ${ip} to ${host}${port}`,
    `${line}: forwarded by the file`,
  )
}

/** Of each port its counterpart: nft cannot add. */
function shifts(forwards: readonly PortForward[]): NftMap[] {
  const shifted = new Map(forwards.filter(isShifted).map((forward) => [shiftOf(forward), forward]))
  return [...shifted].map(([name, { firstPort, lastPort, to }]) =>
    map(
      name,
      'type inet_service : inet_service;',
      Array.from({ length: lastPort - firstPort + 1 }, (_, i) => [String(firstPort + i), String(to.firstPort + i)]),
    ),
  ) // prettier-ignore
}

const shiftOf = ({ firstPort, lastPort, to }: PortForward): string =>
  `shift_${firstPort}_${lastPort}_to_${to.firstPort}`

/** What is led where, in a few words. */
export const forwardsText = ({ forwards, lines }: Config): string =>
  forwards.length === 0 ? 'nothing' : forwards.map((one) => forwardText(one, lines.length)).join(', ')

/** `tcp/443 of fiber → 10.0.0.5` */
function forwardText(forward: PortForward, lineCount: number): string {
  const { lines, address } = forward
  const of = address ?? (lines.length === lineCount ? undefined : lines.join(' and '))
  return `${formatPorts(forward)}${of === undefined ? '' : ` of ${of}`} → ${formatForwardTarget(forward)}`
}

/** What of a ruleset decides it, for telling whether it changes: each rule has its fingerprint in its comment. */
export const forwardsIn = (ruleset: Ruleset | undefined): string =>
  (ruleset?.chains ?? [])
    .filter(({ name }) => name.startsWith('forwards_'))
    .flatMap(({ rules }) => rules.map(({ comment }) => comment))
    .join()
