import { fail, ok, type Result } from '../model/index.ts'

/** Something that calls for a pass. `urgent`: must not wait, whatever else goes on (links, addresses). */
export interface Cause {
  readonly text: string
  readonly urgent: boolean
}

/** How many passes in a row may find nothing before the next one waits for more events to gather. */
const QUIET_BEFORE_GATHERING = 3
const FIRST_GAP_MS = 20
const LONGEST_GAP_MS = 1000

/**
 * One hand on the wheel: whatever changes the kernel runs here, one thing at a time, in order.
 *
 * Causes that arrive while something runs become one pass afterwards. A box where routes come and go all the time
 * keeps ringing without a word for us; then passes gather causes for longer and longer, up to a second, until one
 * finds something to do or something urgent happens.
 */
export class PassQueue {
  readonly #pass: (causes: readonly string[]) => Promise<{ foundWork: boolean }>
  #tail: Promise<unknown> = Promise.resolve()
  #causes: string[] = []
  #timer: NodeJS.Timeout | undefined
  #queued = false
  #quietInARow = 0
  #closed = false

  constructor(pass: (causes: readonly string[]) => Promise<{ foundWork: boolean }>) {
    this.#pass = pass
  }

  /** Asks for a pass, soon; never waits for it. */
  request(cause: Cause): void {
    if (this.#closed) return
    if (!this.#causes.includes(cause.text)) this.#causes.push(cause.text)
    if (this.#queued) return
    const gapMs = cause.urgent ? 0 : this.#gapMs()
    if (gapMs === 0) this.#enqueue()
    else this.#timer ??= setTimeout(() => this.#enqueue(), gapMs)
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

  #enqueue(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#queued = true
    void this.exclusive(async () => {
      this.#queued = false
      const causes = this.#causes
      this.#causes = []
      const { foundWork } = await this.#pass(causes)
      this.#quietInARow = foundWork ? 0 : this.#quietInARow + 1
    })
  }

  #gapMs(): number {
    const over = this.#quietInARow - QUIET_BEFORE_GATHERING
    return over < 0 ? 0 : Math.min(LONGEST_GAP_MS, FIRST_GAP_MS * 2 ** over)
  }
}
