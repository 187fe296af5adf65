import { messageOf, type ApiConfig, type Config, type Result } from '../model/index.ts'
import type { Note } from '../plan/index.ts'
import type { Log } from './log.ts'

export interface OpenDoor {
  readonly url: string
  /** The certificate is read again. @returns why not */
  renew(): Promise<Result<void, string>>
  close(): Promise<void>
}

/** @returns why not, as a sentence without its end */
export type OpenTcpDoor = (api: ApiConfig) => Promise<Result<OpenDoor, string>>

/**
 * Where the API is to be had by TCP, after the file. A door that cannot be opened is tried again with every pass:
 * the lines work without it, and `status` says why it is shut.
 */
export class TcpDoorKeeper {
  readonly #open: OpenTcpDoor
  readonly #log: Log
  #door: OpenDoor | undefined
  /** Of what is open, or was tried last. */
  #wish = ''
  /** When the file was read that named the certificate. */
  #readAtMs = -Infinity
  #trouble: string | undefined
  #busy: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(open: OpenTcpDoor, log: Log) {
    this.#open = open
    this.#log = log
  }

  /**
   * @param appliedAtMs when the file was read: a certificate is read again with it, below open connections, for one of
   * them may wait for what comes of this very file
   */
  follow({ api }: Pick<Config, 'api'>, appliedAtMs: number): Promise<void> {
    this.#busy = this.#busy.then(() => this.#follow(api, appliedAtMs)).catch((cause: unknown) => this.#log.error(messageOf(cause))) // prettier-ignore
    return this.#busy
  }

  /** After what was begun for the configuration in force. */
  settled(): Promise<void> {
    return this.#busy
  }

  /** For `status`. */
  get note(): Note | undefined {
    if (this.#trouble === undefined) return undefined
    return {
      code: 'api-shut',
      severity: 'warning',
      text: `the API and the dashboard are not to be had by TCP: ${this.#trouble}`,
      help: 'the lines work, and this command too; api: localhost:PORT in the file takes another port, api: off none',
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#busy
    await this.#door?.close()
  }

  async #follow(api: ApiConfig | undefined, appliedAtMs: number): Promise<void> {
    const wish = JSON.stringify([api])
    const isSame = wish === this.#wish && this.#trouble === undefined
    if (this.#isClosed || (isSame && (api?.tls === undefined || appliedAtMs === this.#readAtMs))) return
    this.#readAtMs = appliedAtMs
    if (isSame && this.#door !== undefined && (await this.#door.renew()).ok) return
    this.#wish = wish
    await this.#door?.close()
    this.#door = undefined
    const opened = api === undefined ? undefined : await this.#open(api)
    this.#door = opened?.ok === true ? opened.value : undefined
    const trouble = opened?.ok === false ? opened.error : undefined
    if (trouble !== undefined && trouble !== this.#trouble)
      this.#log.warn(`the API is not to be had by TCP: ${trouble}; the lines work, and it is tried again`)
    if (this.#door !== undefined) this.#log.info(`API and dashboard: ${this.#door.url}`)
    this.#trouble = trouble
  }
}
