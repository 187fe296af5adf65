import { fail, ok, type Result } from '../model/index.ts'

/** Something that calls for a pass. `urgent`: must not wait, whatever else goes on (links, addresses). */
export interface Cause {
  readonly text: string
  readonly urgent: boolean
}

/** What a pass came to: it changed the kernel, found nothing to do, or could not do it. */
export type PassOutcome = 'worked' | 'quiet' | 'failed'

/** So many are told by name. A box may ring ten thousand times while one pass runs. */
const MOST_CAUSES = 5

/** How many passes in a row may find nothing before the next one waits for more events to gather. */
const QUIET_BEFORE_GATHERING = 3
const FIRST_GAP_MS = 20
const LONGEST_GAP_MS = 1000
/** While passes fail; whoever asks for the pass looks after another try himself. */
const LONGEST_GAP_FAILING_MS = 30_000

/**
 * One hand on the wheel: whatever changes the kernel runs here, one thing at a time, in order.
 *
 * Causes that arrive while something runs become one pass afterwards. A box where routes come and go all the time
 * keeps ringing without a word for us; then passes gather causes for longer and longer, up to a second, until one
 * finds something to do or something urgent happens.
 *
 * A pass that fails takes back what it did and rings the bell itself with both: then everything waits longer and
 * longer, what is urgent up to a second. Else it would fail again at once, for ever.
 */
export class PassQueue {
  readonly #pass: (causes: readonly string[]) => Promise<PassOutcome>
  #tail: Promise<unknown> = Promise.resolve()
  #causes: string[] = []
  /** Beyond those, repeated ones among them. */
  #moreCauses = 0
  #timer: NodeJS.Timeout | undefined
  /** The timer waits no longer than something urgent may. */
  #isTimerUrgent = false
  #queued = false
  #quietInARow = 0
  #failedInARow = 0
  #closed = false

  /** @param pass never rejects: nobody waits for it */
  constructor(pass: (causes: readonly string[]) => Promise<PassOutcome>) {
    this.#pass = pass
  }

  /** Asks for a pass, soon; never waits for it. */
  request(cause: Cause): void {
    if (this.#closed) return
    this.#note(cause.text)
    if (this.#queued) return
    const gapMs = cause.urgent ? this.#urgentGapMs() : this.#gapMs()
    if (gapMs === 0) this.#enqueue()
    else this.#wait(gapMs, cause.urgent)
  }

  #note(text: string): void {
    if (this.#causes.includes(text)) return
    if (this.#causes.length < MOST_CAUSES) this.#causes.push(text)
    else this.#moreCauses++
  }

  #takeCauses(): readonly string[] {
    const causes = this.#moreCauses === 0 ? this.#causes : [...this.#causes, `${this.#moreCauses} more`]
    this.#causes = []
    this.#moreCauses = 0
    return causes
  }

  /** Runs something that must not meet a pass: a new configuration, `down`. @returns `stopped` after `shut` */
  exclusive<T>(job: () => Promise<T>): Promise<Result<T, 'stopped'>> {
    const result = this.#tail.then(async () => (this.#closed ? fail('stopped' as const) : ok(await job())))
    this.#tail = result.catch(() => undefined)
    return result
  }

  /** Nothing begins any more, what waits already included; for a job that was the last. */
  shut(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  /** @returns when what runs has ended, and nothing begins any more */
  async close(): Promise<void> {
    this.shut()
    await this.#tail
  }

  #wait(gapMs: number, urgent: boolean): void {
    if (this.#timer !== undefined && (this.#isTimerUrgent || !urgent)) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#enqueue(), gapMs)
    this.#isTimerUrgent = urgent
  }

  #enqueue(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#queued = true
    void this.exclusive(async () => {
      this.#queued = false
      const outcome = await this.#pass(this.#takeCauses())
      this.#quietInARow = outcome === 'quiet' ? this.#quietInARow + 1 : 0
      this.#failedInARow = outcome === 'failed' ? this.#failedInARow + 1 : 0
    })
  }

  #gapMs(): number {
    if (this.#failedInARow > 0) return this.#failingGapMs(LONGEST_GAP_FAILING_MS)
    const over = this.#quietInARow - QUIET_BEFORE_GATHERING
    return over < 0 ? 0 : Math.min(LONGEST_GAP_MS, FIRST_GAP_MS * 2 ** over)
  }

  #urgentGapMs(): number {
    return this.#failedInARow > 0 ? this.#failingGapMs(LONGEST_GAP_MS) : 0
  }

  #failingGapMs(longestMs: number): number {
    return Math.min(longestMs, FIRST_GAP_MS * 2 ** (this.#failedInARow - 1))
  }
}
