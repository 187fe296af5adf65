import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { ParsedNode } from 'yaml'
import type { KeyDoc } from './keys.ts'
import { isEmpty, misplaced } from './misplaced.ts'
import { nearest } from './nearest.ts'
import { problem } from './problem.ts'
import type { Complaint, Problem, ProblemDetails, Span } from './problem.ts'
import { quote } from './quote.ts'
import { gluedKey, spaced } from './syntax.ts'
import type { SpanAt } from './yaml-document.ts'
import type { Result } from '../model/index.ts'

/** One walk through a document. Every reader below reports into `problems` and answers `undefined` when it did. */
export interface Reading {
  readonly spanAt: SpanAt
  readonly problems: Problem[]
}

/** A value somewhere in the document that is still to be read. */
export interface Item {
  /** How messages call it: `"weight"`. */
  readonly called: string
  readonly expects: string
  readonly node: ParsedNode | null
  /** Of the value; of its key when there is nothing behind the colon. */
  readonly place: Span
}

/** A value together with where it was written. */
export interface Written<T> {
  readonly value: T
  readonly place: Span
}

export interface Entry {
  readonly name: string
  readonly key: Span
  readonly node: ParsedNode | null
}

export interface Fields<Key extends string> {
  readonly items: Partial<Record<Key, Item>>
  /** Where the keys themselves stand. */
  readonly keys: Partial<Record<Key, Span>>
  /** Keys that are missing only because their name was misspelt; that has been reported. */
  readonly meant: ReadonlySet<string>
}

export function itemOf(
  reading: Reading,
  node: ParsedNode | null,
  called: string,
  expects: string,
  key?: Span,
): Item {
  const place =
    isEmpty({ node }) && key !== undefined ? key : reading.spanAt(node?.range[0] ?? 0, node?.range[1] ?? 0)
  return { called, expects, node, place }
}

/** What is known of keys that do not belong there. */
export interface KeyHints {
  /** Of other programs, with the reason why there is none here. */
  readonly needless?: ReadonlyMap<string, string>
  /** Which key it belongs below; `above`: the one before it, where that is empty. */
  readonly ownerOf?: (entry: Entry, above: string | undefined) => string | undefined
}

/** Reads a map whose keys are known; those that are not, or are there twice, are reported. */
export function readFields<Key extends string>(
  reading: Reading,
  item: Item,
  owner: string,
  known: Readonly<Record<Key, KeyDoc>>,
  hints: KeyHints = {},
): Fields<Key> | undefined {
  const entries = readEntries(reading, item)
  if (entries === undefined) return undefined
  const items: Partial<Record<Key, Item>> = {}
  const keys: Partial<Record<Key, Span>> = {}
  const isKnown = (name: string): name is Key => Object.hasOwn(known, name)
  const { needless, ownerOf } = hints
  const below = misplaced(entries, (entry, above) =>
    isKnown(entry.name) ? undefined : ownerOf?.(entry, above),
  )
  const meant = new Set(below.values())
  for (const entry of entries) {
    const { name, key, node } = entry
    if (!isKnown(name)) {
      const hint = hintOf(entry, below.get(entry), known, needless)
      if (hint.meant !== undefined) meant.add(hint.meant)
      reading.problems.push(problem('MH203', key, `${quote(name)} is not a key of ${owner}`, hint.details))
      continue
    }
    if (meant.has(name) && isEmpty(entry)) continue
    const first = keys[name]
    if (first !== undefined) {
      const related = { place: first, label: 'first written here' }
      reading.problems.push(
        problem('MH201', key, `${quote(name)} is written twice`, { label: 'keep one of the two', related }),
      )
      continue
    }
    keys[name] = key
    items[name] = itemOf(reading, node, quote(name), known[name].expects, key)
  }
  return { items, keys, meant }
}

