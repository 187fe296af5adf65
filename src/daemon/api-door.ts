import type { Result } from '../model/index.ts'
import type { Log } from './log.ts'

export type StartApi = () => Promise<Result<{ close(): Promise<void> }, { readonly text: string }>>

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000

/**
 * The API while the daemon runs. Where its socket cannot be made (/run is full, read-only, or somebody else's) the
 * lines work without it, and it is tried again, later and later.
 */
export class ApiDoor {
  readonly #start: StartApi
  readonly #log: Log
  #server: { close(): Promise<void> } | undefined
  #opening: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #pauseMs = FIRST_PAUSE_MS
  #isClosed = false

  constructor(start: StartApi, log: Log) {
    this.#start = start
    this.#log = log
  }

  /** @returns after the first try, however it ended */
  open(): Promise<void> {
    this.#opening = this.#try()
    return this.#opening
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#opening
    await this.#server?.close()
  }

  async #try(): Promise<void> {
    const started = await this.#start()
    const isFirst = this.#pauseMs === FIRST_PAUSE_MS
    if (started.ok) {
      this.#server = started.value
      if (!isFirst) this.#log.info('multihome status works now')
      return
    }
    if (isFirst) {
      this.#log.error(
        `${started.error.text}; the lines work, but multihome status does not: it is tried again`,
      )
    }
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.open(), this.#pauseMs)
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2)
  }
}
