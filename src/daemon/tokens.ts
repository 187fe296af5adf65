/**
 * Who may ask by TCP what needs a right. Of a token only its digest is kept: it has 256 bits of chance, so that there
 * is nothing to guess and a plain SHA-256 is enough.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { messageOf } from '../model/index.ts'
import { fieldsOf, listOf, parseJson } from './json-values.ts'
import type { Log } from './log.ts'
import { readOwnFile, writeWhole } from './own-file.ts'

/** `read`: may look. `change`: may do everything that the API can. */
export type TokenRight = 'read' | 'change'

export interface Token {
  readonly name: string
  readonly right: TokenRight
  readonly createdAtMs: number
}

export type AddTokenOutcome =
  | { readonly is: 'added'; readonly token: Token; readonly secret: string }
  | { readonly is: 'taken' }
  | { readonly is: 'unsaved'; readonly trouble: string }

export type RemoveTokenOutcome =
  | { readonly is: 'removed' }
  | { readonly is: 'unknown'; readonly names: readonly string[] }
  | { readonly is: 'unsaved'; readonly trouble: string }

interface Kept extends Token {
  readonly digest: string
}

export const TOKENS_FILE = 'tokens.json'
/** What a person has in use has some KiB. */
const MAX_BYTES = 1 << 20
const VERSION = 1
const SECRET_BYTES = 32
/** So that whoever finds one knows what it opens, and scanners for secrets too. */
const PREFIX = 'multihomed_'

export class Tokens {
  readonly #directory: string
  readonly #nowMs: () => number
  #kept: readonly Kept[]
  /** One change after the other. */
  #busy: Promise<unknown> = Promise.resolve()

  private constructor(directory: string, kept: readonly Kept[], nowMs: () => number) {
    this.#directory = directory
    this.#kept = kept
    this.#nowMs = nowMs
  }

  /** A file that is not ours opens nothing. @param directory of the state */
  static async load(directory: string, log: Pick<Log, 'warn'>, nowMs = Date.now): Promise<Tokens> {
    const file = await readOwnFile(directory, TOKENS_FILE, MAX_BYTES)
    const kept = file.is === 'usable' ? parse(file.text) : file.is === 'absent' ? [] : undefined
    if (kept === undefined) {
      const why =
        file.is === 'unusable' ? file.why : `${join(directory, TOKENS_FILE)} holds no tokens of ours`
      log.warn(
        `${why}; tokens that were given out open nothing until it is mended, and the daemon started anew`,
      )
    }
    return new Tokens(directory, kept ?? [], nowMs)
  }

  list(): readonly Token[] {
    return this.#kept.map(({ name, right, createdAtMs }) => ({ name, right, createdAtMs }))
  }

  /** @returns what its bearer may do; `undefined`: nobody gave it out. Takes as long whatever stands in it. */
  rightOf(secret: string): TokenRight | undefined {
    const digest = digestOf(secret)
    let right: TokenRight | undefined
    for (const kept of this.#kept) {
      if (timingSafeEqual(Buffer.from(kept.digest, 'hex'), digest)) right = kept.right
    }
    return right
  }

  add(name: string, right: TokenRight): Promise<AddTokenOutcome> {
    return this.#inTurn(async () => {
      if (this.#kept.some((kept) => kept.name === name)) return { is: 'taken' }
      const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url')
      const token = { name, right, createdAtMs: this.#nowMs() }
      const trouble = await this.#keep([
        ...this.#kept,
        { ...token, digest: digestOf(secret).toString('hex') },
      ])
      return trouble === undefined ? { is: 'added', token, secret } : { is: 'unsaved', trouble }
    })
  }

  remove(name: string): Promise<RemoveTokenOutcome> {
    return this.#inTurn(async () => {
      const left = this.#kept.filter((kept) => kept.name !== name)
      if (left.length === this.#kept.length) return { is: 'unknown', names: left.map((kept) => kept.name) }
      const trouble = await this.#keep(left)
      if (trouble === undefined) return { is: 'removed' }
      // At least until the next start it opens nothing.
      this.#kept = left
      return { is: 'unsaved', trouble }
    })
  }

  async #keep(kept: readonly Kept[]): Promise<string | undefined> {
    try {
      const place = { directory: this.#directory, directoryMode: 0o750, name: TOKENS_FILE, mode: 0o600 }
      await writeWhole(place, `${JSON.stringify({ version: VERSION, tokens: kept })}\n`)
      this.#kept = kept
      return undefined
    } catch (cause) {
      return messageOf(cause)
    }
  }

  #inTurn<Outcome>(job: () => Promise<Outcome>): Promise<Outcome> {
    const done = this.#busy.then(job)
    this.#busy = done.catch(() => undefined)
    return done
  }
}

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

function parse(text: string): readonly Kept[] | undefined {
  const { version, tokens } = fieldsOf(parseJson(text)) ?? {}
  if (version !== VERSION) return undefined
  return listOf(tokens, (value) => {
    const { name, right, createdAtMs, digest } = fieldsOf(value) ?? {}
    return typeof name === 'string' &&
      (right === 'read' || right === 'change') &&
      typeof createdAtMs === 'number' &&
      typeof digest === 'string' &&
      /^[\da-f]{64}$/.test(digest)
      ? { name, right, createdAtMs, digest }
      : undefined
  })
}
