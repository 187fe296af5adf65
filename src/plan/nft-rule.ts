import {
  familyOf,
  mark,
  parseAddress,
  parsePrefix,
  rangeOf,
  toAddress,
  toNumber,
  type Family,
  type Mark,
  type NftMap,
} from '../model/index.ts'
import { ledElsewhere } from './nft-dnat.ts'

/** A packet on paper: the first of a connection, with all that a rule of ours may ask of it; of the family of `to`. */
export interface PretendPacket {
  readonly from: string
  readonly to: string
  /** Before a forward led it elsewhere. */
  readonly askedTo?: string
  /** Absent: the box itself sends it. */
  readonly iif?: string
  /** Once routing has decided. */
  readonly oif?: string
  /** Together with it; absent: the destination itself is beside us. */
  readonly via?: string
  readonly mark: Mark
  readonly connectionMark: Mark
  readonly castTo: 'host' | 'broadcast' | 'multicast'
  readonly protocol?: 'tcp' | 'udp'
  readonly port?: number
  /** What the map `affinity` has for these two. */
  readonly remembered?: Mark
  /** Which slot has its turn. */
  readonly turn: number
}

/** What is asked of the box, not of the packet. */
export interface Surroundings {
  readonly maps: readonly NftMap[]
  /** The interface to which routing leads, as the `fib` expression tells; `undefined`: none, or the box itself. */
  readonly fibInterface: (of: 'saddr' | 'daddr', packet: PretendPacket) => string | undefined
  readonly isLocal: (address: string, onInterface?: string) => boolean
}

/** What a rule comes to. `not-asked`: it is about the other family. `unknowable`: it asks for what nobody told us, or in words that are not understood here. */
export type RuleOutcome =
  | { readonly is: 'no-match' | 'not-asked' | 'unknowable' }
  | { readonly is: 'match'; readonly packet: PretendPacket; readonly verdict?: Verdict }

export type Verdict =
  | { readonly do: 'accept' | 'drop' | 'reject' | 'return' }
  | { readonly do: 'jump' | 'goto'; readonly chain: string }
  /** Absent `to`: masqueraded. */
  | { readonly do: 'snat'; readonly to?: string }

/** `undefined`: nobody told. */
type Value = number | string | undefined
type Read = (packet: PretendPacket, surroundings: Surroundings) => Value

const NOTHING = ''
/** A look into a map that came to nothing ends a rule. */
const NOT_REMEMBERED = 'not remembered'
/** Words that are not understood. */
const FOREIGN = Symbol('foreign words')
/** A question that is none to packets of this family: it ends a rule, whatever was to be compared. */
const OF_OTHERS = Symbol('of another family')

/** Every word with which rules of ours begin a question; of two that fit the longer one counts. */
const SELECTORS: readonly (readonly [words: string, read: Read])[] = [
  ['meta nfproto', ({ to }) => familyOf(to)],
  ['meta l4proto', ({ protocol }) => protocol],
  ['meta pkttype', ({ castTo }) => castTo],
  ['meta mark', (packet) => packet.mark],
  ['ct mark', (packet) => packet.connectionMark],
  ['ct state', () => 'new'],
  ['ct direction', () => 'original'],
  // On shared cards; which gateway brings a packet nobody tells.
  ['iifname . ip daddr', ({ iif, to }) => concatenated(iif, to)],
  ['iifname . ip6 daddr', ({ iif, to }) => concatenated(iif, to)],
  ['iifname . ether saddr', () => undefined],
  ['oifname . rt ip nexthop', ({ oif, via, to }) => concatenated(oif, via ?? to)],
  ['oifname . rt ip6 nexthop', ({ oif, via, to }) => concatenated(oif, via ?? to)],
  ['iifname', ({ iif }) => iif ?? NOTHING],
  ['oifname', ({ oif }) => oif ?? NOTHING],
  ['ip saddr', ({ from }) => from],
  ['ip daddr . th dport', resolverAsked],
  ['ip daddr', ({ to }) => to],
  ['ip6 saddr', ({ from }) => from],
  ['ip6 daddr . th dport', resolverAsked],
  ['ip6 daddr', ({ to }) => to],
  ['icmp type', ({ protocol }) => protocol && NOTHING],
  ['icmpv6 type', ({ protocol }) => protocol && NOTHING],
  // What other programs translate and encrypt is not looked at.
  ['ct status', ({ askedTo }) => (askedTo === undefined ? NOTHING : 'dnat')],
  ['ct original ip daddr', ({ askedTo, to }) => askedTo ?? to],
  ['ct original ip6 daddr', ({ askedTo, to }) => askedTo ?? to],
  ['meta ipsec', () => NOTHING],
  // Some high one.
  ['udp sport', ({ protocol }) => protocol && NOTHING],
  ['tcp dport', (packet) => portOf('tcp', packet)],
  // No connection begins with a mere acknowledgement.
  ['tcp flags & (fin | syn | psh)', () => SYN],
  ['tcp flags & (syn | ack)', () => SYN],
  ['tcp flags & (syn | rst)', ({ protocol }) => (protocol === 'udp' ? NOTHING : SYN)],
  ['udp dport', (packet) => portOf('udp', packet)],
  ['fib daddr . mark oifname', (packet, { fibInterface }) => fibInterface('daddr', packet) ?? NOTHING],
  ['fib daddr type', ({ to }, { isLocal }) => (isLocal(to) ? 'local' : 'other')],
  ['fib saddr oifname', (packet, { fibInterface }) => fibInterface('saddr', packet) ?? NOTHING],
  ['fib saddr . oif type', ({ from, oif }, { isLocal }) => (isLocal(from, oif) ? 'local' : 'other')],
  ['fib saddr type', ({ from }, { isLocal }) => (isLocal(from) ? 'local' : 'other')],
  // Whoever is traced was not started by `multihome use`.
  ['socket cgroupv2 level 1', () => NOTHING],
  ['numgen inc mod', ({ turn }) => turn],
]

