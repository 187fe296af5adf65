/**
 * Who may ask what, on the door that is no file: the Unix socket has the rights of its file, and whoever may open it
 * may do everything. Pure, so that each attack is a row of a test.
 */
import type { ApiConfig } from '../model/index.ts'
import { bracketed, isLoopback } from '../model/index.ts'
import type { ProblemDocument } from './contract.ts'
import { problem } from './problems.ts'

export type Right = 'read' | 'change'

/** A request as it came in by TCP. */
export interface Visit {
  readonly method: string
  /** The other end's address. */
  readonly from: string
  /** What is asked for holds nothing of this box: a page, which asks for a token when it needs one. */
  readonly isPublic?: boolean
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** It asks for what may hold secrets: the configuration. */
  readonly isSecret?: boolean
}

/** What a browser says that was talked into asking here by somebody else's page, whatever it may do. */
export function strangerRefusal(
  { headers }: Pick<Visit, 'headers'>,
  api: Pick<ApiConfig, 'names' | 'tls'>,
): ProblemDocument | undefined {
  const host = one(headers['host']) ?? ''
  if (!isKnown(host, api)) {
    const help = `ask for localhost or an address, or list the name: api: { names: [${nameOf(host) || 'router.lan'}] }`
    return problem(421, 'MH731', `nobody here is called ${JSON.stringify(host)}`, { help })
  }
  const origin = one(headers['origin'])
  if (origin !== undefined && !isOwnOrigin(origin, host, api)) {
    const detail = `a page of ${JSON.stringify(origin)} may not ask here`
    return problem(403, 'MH732', detail)
  }
  return undefined
}

/** @param rightOf what the bearer of a token may do; `undefined`: nobody gave it out */
export function refusalOf(
  visit: Visit,
  api: Pick<ApiConfig, 'address' | 'names' | 'tls'>,
  rightOf: (token: string) => Right | undefined,
): ProblemDocument | undefined {
  const { method, headers, isSecret = false } = visit
  const stranger = strangerRefusal(visit, api)
  if (stranger !== undefined) return stranger
  const wanted: Right = SAFE_METHODS.has(method) && !isSecret ? 'read' : 'change'
  const token = bearer(one(headers['authorization']))
  if (wanted === 'read' && visit.isPublic === true) return undefined
  if (token === undefined && wanted === 'read' && isOfThisBox(visit)) return undefined
  const help = 'sudo multihome token add NAME makes one; send it as Authorization: Bearer TOKEN'
  if (token === undefined) {
    const detail = wanted === 'read' ? 'who looks from elsewhere needs a token' : `${isSecret ? HOLDS_SECRETS : 'what changes something'} needs a token` // prettier-ignore
    return problem(401, 'MH733', detail, { help })
  }
  const right = rightOf(token)
  if (right === undefined) return problem(401, 'MH733', 'this token is none that was given out', { help })
  if (wanted === 'change' && right === 'read')
    return problem(403, 'MH734', isSecret ? `${HOLDS_SECRETS} needs a token that may change something` : 'this token may look, and change nothing', { help }) // prettier-ignore
  return undefined
}

/** Of somebody who was let in to look. */
export const rightOfVisit = (visit: Visit, ...rest: TakeRest<Parameters<typeof refusalOf>>): Right =>
  refusalOf({ ...visit, method: 'POST' }, ...rest) === undefined ? 'change' : 'read'

type TakeRest<All extends readonly unknown[]> = All extends readonly [unknown, ...infer Rest] ? Rest : never

const HOLDS_SECRETS = 'to read the configuration, which may hold secrets,'

/** RFC 9110, 9.2.1 */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Addresses are what a page of somebody else's cannot have for its name (DNS rebinding). */
function isKnown(host: string, { names }: Pick<ApiConfig, 'names'>): boolean {
  const name = nameOf(host)
  return name === 'localhost' || isAddress(name) || names.includes(name)
}

/** Without its port. */
const nameOf = (host: string): string => host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')

const isAddress = (name: string): boolean => /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])$/.test(name)

/** A proxy that ends TLS before us makes `https` of our `http`. */
const isOwnOrigin = (origin: string, host: string, { tls }: Pick<ApiConfig, 'tls'>): boolean =>
  origin === `https://${host}` || (tls === undefined && origin === `http://${host}`)

/** Who comes through a proxy is from elsewhere, wherever the proxy runs. */
const isOfThisBox = ({ from, headers }: Visit): boolean =>
  isLoopback(from) && PROXY_HEADERS.every((name) => headers[name] === undefined)

const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via', 'cf-connecting-ip']

/** RFC 6750, 2.1 */
const bearer = (authorization: string | undefined): string | undefined =>
  /^Bearer +([\w~+/.=-]+)$/i.exec(authorization ?? '')?.[1]

const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0]

/** As one types it into a browser. */
export const addressOf = ({ address, port, tls }: ApiConfig): string =>
  `http${tls === undefined ? '' : 's'}://${bracketed(address)}:${port}`
