import { LIFE_VETO_MS, LIFE_VETO_PROBES, QUESTION_GAP_MOST_MS, QUESTION_GAP_MS } from './constants.ts'
import type { Probe } from './probe-book.ts'
import type { Traffic } from './traffic.ts'

/** What a question hangs on. */
export interface Cause {
  readonly traffic: Traffic
  readonly hasWitness: boolean
  /** A scheduled probe is missing that was sent then, and nothing was heard since. */
  readonly doubtSinceMs: number | undefined
  readonly missedInARow: number
  readonly lastProofMs: number
  /** How long a packet may take to be answered. */
  readonly timeoutMs: number
}

interface Question {
  readonly probes: readonly Probe[]
  readonly askedAtMs: number
  /** Asked although packets come in: they do not answer it. */
  readonly oneWay: boolean
}

/** When a line is asked, and what became of the question. */
export class Asking {
  #open: Question | undefined
  #lastMs = Number.NEGATIVE_INFINITY
  #gapMs = QUESTION_GAP_MS
  #heardSinceLast = true

  /** @returns whether to ask now */
  isDue(cause: Cause, judgeAtMs: number, nowMs: number): boolean {
    return nowMs >= this.dueMs(cause) && judgeAtMs >= this.#causedAtMs(cause)
  }

  /** When to ask, if nothing is heard until then. */
  dueMs(cause: Cause): number {
    if (this.#open !== undefined) return Number.POSITIVE_INFINITY
    return Math.max(this.#causedAtMs(cause), this.#lastMs + this.#gapMs)
  }

  ask(probes: readonly Probe[], cause: Cause, nowMs: number): void {
    const oneWay = isOneWay(cause) && nowMs - cause.lastProofMs >= LIFE_VETO_MS
    this.#gapMs = this.#heardSinceLast ? QUESTION_GAP_MS : Math.min(QUESTION_GAP_MOST_MS, this.#gapMs * 2)
    this.#heardSinceLast = false
    this.#lastMs = nowMs
    this.#open = { probes, askedAtMs: nowMs, oneWay }
  }

  /** Users' packets came in. */
  heard(): void {
    this.#heardSinceLast = true
    this.#gapMs = QUESTION_GAP_MS
  }

  /** It is answered, or asks nothing any more. */
  close(): void {
    this.#open = undefined
  }

  /** @returns whether every probe of the question is past its time, and nothing else answered it */
  isMissed(traffic: Traffic): boolean {
    const question = this.#open
    if (question === undefined) return false
    if (!question.oneWay && traffic.livelySince(question.askedAtMs)) {
      this.#open = undefined
      return false
    }
    if (question.probes.some(({ is }) => is === 'open')) return false
    this.#open = undefined
    return question.probes.some(({ is }) => is === 'missing')
  }

  /** Silence that asks, whatever it is that fell silent. */
  #causedAtMs(cause: Cause): number {
    const { traffic } = cause
    if (traffic.streamStopped) return 0
    if (cause.hasWitness && cause.doubtSinceMs !== undefined) return 0
    return Math.min(
      (traffic.unansweredSinceMs ?? Number.POSITIVE_INFINITY) + cause.timeoutMs,
      isOneWay(cause) ? cause.lastProofMs + LIFE_VETO_MS : Number.POSITIVE_INFINITY,
    )
  }
}

/** Packets come in, perhaps, but nothing we sent was answered. */
const isOneWay = ({ hasWitness, missedInARow }: Cause): boolean =>
  hasWitness && missedInARow >= LIFE_VETO_PROBES
