import {
  familyOf,
  mark,
  parseAddress,
  parsePrefix,
  rangeOf,
  toAddress,
  toNumber,
  type NftMap,
} from '../model/index.ts'
import { ledElsewhere } from './nft-dnat.ts'
import { BEGINNINGS, type PretendPacket, type Surroundings, type Value } from './nft-questions.ts'

/**
 * What a rule comes to. `not-asked`: it is about the other family. `unknowable`: it asks for what nobody told us, or in
 * words that are not understood here.
 */
export type RuleOutcome =
  | { readonly is: 'no-match' | 'not-asked' | 'unknowable' }
  | { readonly is: 'match'; readonly packet: PretendPacket; readonly verdict?: Verdict }

export type Verdict =
  | { readonly do: 'accept' | 'drop' | 'reject' | 'return' }
  | { readonly do: 'jump' | 'goto'; readonly chain: string }
  /** Absent `to`: masqueraded. */
  | { readonly do: 'snat'; readonly to?: string }

/** A look into a map that came to nothing ends a rule. */
const NOT_REMEMBERED = 'not remembered'
/** Words that are not understood. */
const FOREIGN = Symbol('foreign words')
/** A question that is none to packets of this family: it ends a rule, whatever was to be compared. */
const OF_OTHERS = Symbol('of another family')

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
