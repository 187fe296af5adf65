/** What `api-guests.ts` prints at its end. */
export interface GuestsMet {
  /** Of each answer. */
  readonly tookMs: readonly number[]
  /** Got no answer, or another one than 200. */
  readonly failed: number
  /** Of all streams. */
  readonly frames: number
  readonly bytes: number
}
