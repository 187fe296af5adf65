import {
  containsAddress,
  mark,
  parsePrefix,
  rangeOf,
  toNumber,
  type Mark,
  type NftMap,
} from '../model/index.ts'

/** A packet on paper: the first of a connection, with all that a rule of ours may ask of it. */
export interface PretendPacket {
  readonly from: string
  readonly to: string
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

/** What a rule comes to. `unknowable`: it asks for what nobody told us, or in words that are not understood here. */
export type RuleOutcome =
  | { readonly is: 'no-match' | 'unknowable' }
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

/** Every word with which rules of ours begin a question; of two that fit the longer one counts. */
const SELECTORS: readonly (readonly [words: string, read: Read])[] = [
  ['meta nfproto', () => 'ipv4'],
  ['meta l4proto', ({ protocol }) => protocol],
  ['meta pkttype', ({ castTo }) => castTo],
  ['meta mark', (packet) => packet.mark],
  ['ct mark', (packet) => packet.connectionMark],
  ['ct state', () => 'new'],
  ['ct direction', () => 'original'],
  // On shared cards; which gateway brings a packet nobody tells.
  ['iifname . ip daddr', ({ iif, to }) => concatenated(iif, to)],
  ['iifname . ether saddr', () => undefined],
  ['oifname . rt ip nexthop', ({ oif, via, to }) => concatenated(oif, via ?? to)],
  ['iifname', ({ iif }) => iif ?? NOTHING],
  ['oifname', ({ oif }) => oif ?? NOTHING],
  ['ip saddr', ({ from }) => from],
  ['ip daddr', ({ to }) => to],
  ['ip6 daddr', () => NOTHING],
  ['ip6 saddr', () => NOTHING],
  ['icmp type', ({ protocol }) => protocol && NOTHING],
  ['icmpv6 type', () => NOTHING],
  // What other programs translate and encrypt is not looked at.
  ['ct status', () => NOTHING],
  ['meta ipsec', () => NOTHING],
  // Some high one.
  ['udp sport', ({ protocol }) => protocol && NOTHING],
  ['tcp dport', (packet) => portOf('tcp', packet)],
  ['udp dport', (packet) => portOf('udp', packet)],
  ['fib daddr . mark oifname', (packet, { fibInterface }) => fibInterface('daddr', packet) ?? NOTHING],
  ['fib saddr oifname', (packet, { fibInterface }) => fibInterface('saddr', packet) ?? NOTHING],
  ['fib saddr . oif type', ({ from, oif }, { isLocal }) => (isLocal(from, oif) ? 'local' : 'other')],
  ['fib saddr type', ({ from }, { isLocal }) => (isLocal(from) ? 'local' : 'other')],
  // Whoever is traced was not started by `multihome use`.
  ['socket cgroupv2 level 1', () => NOTHING],
  ['numgen inc mod', ({ turn }) => turn],
]

const concatenated = (device: string | undefined, address: string): string =>
  device === undefined ? NOTHING : `${device} . ${address}`

const portOf = (asked: 'tcp' | 'udp', { protocol, port }: PretendPacket): Value =>
  protocol === undefined ? undefined : protocol === asked ? port : NOTHING

/** Statements that change nothing about where this packet goes. */
const WITHOUT_EFFECT =
  /^(?:counter(?: name \w+)?|limit rate \S+(?: burst \d+ packets)?|(?:add|update|delete) @\w+ \{[^}]*\})(?: |$)/

/** One rule of ours for one packet, read from the rule's own text: there is no second list of what it says. */
export function evaluate(text: string, packet: PretendPacket, surroundings: Surroundings): RuleOutcome {
  const words = new Words(text)
  let now = packet
  while (!words.atEnd) {
    if (words.take(WITHOUT_EFFECT) !== undefined) continue
    const verdict = verdictOf(words.rest)
    if (verdict !== undefined) return { is: 'match', packet: now, verdict }

    const setting = words.take(/^(meta|ct) mark set /)?.[1]
    const value = expression(words, now, surroundings)
    if (value === FOREIGN) return { is: 'unknowable' }
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
      const found = elements.find(([key]) => isIn(value, key))
      const chosen = verdictOf(found?.[1] ?? '')
      return chosen === undefined ? { is: 'no-match' } : { is: 'match', packet: now, verdict: chosen }
    }
    const operand = words.take(/^(!= |== )?(@\w+|\{[^}]*\}|"[^"]*"|[^\s{]+)/)
    const elements = elementsOf(operand?.[2] ?? '', surroundings)
    if (operand === undefined || (value === undefined && elements.length > 0)) return { is: 'unknowable' }
    const hit = elements.some(([key]) => isIn(value, key))
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
function expression(words: Words, packet: PretendPacket, surroundings: Surroundings): Value | typeof FOREIGN {
  if (words.take(/^jhash .* map @affinity/) !== undefined) return packet.remembered ?? NOT_REMEMBERED
  const selector = SELECTORS.find(([name]) => words.take(new RegExp(`^${name} `)) !== undefined)
  if (selector?.[0] === 'numgen inc mod') words.take(/^\d+ /)
  if (selector === undefined) return FOREIGN
  let value = selector[1](packet, surroundings)
  for (;;) {
    const operation = words.take(/^([&|]) (\w+)/)
    if (operation === undefined || value === undefined) return value
    const [, operator, word] = operation
    value = mark(operator === '&' ? Number(value) & Number(word) : Number(value) | Number(word))
  }
}

function verdictOf(text: string): Verdict | undefined {
  const [word = '', ...more] = text.split(' ')
  if (word === 'accept' || word === 'drop' || word === 'reject' || word === 'return') return { do: word }
  if (word === 'jump' || word === 'goto') return { do: word, chain: more[0] ?? '' }
  if (word === 'masquerade') return { do: 'snat' }
  const address = /^snat ip to (\S+)$/.exec(text)?.[1]
  return address === undefined ? undefined : { do: 'snat', to: address }
}

/** Keys with what they lead to: of a named set or map, of one in braces, or the single value that stands there. */
function elementsOf(operand: string, { maps }: Surroundings): readonly (readonly [string, string])[] {
  if (operand.startsWith('@'))
    return [...(maps.find(({ name }) => name === operand.slice(1))?.elements ?? [])]
  return operand.replaceAll(/[{}]/g, '').split(',').map((element): [string, string] => {
    const [key = '', value = ''] = element.split(' : ')
    return [key.trim(), value.trim()]
  }) // prettier-ignore
}

function isIn(value: Value, key: string): boolean {
  if (value === undefined) return false
  if (typeof value === 'number') {
    const [first, last = first] = key.split('-').map(Number)
    return first !== undefined && last !== undefined && first <= value && value <= last
  }
  const prefix = parsePrefix(key)
  if (prefix !== undefined) return containsAddress(prefix, value)
  const [first, last] = key.split('-').map((end) => parsePrefix(end))
  if (first !== undefined && last !== undefined) {
    const address = toNumber(value)
    return rangeOf(first).first <= address && address <= rangeOf(last).last
  }
  return value === key.replaceAll('"', '')
}