/** Reads a map whose keys are the operator's own. A name may come twice. */
export function readEntries(reading: Reading, item: Item): readonly Entry[] | undefined {
  const { node } = item
  if (refuseAlias(reading, node, item)) return undefined
  if (!isMap<ParsedNode, ParsedNode | null>(node)) return wrongKind(reading, item, unglued(node))
  return node.items.flatMap(({ key, value }) => {
    if (refuseAlias(reading, key, item)) return []
    const place = reading.spanAt(key.range[0], key.range[1])
    if (isScalar(key) && key.source !== undefined && key.source !== '')
      return [{ name: key.source, key: place, node: value }]
    reading.problems.push(
      problem('MH204', place, `a key in ${item.called} is ${kindOf(key)}`, {
        label: 'expected a word as key',
      }),
    )
    return []
  })
}

export function readList(reading: Reading, item: Item): readonly (ParsedNode | null)[] | undefined {
  const { node } = item
  if (refuseAlias(reading, node, item)) return undefined
  return isSeq<ParsedNode | null>(node) ? node.items : wrongKind(reading, item)
}

/** Reads a single text, or a list of them. */
export const readTexts = <T>(
  reading: Reading,
  item: Item,
  parse: (text: string) => Result<T, Complaint>,
): readonly Written<T>[] =>
  (isSeq<ParsedNode | null>(item.node) ? item.node.items : [item.node]).flatMap(
    (node) => readText(reading, itemOf(reading, node, item.called, item.expects, item.place), parse) ?? [],
  )

/** Reads text and hands it to `parse`; what `parse` complains of is reported at the place of the text. */
export function readText<T>(
  reading: Reading,
  item: Item,
  parse: (text: string) => Result<T, Complaint>,
): Written<T> | undefined {
  const { node, place } = item
  if (refuseAlias(reading, node, item)) return undefined
  if (!isScalar(node) || typeof node.value !== 'string') return wrongKind(reading, item)
  return checked(reading, place, parse(node.value))
}

/** Like `readText` for a number; `source` is how it was written. */
export function readNumber<T>(
  reading: Reading,
  item: Item,
  parse: (value: number, source: string) => Result<T, Complaint>,
): Written<T> | undefined {
  const { node, place } = item
  if (refuseAlias(reading, node, item)) return undefined
  if (!isScalar(node) || typeof node.value !== 'number') return wrongKind(reading, item, unquoted(node))
  return checked(reading, place, parse(node.value, node.source ?? String(node.value)))
}

/** Like `readText` for a number with its unit; without one it comes as it was written, to be complained of. */
export function readAmount<T>(
  reading: Reading,
  item: Item,
  parse: (text: string) => Result<T, Complaint>,
): Written<T> | undefined {
  const { node } = item
  if (!isScalar(node) || typeof node.value !== 'number') return readText(reading, item, parse)
  return checked(reading, item.place, parse(node.source ?? String(node.value)))
}

export function readFlag(reading: Reading, item: Item): Written<boolean> | undefined {
  const { node, place } = item
  if (refuseAlias(reading, node, item)) return undefined
  if (isScalar(node) && typeof node.value === 'boolean') return { value: node.value, place }
  const word = isScalar(node) && typeof node.value === 'string' ? node.value.toLowerCase() : ''
  const meant = ['yes', 'on', 'true'].includes(word)
    ? 'true'
    : ['no', 'off', 'false'].includes(word) && 'false'
  return wrongKind(reading, item, meant ? `did you mean ${meant}?` : undefined)
}

/**
 * Reads one word of a few.
 * @param elsewhere what others write for it: `false` for `off`
 */
export function readChoice<T extends string>(
  reading: Reading,
  item: Item,
  choices: readonly T[],
  elsewhere: ReadonlyMap<string, T>,
): Written<T> | undefined {
  const { node, place } = item
  if (refuseAlias(reading, node, item)) return undefined
  if (!isScalar(node) || node.value === null) return wrongKind(reading, item)
  const typed = node.source ?? ''
  const choice = choices.find((one) => one === node.value)
  if (choice !== undefined) return { value: choice, place }
  const suggestion = elsewhere.get(typed.toLowerCase()) ?? nearest(typed, choices)
  reading.problems.push(
    problem('MH205', place, `${item.called} is ${quote(typed)}`, {
      label: suggestion === undefined ? `expected ${orList(choices)}` : `did you mean ${quote(suggestion)}?`,
      ...(suggestion === undefined ? {} : { help: `it can be ${orList(choices)}` }),
    }),
  )
  return undefined
}

