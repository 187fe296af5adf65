import type { ProblemDocument } from './contract.ts'

export type ClientError =
  /** Nobody listens there: no daemon, or another socket. */
  | { readonly is: 'not-reachable'; readonly socketPath: string; readonly said: string }
  | { readonly is: 'not-allowed'; readonly socketPath: string }
  | { readonly is: 'no-answer'; readonly socketPath: string; readonly timeoutMs: number }
  /** Something answers that is no daemon of ours, or one of another version. */
  | { readonly is: 'not-understood'; readonly socketPath: string; readonly what: string }
  | { readonly is: 'problem'; readonly problem: ProblemDocument }

/** What went wrong on the way, in our words. */
export function clientError(error: Error, socketPath: string, timeoutMs: number): ClientError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return { is: 'no-answer', socketPath, timeoutMs }
  }
  if (code === 'EACCES' || code === 'EPERM') return { is: 'not-allowed', socketPath }
  if (code.startsWith('HPE_')) {
    return { is: 'not-understood', socketPath, what: 'what answers there does not speak HTTP' }
  }
  // ENOENT, ENOTDIR: no file. ECONNREFUSED: nobody behind it. ECONNRESET, EPIPE: it ended while we asked.
  return { is: 'not-reachable', socketPath, said: code }
}