const SYN = 2

/** Made once: a packet is asked some thousand such questions. */
const BEGINNINGS = SELECTORS.map(([words, read]) => ({
  words,
  read,
  family: familyAsked(words),
  form: new RegExp(`^${words.replaceAll(/[(|)]/g, String.raw`\$&`)} `),
}))

/** Absent: both. */
function familyAsked(words: string): Family | undefined {
  if (/\bip6 |^icmpv6 /.test(words)) return 'ipv6'
  return /\bip |^icmp /.test(words) ? 'ipv4' : undefined
}

const concatenated = (device: string | undefined, address: string): string =>
  device === undefined ? NOTHING : `${device} . ${address}`

const portOf = (asked: 'tcp' | 'udp', { protocol, port }: PretendPacket): Value =>
  protocol === undefined ? undefined : protocol === asked ? port : NOTHING

/** Only of whom there is a resolver at the address it matters on which port. */
function resolverAsked({ to, port, protocol }: PretendPacket, { maps }: Surroundings): Value {
  const key = `${to} . `
  const resolvers = maps.find(({ name }) => name === DNS_MAP[familyOf(to)])?.elements.keys() ?? []
  if (![...resolvers].some((element) => element.startsWith(key))) return NOTHING
  return protocol === undefined ? undefined : `${key}${port}`
}

const DNS_MAP = { ipv4: 'dns4', ipv6: 'dns6' } as const satisfies Record<Family, string>

/** Statements that change nothing about where this packet goes. */
const WITHOUT_EFFECT =
  /^(?:counter(?: name \w+)?|notrack|tcp option maxseg size set (?:rt mtu|\d+)|limit rate \S+(?: burst \d+ packets)?|(?:add|update|delete) @\w+ \{[^}]*\})(?: |$)/

/** One rule of ours for one packet, read from the rule's own text: there is no second list of what it says. */
export function evaluate(text: string, packet: PretendPacket, surroundings: Surroundings): RuleOutcome {
  const words = new Words(text)
  const [, isOther, family] = words.take(/^meta nfproto (!= )?(ipv[46])(?: |$)/) ?? []
  if (family !== undefined && (family === familyOf(packet.to)) === (isOther !== undefined))
    return { is: 'not-asked' }
  let now = packet
  while (!words.atEnd) {
    if (words.take(WITHOUT_EFFECT) !== undefined) continue
    const led = ledElsewhere(words.rest, now, surroundings)
    if (led !== undefined) return { is: 'match', packet: led, verdict: { do: 'accept' } }
    const verdict = verdictOf(words.rest, now)
    if (verdict !== undefined) return { is: 'match', packet: now, verdict }

    const setting = words.take(/^(meta|ct) mark set /)?.[1]
    const value = expression(words, now, surroundings)
    if (value === FOREIGN) return { is: 'unknowable' }
    if (value === OF_OTHERS) return { is: 'not-asked' }
    if (setting !== undefined) {
      if (value === NOT_REMEMBERED) return { is: 'no-match' }
      const word = mark(Number(value))
      now = setting === 'meta' ? { ...now, mark: word } : { ...now, connectionMark: word }
      continue
    }
    const map = words.take(/^vmap (@\w+|\{[^}]*\})/)?.[1]
    if (map !== undefined) {
      const elements = elementsOf(map, surroundings)
      if (value === undefined && elements.length > 0) return { is: 'unknowable' }
      const chosen = verdictOf(elements.find(({ has }) => has(value))?.leadsTo ?? '', now)
      return chosen === undefined ? { is: 'no-match' } : { is: 'match', packet: now, verdict: chosen }
    }
    const operand = words.take(/^(!= |== )?(@\w+|\{[^}]*\}|"[^"]*"|[^\s{]+)/)
    const elements = elementsOf(operand?.[2] ?? '', surroundings)
    if (operand === undefined || (value === undefined && elements.length > 0)) return { is: 'unknowable' }
    const hit = elements.some(({ has }) => has(value))
    if (hit === (operand[1] === '!= ')) return { is: 'no-match' }
  }
  return { is: 'match', packet: now }
}