/** Of what is there unless the file says `off`. */
export function readOff(
  reading: Reading,
  item: Item,
  elsewhere: ReadonlyMap<string, 'off'>,
): Written<'off'> | undefined {
  const typed = isScalar(item.node) ? (item.node.source ?? '') : ''
  if (!ON.includes(typed.toLowerCase())) return readChoice(reading, item, ['off'], elsewhere)
  const details = { label: 'leave it out, and it is on', help: `it can be ${item.expects}` }
  reading.problems.push(problem('MH205', item.place, `${item.called} is ${quote(typed)}`, details))
  return undefined
}

const ON = ['on', 'true', 'yes', 'auto', 'default', 'enabled']

export function wrongKind(reading: Reading, item: Item, hint = `expected ${item.expects}`): undefined {
  reading.problems.push(
    problem('MH204', item.place, `${item.called} is ${kindOf(item.node)}`, { label: hint }),
  )
}

/** Following an alias would put a value in two places, and every message and reason names one. */
function refuseAlias(reading: Reading, node: ParsedNode | null, item: Item): boolean {
  if (!isAlias(node)) return false
  const place = reading.spanAt(node.range[0], node.range[1])
  const message = `${item.called} has the alias ${quote(`*${node.source}`)}`
  reading.problems.push(problem('MH108', place, message, { label: 'write the value itself' }))
  return true
}

function checked<T>(reading: Reading, place: Span, result: Result<T, Complaint>): Written<T> | undefined {
  if (result.ok) return { value: result.value, place }
  const { code, message, ...details } = result.error
  reading.problems.push(problem(code, place, message, details))
  return undefined
}

/** What was meant by a key that is none, where that can be told. */
function hintOf(
  { name }: Entry,
  above: string | undefined,
  known: Readonly<Record<string, KeyDoc>>,
  needless: KeyHints['needless'],
): { readonly meant?: string; readonly details: ProblemDetails } {
  if (above !== undefined) return { details: { label: `indent it below ${quote(above)}` } }
  const why = needless?.get(name.toLowerCase())
  if (why !== undefined) return { details: { why } }
  const glued = gluedKey(name)
  const meant = keyMeantBy(glued ?? name, known)
  if (meant === undefined) return { details: { label: `expected ${orList(Object.keys(known))}` } }
  return { meant, details: { label: `did you mean ${glued === undefined ? quote(meant) : spaced(name)}?` } }
}

function keyMeantBy(name: string, known: Readonly<Record<string, KeyDoc>>): string | undefined {
  const wordElsewhere = Object.entries(known).find(([, doc]) => doc.elsewhere?.includes(name.toLowerCase()))
  return wordElsewhere?.[0] ?? nearest(name, Object.keys(known))
}

/** `interface:wan1` is one text. */
function unglued(node: ParsedNode | null): string | undefined {
  if (!isScalar(node) || typeof node.value !== 'string' || gluedKey(node.value) === undefined)
    return undefined
  return `did you mean ${spaced(node.value)}?`
}

function unquoted(node: ParsedNode | null): string | undefined {
  if (!isScalar(node) || typeof node.value !== 'string') return undefined
  const [number] = /^(?:0x[0-9a-f]+|\d+(?:\.\d+)?)(?=\s*%?$)/i.exec(node.value) ?? []
  return number === undefined ? undefined : `expected the bare number ${number}`
}

function kindOf(node: ParsedNode | null): string {
  if (node === null) return 'empty'
  if (isMap(node)) return 'a map'
  if (isSeq(node)) return 'a list'
  if (isAlias(node)) return 'an alias'
  const { value, source } = node
  if (value === null) return 'empty'
  if (typeof value === 'string') return `the text ${quote(value)}`
  if (typeof value === 'number') return `the number ${unquotedText(source ?? String(value))}`
  if (typeof value === 'boolean') return `${value}, which is yes or no`
  return 'neither text nor a number'
}

const unquotedText = (source: string): string => quote(source).slice(1, -1)

/** @returns `a, b or c` */
function orList(words: readonly string[]): string {
  const [last = '', ...others] = words.toReversed()
  return others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`
}
