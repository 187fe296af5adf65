/** A configuration that others may read: what is secret, what nobody knows, and comments are left out. */
import { CST, Lexer, isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import { configJsonSchema } from './json-schema.ts'
import { readYaml } from './yaml-document.ts'

export interface MaskedConfig {
  /** Line by line as it was, so that places in messages still fit. */
  readonly text: string
  /** What was left out, as it was written: it must not stand anywhere else either. */
  readonly secrets: readonly string[]
  /** Where it stood: `notify.channels.phone.url`. */
  readonly places: readonly string[]
  /** How many were left out. */
  readonly comments: number
}

export const MASK = '<secret>'

/** It is the same for every text, and takes its time. */
let schema: Promise<Schema> | undefined

/**
 * Shows what the schema knows and takes, and nothing else: a key that is misspelt, or a value that its key does not
 * take, may be what should not be seen.
 * @returns `undefined`: it is no YAML, so nobody can tell what is what in it
 */
export async function maskedConfig(text: string): Promise<MaskedConfig | undefined> {
  const document = readYaml(text, '')
  if (!document.ok) return undefined
  const walk = new Walk()
  schema ??= configJsonSchema()
  walk.node(document.value.root, [await schema], '')
  const remarks = commentsIn(text)
  const edits = [
    ...walk.edits,
    ...remarks.filter((remark) => !walk.edits.some((edit) => isWithin(remark, edit))),
  ]
  return {
    text: withEdits(text, edits),
    secrets: [...new Set(walk.secrets)],
    places: walk.places,
    comments: remarks.length,
  }
}

/** What somebody may have meant to be secret in a text that is no YAML: whatever stands behind such a word. */
export function suspectedSecrets(text: string): string[] {
  const after = /(?:url|token|pass\w*|key|secret|user|chat|from|to|run|body|login|auth\w*)["']?\s*:\s*(.+)/gi
  return [...text.matchAll(after)].flatMap(([, rest = '']) =>
    rest.split(/[\s,"'{}[\]]+/).filter((word) => word !== ''),
  )
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly by: string
}

type Schema = Readonly<Record<string, unknown>>

class Walk {
  readonly edits: Edit[] = []
  readonly secrets: string[] = []
  readonly places: string[] = []

  /** @param schemas any of which it may follow; none: nobody knows it */
  node(node: ParsedNode | null, schemas: readonly Schema[], place: string): void {
    if (node === null || node.range[0] === node.range[1]) return
    const possible = schemas.flatMap(branches)
    if (schemas.some(isSecret) || possible.length === 0 || isAlias(node)) this.#mask(node, place)
    else if (isMap<ParsedNode, ParsedNode | null>(node)) {
      for (const { key, value } of node.items) this.#entry(key, value, possible, place)
    } else if (isSeq<ParsedNode>(node)) {
      node.items.forEach((item, i) => this.node(item, itemSchemas(possible, i), `${place}[${i + 1}]`))
    } else if (isScalar(node)) {
      const taking = possible.filter((schema) => takes(schema, node.value))
      if (taking.length === 0 || taking.some(isSecret)) this.#mask(node, place)
    }
  }

  #entry(key: ParsedNode, value: ParsedNode | null, schemas: readonly Schema[], place: string): void {
    const name = isScalar(key) ? String(key.value) : ''
    const known = schemas.flatMap((schema) => valueSchemas(schema, name))
    const isShown = known.length > 0 || /^[A-Za-z][A-Za-z_-]{0,15}$/.test(name)
    const called = isShown ? name : '(unknown key)'
    if (!isShown) this.#mask(key, place === '' ? called : `${place}.${called}`)
    this.node(value, known, place === '' ? called : `${place}.${called}`)
  }

  #mask(node: ParsedNode, place: string): void {
    const [from, to] = node.range
    this.edits.push({ from, to, by: MASK })
    this.places.push(place)
    this.#gather(node)
  }

  #gather(node: ParsedNode | null): void {
    if (isScalar(node))
      this.secrets.push(String(node.value), ...(node.source === undefined ? [] : [node.source]))
    else if (isSeq<ParsedNode>(node)) for (const item of node.items) this.#gather(item)
    else if (isMap<ParsedNode, ParsedNode | null>(node)) {
      for (const { key, value } of node.items) {
        this.#gather(key)
        this.#gather(value)
      }
    }
  }
}

const isSecret = (schema: Schema): boolean => schema['writeOnly'] === true

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

const list = (value: unknown): readonly Schema[] => {
  const entries: readonly unknown[] = Array.isArray(value) ? value : []
  return entries.flatMap((one) => (isSchema(one) ? [one] : []))
}

/** Itself, or what it is one of. */
const branches = (schema: Schema): readonly Schema[] => {
  const inner = [...list(schema['anyOf']), ...list(schema['oneOf'])]
  return inner.length === 0 ? [schema] : inner.flatMap(branches)
}

function valueSchemas(schema: Schema, name: string): readonly Schema[] {
  const { properties, propertyNames, additionalProperties: others } = schema
  const own = isSchema(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined
  if (isSchema(own)) return [own]
  return isSchema(others) && (!isSchema(propertyNames) || takes(propertyNames, name)) ? [others] : []
}

const itemSchemas = (schemas: readonly Schema[], at: number): readonly Schema[] =>
  schemas.flatMap(({ prefixItems, items }) => {
    const own = list(prefixItems)[at] ?? items
    return isSchema(own) ? [own] : []
  })

/** As far as a single value goes; a schema that says nothing of it takes none. */
export function takes(schema: Schema, value: unknown): boolean {
  const { type, const: only, enum: words, pattern, allOf } = schema
  if (only !== undefined) return value === only
  if (Array.isArray(words)) return words.includes(value)
  if (type === 'boolean') return typeof value === 'boolean'
  if (type === 'number' || type === 'integer') return typeof value === 'number' || typeof value === 'bigint'
  if (type !== 'string' || typeof value !== 'string') return false
  const patterns = [pattern, ...list(allOf).map((part) => part['pattern'])]
  return patterns.every((one) => typeof one !== 'string' || new RegExp(one).test(value))
}

const isWithin = (inner: Edit, outer: Edit): boolean => inner.from >= outer.from && inner.to <= outer.to

/** Comments, anchors and tags, by the tokens of the text. */
function commentsIn(text: string): Edit[] {
  const found: Edit[] = []
  let at = 0
  for (const token of new Lexer().lex(text)) {
    const kind = CST.tokenType(token)
    // Marks of the lexer's own, of which nothing stands in the text.
    if (kind === 'doc-mode' || kind === 'flow-error-end' || kind === 'scalar') continue
    const [from, to] = [at, at + token.length]
    at = to
    if (kind === 'comment') found.push({ from, to, by: '#' })
    if (kind === 'anchor' || kind === 'tag') found.push({ from, to, by: '' })
  }
  return found
}

/** As many lines as before. */
function withEdits(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((edited, { from, to, by }) => {
      const lines = edited.slice(from, to).split('\n').length - 1
      return edited.slice(0, from) + by + '\n'.repeat(lines) + edited.slice(to)
    }, text)
}
