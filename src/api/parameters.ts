/** What may stand in a request's query, and how it is read. */
import { USE_GROUP, fail, ok, parseAddress, type Result } from '../model/index.ts'

/**
 * Makes a value of a parameter's text, `undefined` where it was left out.
 * @returns what was expected instead, as the end of the sentence `NAME: it must be …`
 */
export type Reader<Value> = (text: string | undefined) => Result<Value, string>

/** Of the DNS (RFC 1035, 2.3.4), with its last dot. */
export const LONGEST_NAME = 254

/** What can be probed: it comes to stand in a request of ours, in which it must not begin a line of its own. */
export const HOST = /^[\w.-]+$/

export const optional =
  <Value>(reader: Reader<Value>): Reader<Value | undefined> =>
  (text) =>
    text === undefined ? ok(undefined) : reader(text)

const pattern =
  (longest: number, wanted: RegExp, expected: string): Reader<string> =>
  (text) =>
    text !== undefined && text.length <= longest && wanted.test(text) ? ok(text) : fail(expected)

export const anyText = pattern(Infinity, /^/, 'a text')
export const addressOrName = pattern(LONGEST_NAME, /./, 'an address or a name')
export const host = pattern(LONGEST_NAME, HOST, 'an address or a name')
/** In its canonical text. */
export const address: Reader<string> = (text) => {
  const parsed = parseAddress(text ?? '')
  return parsed === undefined ? fail('an address') : ok(parsed.address)
}
/** Handed on to nft and the file system: nothing but the names that `multihome use` makes. */
export const useGroup = pattern(Infinity, USE_GROUP, 'a control group of `multihome use`')

export const oneOf =
  <const Word extends string>(...words: readonly Word[]): Reader<Word> =>
  (text) => {
    const word = words.find((candidate) => candidate === text)
    return word === undefined ? fail(words.join(' or ')) : ok(word)
  }

/** Left out means no. */
export const flag: Reader<boolean> = (text) =>
  text === undefined ? ok(false) : text === 'true' ? ok(true) : text === 'false' ? ok(false) : fail('true or false') // prettier-ignore

export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER): Reader<number> =>
  (text) => {
    const value = /^\d+$/.test(text ?? '') ? Number(text) : NaN
    if (value >= least && value <= most) return ok(value)
    return fail(`a whole number from ${least} ${most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${most}`}`)
  }

/** By the month in which it begins; `last`: the one before the one that goes on. */
export const month = pattern(Infinity, /^(last|\d{4}-(0[1-9]|1[0-2]))$/, 'a month, as 2026-11, or last')

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** In milliseconds since 1970. */
export const time: Reader<number> = (text) => {
  const atMs = RFC_3339.test(text ?? '') ? Date.parse(text ?? '') : NaN
  return Number.isNaN(atMs) ? fail('a time by RFC 3339, as 2026-11-22T14:06:43Z') : ok(atMs)
}
