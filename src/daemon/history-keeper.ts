import { messageOf } from '../model/index.ts'
import type { ConfigHistory } from './config-history.ts'
import { saveHistory } from './history-store.ts'
import type { Log } from './log.ts'

/** The history and its file. */
export class HistoryKeeper {
  readonly #directory: string
  readonly #log: Log
  #history: ConfigHistory

  /** @param directory of the state */
  constructor(directory: string, history: ConfigHistory, log: Log) {
    this.#directory = directory
    this.#history = history
    this.#log = log
  }

  get history(): ConfigHistory {
    return this.#history
  }

  /** Holds from now on, whatever the disk says. */
  async keep(history: ConfigHistory): Promise<void> {
    const trouble = await this.write(history)
    this.#history = history
    if (trouble !== undefined) this.#log.error(`earlier configurations are kept in memory only: ${trouble}`)
  }

  /** Holds only if it could be written down. @returns why it could not */
  async write(history: ConfigHistory): Promise<string | undefined> {
    if (JSON.stringify(history) === JSON.stringify(this.#history)) return undefined
    try {
      await saveHistory(this.#directory, history)
      this.#history = history
      return undefined
    } catch (cause) {
      return messageOf(cause)
    }
  }
}
