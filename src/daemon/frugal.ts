/**
 * What costs the kernel something to tell, for any number of people who ask. Whoever asks now and then gets a fresh
 * answer; where it is asked for all the time it costs no more than its share, and who comes too soon gets the last one.
 */
export class Frugal<T> {
  readonly #read: () => Promise<T>
  readonly #share: number
  readonly #nowMs: () => number
  /** What may be spent, below zero after a reading that cost more than there was. */
  #savedMs = MOST_SAVED_MS
  #savedAtMs: number
  #last: { readonly value: T; readonly atMs: number } | undefined
  #running: Promise<T> | undefined
  #next: Promise<T> | undefined
  /** How often it was outdated. */
  #changes = 0

  /** @param share of the time that it may take, 0-1 */
  constructor(read: () => Promise<T>, share: number, nowMs: () => number = () => performance.now()) {
    this.#read = read
    this.#share = share
    this.#nowMs = nowMs
    this.#savedAtMs = nowMs()
  }

  /** What was read last, and when. */
  get last(): { readonly value: T; readonly atMs: number } | undefined {
    return this.#last
  }

  /** As fresh as can be afforded. */
  read(): Promise<T> {
    const nowMs = this.#nowMs()
    this.#savedMs = Math.min(MOST_SAVED_MS, this.#savedMs + (nowMs - this.#savedAtMs) * this.#share)
    this.#savedAtMs = nowMs
    const isYoung = this.#last !== undefined && nowMs - this.#last.atMs < OLDEST_MS
    return this.#savedMs <= 0 && isYoung && this.#last ? Promise.resolve(this.#last.value) : this.readNow()
  }

  /** Begun after it is asked for, whatever it costs. Those who ask while one is under way share the next one. */
  readNow(): Promise<T> {
    if (this.#running === undefined) return this.#begin()
    this.#next ??= this.#running
      .catch(() => {}) // of those who asked for it
      .then(() => {
        this.#next = undefined
        return this.#begin()
      })
    return this.#next
  }

  /** What was read, or is being read, is no longer so: whoever asks now gets a fresh answer. */
  outdated(): void {
    this.#changes += 1
    this.#last = undefined
  }

  #begin(): Promise<T> {
    this.#running = this.#measured().finally(() => (this.#running = undefined))
    return this.#running
  }

  async #measured(): Promise<T> {
    const [beganMs, changes] = [this.#nowMs(), this.#changes]
    try {
      const value = await this.#read()
      if (changes === this.#changes) this.#last = { value, atMs: this.#nowMs() }
      return value
    } finally {
      this.#savedMs -= this.#nowMs() - beganMs
    }
  }
}

/** The same for each of several questions: many ask the same one, and hardly anybody one that nobody else asks. */
export class FrugalByQuestion<Question, T> {
  readonly #read: (question: Question) => Promise<T>
  readonly #share: number
  readonly #nowMs: () => number
  readonly #asked = new Map<string, Frugal<T>>()

  /** @param share that each question may take */
  constructor(
    read: (question: Question) => Promise<T>,
    share: number,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#read = read
    this.#share = share
    this.#nowMs = nowMs
  }

  read(question: Question): Promise<T> {
    const key = JSON.stringify(question)
    const known = this.#asked.get(key) ?? new Frugal(() => this.#read(question), this.#share, this.#nowMs)
    this.#asked.delete(key) // what was asked for last stands last
    this.#forgetOld()
    this.#asked.set(key, known)
    return known.read()
  }

  /** What is handed out no more is memory for nothing, and whoever asks ever new questions shall not fill it. */
  #forgetOld(): void {
    const nowMs = this.#nowMs()
    for (const [key, { last }] of this.#asked)
      if (this.#asked.size >= MOST_QUESTIONS || (last !== undefined && nowMs - last.atMs >= OLDEST_MS))
        this.#asked.delete(key)
  }
}

/** Some ten readings in a row of a table with room for 260,000 connections. */
const MOST_SAVED_MS = 100
/** A list of connections has half a megabyte. */
const MOST_QUESTIONS = 32
/** Nothing older is handed out, whatever a new one costs. */
const OLDEST_MS = 10_000
