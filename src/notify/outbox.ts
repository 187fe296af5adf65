/** What one channel has still to be sent: limits, quiet hours, and what becomes of failures. Pure. */
import { digestOf } from './digest.ts'
import type { Message } from './message.ts'

export interface Outbox {
  /** The oldest first. */
  readonly waiting: readonly Message[]
  /** Older ones that had no room. */
  readonly missed: number
  /** What was sent within the last hour. */
  readonly sent: readonly Sent[]
  /** Failures since the last success, and when it is tried again. */
  readonly failures: number
  readonly notBeforeMs: number
}

interface Sent {
  readonly atMs: number
  readonly lines: readonly string[]
}

/** Several messages may leave as one. */
export interface Parcel {
  readonly ids: readonly string[]
  readonly message: Message
}

export const LIMITS = {
  /** One message a line in that time. */
  lineMs: 300_000,
  /** So many messages in that time. */
  many: 6,
  windowMs: 3_600_000,
  /** What waits. */
  waiting: 50,
} as const

const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 600_000

export const EMPTY: Outbox = { waiting: [], missed: 0, sent: [], failures: 0, notBeforeMs: 0 }

export function put(outbox: Outbox, messages: readonly Message[]): Outbox {
  const news = messages.filter(({ id }) => !outbox.waiting.some((one) => one.id === id))
  const waiting = [...outbox.waiting, ...news]
  const tooMany = Math.max(0, waiting.length - LIMITS.waiting)
  return { ...outbox, waiting: waiting.slice(tooMany), missed: outbox.missed + tooMany }
}

/** `wait`: for that time, or until something happens. */
export type Next =
  { readonly is: 'empty' } | { readonly is: 'wait'; readonly untilMs: number } | { readonly is: 'send'; readonly parcel: Parcel } // prettier-ignore

/** @param quietUntilMs somebody sleeps until then */
export function next(outbox: Outbox, nowMs: number, quietUntilMs: number | undefined): Next {
  const { waiting, notBeforeMs, missed } = outbox
  if (waiting.length === 0) return { is: 'empty' }
  if (nowMs < notBeforeMs) return { is: 'wait', untilMs: notBeforeMs }
  const awake = quietUntilMs === undefined ? waiting : waiting.filter(({ urgent }) => urgent)
  if (awake.length === 0) return { is: 'wait', untilMs: quietUntilMs ?? nowMs }
  const recent = outbox.sent.filter(({ atMs }) => atMs > nowMs - LIMITS.windowMs)
  const oldest = recent.at(-LIMITS.many)
  if (oldest !== undefined) return { is: 'wait', untilMs: oldest.atMs + LIMITS.windowMs }
  const freeAtMs = ({ line }: Message): number =>
    Math.max(0, ...recent.filter(({ lines }) => line !== undefined && lines.includes(line)).map(({ atMs }) => atMs + LIMITS.lineMs)) // prettier-ignore
  const free = awake.filter((message) => freeAtMs(message) <= nowMs)
  if (free.length === 0) return { is: 'wait', untilMs: Math.min(...awake.map(freeAtMs)) }
  return { is: 'send', parcel: { ids: free.map(({ id }) => id), message: digestOf(free, missed) } }
}

/** The parcel has arrived. */
export function delivered(outbox: Outbox, { ids }: Parcel, nowMs: number): Outbox {
  const gone = outbox.waiting.filter(({ id }) => ids.includes(id))
  const lines = [...new Set(gone.flatMap(({ line }) => line ?? []))]
  const recent = outbox.sent.filter(({ atMs }) => atMs > nowMs - LIMITS.windowMs)
  return { ...without(outbox, ids), missed: 0, sent: [...recent, { atMs: nowMs, lines }] }
}

/** It will never arrive: the receiver said so. */
export const refused = (outbox: Outbox, { ids }: Parcel): Outbox => ({ ...without(outbox, ids), missed: 0 })

/** @param afterMs the receiver asks for so much patience */
export function failed(outbox: Outbox, nowMs: number, afterMs = 0): Outbox {
  const failures = outbox.failures + 1
  const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(20, failures - 1))
  return { ...outbox, failures, notBeforeMs: nowMs + Math.max(waitMs, Math.min(afterMs, LIMITS.windowMs)) }
}

/** Something has changed for the better: it is worth another try. */
export const hopeful = (outbox: Outbox): Outbox =>
  outbox.failures === 0 ? outbox : { ...outbox, notBeforeMs: 0 }

const without = (outbox: Outbox, ids: readonly string[]): Outbox => ({
  ...outbox,
  waiting: outbox.waiting.filter(({ id }) => !ids.includes(id)),
  failures: 0,
  notBeforeMs: 0,
})
