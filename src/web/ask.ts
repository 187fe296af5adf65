/** Questions to the daemon that the page comes from. Addresses are relative: a proxy may show it below any path. */
import type { ProblemDocument, RightsDocument } from '../api/contract.ts'
import type { Result } from '../model/index.ts'
import { computed, signal } from '@preact/signals'

/** Why there is no answer, as the command would say it. */
export type Trouble = Pick<ProblemDocument, 'detail'> & Partial<ProblemDocument>

/** For this tab alone, and never in an address: those end up in logs and in bookmarks. */
const TOKEN_KEY = 'multihomed-token'

export const token = signal(sessionStorage.getItem(TOKEN_KEY) ?? '')

/** Why nothing is shown without a token, or without another one. */
export const tokenIsNeeded = signal<string | undefined>(undefined)

/** What this visitor may do; unknown until the daemon said it. */
const right = signal<'unknown' | 'read' | 'change'>('unknown')

export const mayChange = computed(() => right.value === 'change')

export interface AskOptions {
  /** JSON, or a text as it is. */
  readonly body?: string
  readonly contentType?: string
  readonly signal?: AbortSignal
}

/** @param path relative: `v1/lines/fiber/drain` */
export async function ask<Document>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  { body, contentType = 'application/json', signal }: AskOptions = {},
): Promise<Result<Document, Trouble>> {
  try {
    const reply = await fetch(path, {
      method,
      headers: { ...withToken(), ...(body !== undefined && { 'content-type': contentType }) },
      cache: 'no-store',
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    })
    if (reply.headers.has('x-multihomed-lab')) isLab.value = true
    if (reply.ok) return { ok: true, value: (await reply.json()) as Document } // our own daemon is trusted for the shape
    return { ok: false, error: await troubleOf(reply, method === 'GET') }
  } catch {
    return { ok: false, error: { detail: 'The daemon does not answer.' } }
  }
}

export const withToken = (): Record<string, string> =>
  token.value === '' ? {} : { authorization: `Bearer ${token.value}` }

/**
 * Of a proxy's own refusal nothing but the number is known.
 * @param isLook it was to be shown only
 */
export async function troubleOf(reply: Response, isLook: boolean): Promise<Trouble> {
  const isOurs = reply.headers.get('content-type')?.startsWith('application/problem+json') === true
  const trouble: Trouble = isOurs
    ? ((await reply.json()) as ProblemDocument)
    : { detail: `The answer was ${reply.status} ${reply.statusText}`.trim(), status: reply.status }
  if (reply.status === 401 && isLook) tokenIsNeeded.value = trouble.detail
  if (reply.status === 401 && !isLook) right.value = 'read'
  return trouble
}

/** @param given empty: forget it */
export function keepToken(given: string): void {
  if (given === '') sessionStorage.removeItem(TOKEN_KEY)
  else sessionStorage.setItem(TOKEN_KEY, given)
  token.value = given
  tokenIsNeeded.value = undefined
  right.value = 'unknown'
}

/** Said by the lab's door of all that it hands on. */
export const isLab = signal(false)

export async function learnRight(): Promise<void> {
  const answer = await ask<RightsDocument>('GET', 'v1/rights')
  if (answer.ok) right.value = answer.value.right
}
