/** What a request brings along: read only by a route that takes something, bounded, and JSON or nothing. */
import type { IncomingMessage } from 'node:http'
import { fail, ok, type Result } from '../model/index.ts'
import type { ProblemDocument } from './contract.ts'
import { problem } from './problems.ts'

/** As much as the file may have. */
const LONGEST_BODY_BYTES = 1 << 20

/** A body that nobody has read yet. */
export interface Body {
  readonly contentType: string
  /** @returns `undefined` when it is longer */
  readonly read: (mostBytes: number) => Promise<string | undefined>
}

/** Makes a value of a member. @returns what was expected instead, as the end of the sentence `NAME: it must be …` */
export type MemberReader<Value> = (value: unknown) => Result<Value, string>

export type Members = Readonly<Record<string, MemberReader<unknown>>>

/** @returns why it is not what the route takes */
export async function readMembers(
  body: Body | undefined,
  members: Members,
): Promise<Result<Record<string, unknown>, ProblemDocument>> {
  if (body === undefined || !/^application\/json *(;|$)/i.test(body.contentType))
    return unusable(415, 'what comes along must be application/json')
  const text = await body.read(LONGEST_BODY_BYTES)
  if (text === undefined) return unusable(413, `what comes along has more than ${LONGEST_BODY_BYTES} bytes`)
  const given = objectIn(text)
  if (given === undefined) return unusable(400, 'what comes along is no JSON object')
  // A misspelt confirmSeconds would change the box for good.
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(members, name))
  if (stranger !== undefined) {
    const known = Object.keys(members).join(', ')
    return fail(problem(400, 'MH707', `${JSON.stringify(stranger)} is no member; there are ${known}`))
  }
  const values: Record<string, unknown> = {}
  for (const [name, reader] of Object.entries(members)) {
    const value = reader(given[name])
    if (!value.ok) return fail(problem(400, 'MH707', `${name}: it must be ${value.error}`))
    values[name] = value.value
  }
  return ok(values)
}

const unusable = (status: 400 | 413 | 415, detail: string): Result<never, ProblemDocument> =>
  fail(problem(status, 'MH714', detail))

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined // of JSON.parse: its own keys alone
  } catch {
    return undefined
  }
}

export const optionalMember =
  <Value>(reader: MemberReader<Value>): MemberReader<Value | undefined> =>
  (value) =>
    value === undefined ? ok(undefined) : reader(value)

/** A text that can be written down: of whole characters. */
export const textMember: MemberReader<string> = (value) =>
  typeof value === 'string' && value.isWellFormed() ? ok(value) : fail('a text')

export const VERSION = /^[0-9a-f]{64}$/

/** Of the file. */
export const versionMember: MemberReader<string> = (value) =>
  typeof value === 'string' && VERSION.test(value)
    ? ok(value)
    : fail('the `version` that GET /v1/config tells')

export const wholeNumberMember =
  (least: number, most: number): MemberReader<number> =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? ok(value)
      : fail(`a whole number from ${least} to ${most}`)

/** What a request sends, as it comes in. */
export const bodyOf = (incoming: IncomingMessage): Body => ({
  contentType: incoming.headers['content-type'] ?? '',
  read: (mostBytes) =>
    new Promise((resolve) => {
      const chunks: Buffer[] = []
      let length = 0
      incoming.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length <= mostBytes) chunks.push(chunk)
        else resolve(undefined)
      })
      incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
      incoming.on('error', () => resolve(undefined)) // who asked has gone: nobody hears the answer
    }),
})
