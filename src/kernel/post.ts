import type { Family, ProbePath } from '../model/index.ts'

/** What is sent by HTTP or HTTPS, and by which way. */
export interface Posting {
  /** Absent: as the routes of the box have it, for what is not on the Internet. */
  readonly path?: ProbePath
  readonly family: Family
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** A whole answer must be here by then. */
  readonly timeoutMs: number
  /** Gives it up. */
  readonly signal?: AbortSignal
}

export type Posted =
  | {
      readonly is: 'answered'
      readonly status: number
      readonly retryAfter?: string
      /** How the answer begins. */
      readonly said: string
    }
  /** Nobody knows whether it arrived. */
  | { readonly is: 'failed'; readonly why: string }

/** Sends it once. Never rejects for what a network, a server or a lack of rights can do. */
export async function post(posting: Posting): Promise<Posted> {
  const sending = await import('./post-over-line.ts').catch(() => undefined)
  return sending === undefined
    ? { is: 'failed', why: 'sockets cannot be bound to a line: koffi does not load on this machine' }
    : sending.postOverLine(posting)
}
