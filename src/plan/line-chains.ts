import {
  fixedAddress,
  formatPrefix,
  networkOf,
  overlap,
  type Family,
  type LineId,
  type NftChain,
  type NftRule,
  type Prefix,
} from '../model/index.ts'
import { legsOf, routedTo, type LineFacts, type WholeLine } from './lines.ts'
import { mergedNetworks, networksText } from './networks.ts'
import type { TranslatedPrefix } from './prefix-translation.ts'
import { OWN, SUFFIX, WORD, chain, hex, quote, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'
import { ownSources } from './sources.ts'

/** @param only of that family alone; such a counter is there where the line has both */
export const chosenCounter = (id: LineId, only?: 'ipv6'): string =>
  `chosen${only === undefined ? '' : SUFFIX[only]}_${id}`

/** Packets that left by the line and that somebody beyond its gateway should answer. */
export const sentCounter = (id: LineId, family: Family): string => `sent${SUFFIX[family]}_${id}`
/** Answers from beyond its gateway. */
export const lifeCounter = (id: LineId, family: Family): string => `life${SUFFIX[family]}_${id}`
/** Those of them that answer the first packet of a TCP connection: proof of both ways. */
export const handshakeCounter = (id: LineId, family: Family): string => `handshake${SUFFIX[family]}_${id}`

export const countersOf = (whole: WholeLine): string[] => [
  chosenCounter(whole.id),
  ...(legsOf(whole).length > 1 ? [chosenCounter(whole.id, 'ipv6')] : []),
  ...legsOf(whole).flatMap(({ id, family }) =>
    [sentCounter, lifeCounter, handshakeCounter].map((name) => name(id, family)),
  ),
]

/** A line's networks and its addresses in a family. */
export interface Belongings {
  readonly leg: LineFacts
  readonly near: readonly Prefix[]
  readonly own: readonly string[]
  /** Prefixes of the LAN that take one of the line's. */
  readonly prefixes?: readonly TranslatedPrefix[]
}

/**
 * The chains of one line: chosen, obeyed, given up, come in by, left by, counted, translated. Where both families are
 * the line's, those that tell them apart have a sister with a 6 in its name.
 * @param families those in which any line is one
 */
export function lineChains(
  whole: WholeLine,
  belongings: readonly Belongings[],
  families: readonly Family[],
  numbers: Numbers,
): NftChain[] {
  const { id, config: line } = whole
  const set = `& ${hex(numbers.keep)} | ${hex(numbers.markOf(id))}`
  return [
    chain(`line_${id}`, [
      rule(`meta mark set meta mark ${set}`, `${line.name}: this packet`),
      rule(`ct mark set ct mark ${set}`, `${line.name}: this connection, for life`),
    ]),
    chain(`stay_${id}`, [
      rule(
        `meta mark set meta mark ${set} goto sent_${id}`,
        `${line.name}: this packet, as all of its connection`,
      ),
    ]),
    chain(`over_${id}`, [
      ...belongings.flatMap(({ leg, near }) =>
        near.length === 0
          ? []
          : [
              rule(
                `${WORD[leg.family]} daddr ${networksText(near)} goto stay_${id}`,
                `the page of a modem is there, whatever else ${line.name} lost`,
              ),
            ],
      ),
      rule('goto over', `${line.name} carries it no more`),
    ]),
    ...(belongings.length === 1 ? [] : belongings.map(({ leg }) => overInOneFamily(leg))),
    chain(`pick_${id}`, picked(whole, belongings)),
    ...comeIn(whole, belongings, families, set, numbers),
    chain(`took_${id}`, [
      rule(`ct mark set ct mark ${set}`, `left by ${line.name}, stays there`),
      rule(`goto sent_${id}`, 'and is counted'),
    ]),
    ...byFamily('sent', belongings, sent),
    ...byFamily('nat', belongings, translation),
  ]
}

/** A chain `NAME_1`, which leads to its sister `NAME6_1` where both families are the line's. */
function byFamily(
  name: string,
  belongings: readonly Belongings[],
  rulesOf: (of: Belongings) => readonly NftRule[],
): NftChain[] {
  return belongings.map((of, i) => {
    const { family, id, config } = of.leg
    const isSister = i > 0
    const toSister = rule(`meta nfproto ipv6 goto ${name}6_${id}`, `${config.name}: IPv6 by itself`)
    const rules = rulesOf(of)
    return isSister
      ? chain(`${name}${SUFFIX[family]}_${id}`, rules)
      : chain(`${name}_${id}`, belongings.length === 1 ? rules : [toSister, ...rules])
  })
}

/** Given up in one family, while the other works. */
const overInOneFamily = ({ id, family, config }: LineFacts): NftChain =>
  chain(`${OVER[family]}_${id}`, [
    rule(`meta nfproto != ${family} goto stay_${id}`, `${config.name} works there`),
    rule(`goto over_${id}`, `${config.name} carries it no more`),
  ])

/** Chains that give up one family alone. */
export const OVER = { ipv4: 'over4', ipv6: 'over6' } as const satisfies Record<Family, string>

function picked({ id, config }: WholeLine, belongings: readonly Belongings[]): NftRule[] {
  const chosen = `counter name ${chosenCounter(id)}`
  const [only, ...others] = belongings
  if (only !== undefined && others.length === 0)
    return [
      rule(
        `${chosen} counter name ${sentCounter(id, only.leg.family)} goto line_${id}`,
        `${config.name} was chosen`,
      ),
    ]
  return [
    ...belongings.map(({ leg: { family } }) =>
      rule(
        `meta nfproto ${family} counter name ${sentCounter(id, family)}${family === 'ipv6' ? ` counter name ${chosenCounter(id, family)}` : ''}`,
        'somebody should answer',
      ),
    ),
    rule(`${chosen} goto line_${id}`, `${config.name} was chosen`),
  ]
}

/**
 * Every packet of a download comes here: as few questions as can be, and the SYN-ACK last. On a shared card whoever
 * finds out which line it was has asked them before.
 * @param set to this line
 */
function comeIn(
  { id, config: line, sharesDevice }: WholeLine,
  belongings: readonly Belongings[],
  families: readonly Family[],
  set: string,
  numbers: Numbers,
): NftChain[] {
  const mark = rule(`ct mark set ct mark ${set}`, `came in by ${line.name}, answers leave by it`)
  if (sharesDevice)
    return [
      chain(`in_${id}`, [mark]),
      ...belongings.map((of) =>
        chain(`life${SUFFIX[of.leg.family]}_${id}`, [rule(lifeText(of), lives(line.name))]),
      ),
    ]
  const known = `ct state established ct mark & ${hex(numbers.maskWithProbe)} == ${hex(numbers.markOf(id))}`
  return [
    chain(`in_${id}`, [
      rule(`ct direction original goto came_${id}`, 'no answer'),
      ...belongings.map((of) => {
        const isAlone = belongings.length === 1 || of.near.length > 0
        const which = isAlone ? '' : `meta nfproto ${of.leg.family} `
        return rule(
          `${known} ${which}${lifeText(of)}`,
          `an answer, to no probe, from beyond the gateway: ${line.name} lives`,
        )
      }),
    ]),
    chain(`came_${id}`, [
      rule('ct state != new return', 'known already'),
      ...families
        .filter((family) => belongings.every(({ leg }) => leg.family !== family))
        .map((family) => rule(`meta nfproto ${family} return`, `${line.name} is no line there`)),
      ...belongings.map(({ leg: { family } }) =>
        rule(`${WORD[family]} saddr @${OWN[family]} drop`, 'nobody outside has an address of the LAN'),
      ),
      mark,
    ]),
  ]
}

/** Counts it as a sign of life. */
const lifeText = ({ leg: { id, family }, near }: Belongings): string =>
  `${near.length === 0 ? '' : `${WORD[family]} saddr != ${networksText(near)} `}counter name ${lifeCounter(id, family)} tcp flags & (syn | ack) == 0x12 counter name ${handshakeCounter(id, family)}`

const lives = (name: string): string =>
  `from beyond the gateway: ${name} lives; by a SYN-ACK in both directions`

function sent({ leg: { id, family, config }, near }: Belongings): NftRule[] {
  return [
    rule(
      `tcp flags & (fin | syn | psh) == 0 meta length < ${LONGEST_ACK_BYTES[family]} return`,
      'a mere acknowledgement or a reset: nobody answers that',
    ),
    rule(
      `ct direction original ${near.length === 0 ? '' : `${WORD[family]} daddr != ${networksText(near)} `}counter name ${sentCounter(id, family)}`,
      `somebody beyond the gateway of ${config.name} should answer`,
    ),
  ]
}

/** With all options that acknowledgements carry; the headers of IPv6 are 20 bytes longer. */
const LONGEST_ACK_BYTES = { ipv4: 90, ipv6: 110 } as const

function translation({ leg, near, own, prefixes = [] }: Belongings): NftRule[] {
  const { config: line, family, address, lender, sharesDevice } = leg
  if (line.nat === 'off') return [rule('accept', `${line.name}: nat is off`)]
  const word = WORD[family]
  const routed = routedTo(leg)
  const before = [
    rule(
      `oifname != ${quote(line.interface)} masquerade`,
      `routed elsewhere: never with the address of ${line.name}`,
    ),
    ...(routed.length === 0
      ? []
      : [rule(`${word} saddr ${networksText(routed)} accept`, `${line.name} has it routed here`)]),
    ...ownSources(leg, near),
    ...prefixes.map(({ from, to }) =>
      rule(
        `ip6 saddr ${formatPrefix(from)} snat ip6 prefix to ${formatPrefix(to)}`,
        `${line.name}: another prefix, and everybody keeps the rest of his address`,
      ),
    ),
  ]
  const isFixed = line.nat === 'snat' || (line.nat === 'auto' && fixedAddress(line, family) !== undefined)
  // Masquerading takes the first address that fits the network, which on a shared card may be another line's, and any of
  // the box where the interface has none.
  if (address === undefined || (!isFixed && !sharesDevice && lender === undefined))
    return [...before, rule('masquerade', `${line.name}: the address the interface has now`)]
  const network = networkOf(address)
  const others = mergedNetworks(sharesDevice ? near.filter((one) => !overlap(one, network)) : near)
  return [
    ...before,
    ...(sharesDevice
      ? [rule(`${word} saddr { ${own.join(', ')} } accept`, `has an address of ${line.name} already`)]
      : []),
    ...(others.length === 0
      ? []
      : [
          rule(
            `${word} daddr { ${others.join(', ')} } masquerade`,
            `${line.name}: on its own networks the nearest address`,
          ),
        ]),
    rule(
      `snat ${word} to ${address.address}`,
      `${line.name}: its ${isFixed ? 'fixed ' : ''}address${lender === undefined ? '' : ` on ${lender}`}`,
    ),
  ]
}
