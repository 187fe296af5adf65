import { messageOf } from '../model/index.ts'
import { nothingKept, type Kept } from '../notify/index.ts'
import type { Log } from './log.ts'
import { loadMessages, saveMessages } from './messages-store.ts'

/** What messages are made of and what waits, and its file. A disk that cannot be written stops no message. */
export class MessagesKeeper {
  readonly #directory: string
  readonly #offsetMs: () => number
  readonly #log: Log
  #kept: Kept = nothingKept('')
  #isLoaded = false
  #saved = ''
  #saving: Promise<void> = Promise.resolve()
  #isUnsaved = false

  /** @param offsetMs from the monotonic clock to the wall's */
  constructor(directory: string, offsetMs: () => number, log: Log) {
    this.#directory = directory
    this.#offsetMs = offsetMs
    this.#log = log
  }

  async load(): Promise<void> {
    this.#kept = await loadMessages(this.#directory, this.#offsetMs(), (text) => this.#log.warn(text))
    this.#isLoaded = true
  }

  get isLoaded(): boolean {
    return this.#isLoaded
  }

  get kept(): Kept {
    return this.#kept
  }

  /** Holds from now on, whatever the disk says; written beside everything else. */
  keep(kept: Kept): void {
    this.#kept = kept
    const text = JSON.stringify(kept)
    if (text === this.#saved) return
    this.#saved = text
    this.#saving = this.#saving.then(() => this.#save(kept))
  }

  /** @returns when everything is written */
  settled(): Promise<void> {
    return this.#saving
  }

  async #save(kept: Kept): Promise<void> {
    try {
      await saveMessages(this.#directory, kept, this.#offsetMs())
      this.#isUnsaved = false
    } catch (cause) {
      if (!this.#isUnsaved) this.#log.warn(`messages that wait are kept in memory only: ${messageOf(cause)}`)
      this.#isUnsaved = true
    }
  }
}
