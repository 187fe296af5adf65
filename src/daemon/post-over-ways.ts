import type { Posted, Posting } from '../kernel/index.ts'
import { NEAR_WAYS, isNear, type MessageWay } from './message-ways.ts'

/** Sends it over one line after the other, until somebody answers. @param ways that work now, the best first */
export async function postOverWays(
  post: (posting: Posting) => Promise<Posted>,
  ways: readonly MessageWay[],
  request: Omit<Posting, 'path' | 'family'>,
): Promise<Posted> {
  let last: Posted = { is: 'failed', why: 'no line works' }
  for (const { path, family } of isNear(new URL(request.url).hostname) ? NEAR_WAYS : ways) {
    last = await post({ ...request, ...(path && { path }), family })
    if (last.is === 'answered' || request.signal?.aborted === true) return last
  }
  return last
}