/** The text of a rule, read from its beginning. */
class Words {
  rest: string

  constructor(text: string) {
    this.rest = text
  }

  get atEnd(): boolean {
    return this.rest === ''
  }

  /** @param form begins with ^ */
  take(form: RegExp): RegExpExecArray | undefined {
    const found = form.exec(this.rest) ?? undefined
    if (found !== undefined) this.rest = this.rest.slice(found[0].length).trimStart()
    return found
  }
}

/** `ct mark & 0x3f000000`, `meta mark & 0xc0ffffff | 0x01000000`, `jhash … map @affinity`. */
function expression(
  words: Words,
  packet: PretendPacket,
  surroundings: Surroundings,
): Value | typeof FOREIGN | typeof OF_OTHERS {
  if (words.take(/^jhash .* map @affinity/) !== undefined) return packet.remembered ?? NOT_REMEMBERED
  const selector = BEGINNINGS.find(({ form }) => words.take(form) !== undefined)
  if (selector === undefined) return FOREIGN
  if (selector.family !== undefined && selector.family !== familyOf(packet.to)) return OF_OTHERS
  if (selector.words === 'numgen inc mod') words.take(/^\d+ /)
  let value = selector.read(packet, surroundings)
  for (;;) {
    const operation = words.take(/^([&|]) (\w+)/)
    if (operation === undefined || value === undefined) return value
    const [, operator, word] = operation
    value = mark(operator === '&' ? Number(value) & Number(word) : Number(value) | Number(word))
  }
}

function verdictOf(text: string, { from }: PretendPacket): Verdict | undefined {
  const [word = '', ...more] = text.split(' ')
  if (word === 'accept' || word === 'drop' || word === 'reject' || word === 'return') return { do: word }
  if (word === 'jump' || word === 'goto') return { do: word, chain: more[0] ?? '' }
  if (word === 'masquerade') return { do: 'snat' }
  const prefix = parsePrefix(/^snat ip6 prefix to (\S+)$/.exec(text)?.[1] ?? '')
  if (prefix !== undefined) {
    const { first, last } = rangeOf(prefix)
    return { do: 'snat', to: toAddress('ipv6', first | (toNumber(from) & (last - first))) }
  }
  const address = /^snat ip6? to (\S+)$/.exec(text)?.[1]
  return address === undefined ? undefined : { do: 'snat', to: address }
}

/** A key, and what it leads to. */
interface Element {
  readonly has: (value: Value) => boolean
  readonly leadsTo: string
}

/** Of a named set or map, of one in braces, or the single value that stands there. */
function elementsOf(operand: string, { maps }: Surroundings): readonly Element[] {
  if (operand.startsWith('@')) {
    const map = maps.find(({ name }) => name === operand.slice(1))
    return map === undefined ? [] : elementsOfMap(map)
  }
  return operand.replaceAll(/[{}]/g, '').split(',').map((element) => {
    const [key = '', value = ''] = element.split(' : ')
    return elementOf(key.trim(), value.trim())
  }) // prettier-ignore
}

/** Read once: with many lines one map is asked again and again. */
function elementsOfMap(map: NftMap): readonly Element[] {
  const known = READ.get(map)
  if (known !== undefined) return known
  const elements = [...map.elements].map(([key, value]) => elementOf(key, value))
  READ.set(map, elements)
  return elements
}
const READ = new WeakMap<NftMap, readonly Element[]>()

function elementOf(key: string, leadsTo: string): Element {
  let addresses: Ends<bigint> | 'none' | undefined
  let numbers: Ends<number> | undefined
  const text = key.replaceAll('"', '')
  return {
    leadsTo,
    has(value) {
      if (value === undefined) return false
      if (typeof value === 'number') return isBetween((numbers ??= numbersIn(key)), value)
      addresses ??= addressesIn(key) ?? 'none'
      if (addresses === 'none') return value === text
      return parseAddress(value) !== undefined && isBetween(addresses, toNumber(value))
    },
  }
}

interface Ends<T extends number | bigint> {
  readonly first: T
  readonly last: T
}

const isBetween = <T extends number | bigint>({ first, last }: Ends<T>, value: T): boolean =>
  first <= value && value <= last

function numbersIn(key: string): Ends<number> {
  const [first = NaN, last = first] = key.split('-').map(Number)
  return { first, last }
}

/** `10.0.0.0/8` or `10.0.0.0-10.0.0.9` */
function addressesIn(key: string): Ends<bigint> | undefined {
  const prefix = parsePrefix(key)
  if (prefix !== undefined) return rangeOf(prefix)
  const [first, last] = key.split('-').map((end) => parsePrefix(end))
  if (first === undefined || last === undefined) return undefined
  return { first: rangeOf(first).first, last: rangeOf(last).last }
}
