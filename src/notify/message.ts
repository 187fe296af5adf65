import type { MessageKind } from '../model/index.ts'

/** How a channel shows it: bad news, good news, or just news. */
export type Tone = 'bad' | 'good' | 'news'

/** What a person is told. */
export interface Message {
  /** Given once, so that a receiver knows one that comes twice. */
  readonly id: string
  readonly kind: MessageKind | 'test'
  readonly tone: Tone
  /** Absent: the box as a whole. */
  readonly line?: string
  /** What happened and what followed from it share one, so that they stand together. */
  readonly thread: string
  /** When it happened, by the monotonic clock. */
  readonly atMs: number
  readonly title: string
  readonly body: string
  /** May wake somebody. */
  readonly urgent: boolean
}
