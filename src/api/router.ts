/** Which answer belongs to a request. Of HTTP it knows no more than method, target, status and headers. */
import type { Result } from '../model/index.ts'
import type { Right } from './access.ts'
import type { ProblemDocument } from './contract.ts'
import type { Reader } from './parameters.ts'
import { problem } from './problems.ts'
import { readMembers, type Body, type MemberReader, type Members } from './request-body.ts'

/** A request; its target is the path with the query (RFC 9112, 3.2.1). */
export interface Asked {
  readonly method: string
  readonly target: string
  /** What of a stream was seen last (HTML, 9.2.4). */
  readonly lastEventId?: string
  /** What the visitor may do; absent: look. */
  readonly right?: () => Right
  readonly acceptEncoding?: string
  /** The version of it that is there already (RFC 9110, 13.1.2). */
  readonly ifNoneMatch?: string
  /** Of a route that takes none it is not read. */
  readonly body?: Body
}

export type Reply = DocumentReply | TextReply | FileReply | StreamReply

export interface DocumentReply {
  readonly status: number
  readonly contentType: 'application/json' | 'application/problem+json'
  readonly document: object
  readonly headers?: Readonly<Record<string, string>>
}

export interface TextReply {
  readonly status: 200
  readonly contentType: string
  readonly text: string
}

export interface FileReply {
  /** 304: it is there already, and the body empty. */
  readonly status: 200 | 304
  readonly contentType: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** Goes on until one of the two ends it. */
export interface StreamReply {
  readonly status: 200
  readonly contentType: 'text/event-stream'
  /** @param send one event after the other. @returns ends it */
  readonly begin: (send: (event: ServerSentEvent) => void) => () => void
}

export interface ServerSentEvent {
  readonly name: string
  readonly id?: string
  /** In one line. */
  readonly data: string
}

export const answer = (document: object, status = 200): DocumentReply => ({
  status,
  contentType: 'application/json',
  document,
})

export const refusal = (
  document: ProblemDocument,
  headers?: Readonly<Record<string, string>>,
): DocumentReply => ({
  status: document.status,
  contentType: 'application/problem+json',
  document,
  ...(headers !== undefined && { headers }),
})

type Method = 'GET' | 'POST' | 'DELETE'

export interface Route {
  readonly method: Method
  /** As OpenAPI writes it: `/v1/lines/{name}`. */
  readonly path: string
  readonly query: Readonly<Record<string, Reader<unknown>>>
  /** What comes along, as JSON; absent: nothing. */
  readonly body?: Members
  /** What it tells is not for everybody who may look. */
  readonly isSecret?: true
  readonly answer: (values: Readonly<Record<string, unknown>>, asked: Asked) => Reply | Promise<Reply>
}

type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never
type Values<Path extends string, Query extends Route['query']> = Readonly<Record<NamesIn<Path>, string>> & {
  readonly [Name in keyof Query]: Query[Name] extends Reader<infer Value> ? Value : never
}

/** @param give is handed what the path and the query name, read and checked */
export const route = <const Path extends string, const Query extends Route['query']>(
  method: Method,
  path: Path,
  query: Query,
  give: (values: Values<Path, Query>, asked: Asked) => Reply | Promise<Reply>,
): Route => ({
  method,
  path,
  query,
  // `follow` makes them of this very path and these very readers.
  answer: (values, asked) => give(values as Values<Path, Query>, asked),
})

/** The same for a POST that brings something along. */
export const routeWithBody = <const Path extends string, const Taken extends Members>(
  path: Path,
  body: Taken,
  give: (
    values: Readonly<Record<NamesIn<Path>, string>> & {
      readonly [Name in keyof Taken]: Taken[Name] extends MemberReader<infer Value> ? Value : never
    },
  ) => Reply | Promise<Reply>,
): Route => ({
  method: 'POST',
  path,
  query: {},
  body,
  // `follow` makes them of this very path and these very readers.
  answer: (values) => give(values as Parameters<typeof give>[0]),
})

/** Does this ask for what not everybody may know who may look? */
export const asksForSecrets = (routes: readonly Route[], { target }: Pick<Asked, 'target'>): boolean =>
  routes.some(
    ({ path, isSecret }) => isSecret === true && namesIn(path, splitOnce(target, '?')[0]) !== undefined,
  )

/** @returns the reply of the first route that fits, or why there is none */
export async function follow(routes: readonly Route[], asked: Asked): Promise<Reply> {
  const { method, target } = asked
  const [path, query] = splitOnce(target, '?')
  const found = routes.flatMap((candidate) => {
    const names = namesIn(candidate.path, path)
    return names === undefined ? [] : [{ candidate, names }]
  })
  if (found.length === 0) return refusal(notFound(path))
  // GET answers HEAD too (RFC 9110, 9.3.2).
  const wanted = method === 'HEAD' ? 'GET' : method
  const taken = found.find(({ candidate }) => candidate.method === wanted)
  if (taken === undefined)
    return notAllowed(
      method,
      path,
      found.map(({ candidate }) => candidate.method),
    )
  const values: Record<string, unknown> = { ...taken.names }
  const given = new URLSearchParams(query)
  for (const [name, reader] of Object.entries(taken.candidate.query)) {
    const value: Result<unknown, string> = reader(given.get(name) ?? undefined)
    if (!value.ok) return refusal(problem(400, 'MH707', `${name}: it must be ${value.error}`))
    values[name] = value.value
  }
  if (taken.candidate.body !== undefined) {
    const members = await readMembers(asked.body, taken.candidate.body)
    if (!members.ok)
      return refusal(members.error, members.error.status === 413 ? { connection: 'close' } : {})
    Object.assign(values, members.value)
  }
  return taken.candidate.answer(values, asked)
}

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}

/** @returns what stands in the places of `{name}`; `undefined`: the path is another one */
function namesIn(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const names: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? ''
    const name = /^\{(.*)\}$/.exec(part)?.[1]
    if (name === undefined ? part !== text : text === '') return undefined
    if (name !== undefined) names[name] = decoded(text)
  }
  return names
}

/** What is badly encoded is a name that nothing has. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function notAllowed(method: string, path: string, methods: readonly Method[]): Reply {
  const allow = methods.map((one) => (one === 'GET' ? 'GET, HEAD' : one)).join(', ')
  return refusal(problem(405, 'MH706', `${method} is not possible on ${path}; possible: ${allow}`), { allow })
}

function notFound(path: string): ProblemDocument {
  const version = /^\/(v\d+)(\/|$)/.exec(path)?.[1]
  return version === undefined || version === 'v1'
    ? problem(404, 'MH705', `there is nothing at ${path}`, { help: 'GET /v1/openapi.json names every path' })
    : problem(404, 'MH708', `this daemon speaks v1, not ${version}`)
}
