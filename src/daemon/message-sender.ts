import { hostname } from 'node:os'
import type { Mailed, Mailing, Posted, Posting } from '../kernel/index.ts'
import type { Channel, Result, WebAddress } from '../model/index.ts'
import { fail, ok } from '../model/index.ts'
import {
  answerOf,
  messageDocument,
  rendered,
  requestFor,
  scrubbed,
  type Message,
  type Rendered,
  type Secrets,
  type Setting,
} from '../notify/index.ts'
import type { RunHook } from './hooks.ts'
import { NEAR_WAYS, isNear, type MessageWay } from './message-ways.ts'
import { readSecret } from './read-secret.ts'

/** A whole answer, names and handshakes included. */
const POST_TIMEOUT_MS = 15_000
/** A dozen words to and fro, and servers that wait before they greet. */
const MAIL_TIMEOUT_MS = 40_000
const PROGRAM_TIMEOUT_MS = 10_000
/** Of what somebody answered: enough to know why. */
const LONGEST_ANSWER = 200

export interface SenderOptions {
  readonly post: (posting: Posting) => Promise<Posted>
  readonly mail: (mailing: Mailing) => Promise<Mailed>
  readonly run: RunHook
  /** The lines that work now, the best first. */
  readonly ways: () => readonly MessageWay[]
}

/** `no-way`: no line works, and nothing was tried. `later`: it is worth another try. */
export interface Dispatch {
  readonly is: 'taken' | 'refused' | 'later' | 'no-way'
  readonly text: Rendered
  /** The one that was tried last; absent: it went by none. */
  readonly line?: string
  /** In words, without what is secret. */
  readonly answer: string
  readonly afterMs?: number
}

/** What came of one line; `silent`: nobody answered over it. */
type Attempt = Pick<Dispatch, 'answer' | 'afterMs'> & {
  readonly is: 'taken' | 'refused' | 'later' | 'silent'
}

/** Sends one message to one channel, over one line after the other until one brings it there. Never rejects. */
export class MessageSender {
  readonly #options: SenderOptions
  readonly #stopping = new AbortController()

  constructor(options: SenderOptions) {
    this.#options = options
  }

  close(): void {
    this.#stopping.abort()
  }

  async send(channel: Channel, message: Message, wallMs: number): Promise<Dispatch> {
    const setting: Setting = { hostname: hostname(), wallMs }
    const text = rendered(channel, message, setting)
    switch (channel.kind) {
      case 'command':
        return this.#run(channel.run, message, text, setting)
      case 'email':
        return this.#mail(channel, message, text, setting)
      default:
        return this.#post(channel, message, text, setting)
    }
  }

  async #post(channel: WebChannel, message: Message, text: Rendered, setting: Setting): Promise<Dispatch> {
    const secrets = await secretsOf(channel)
    if (!secrets.ok) return { is: 'later', text, answer: secrets.error }
    const request = requestFor(channel, message, text, setting, secrets.value)
    return this.#overWays(new URL(request.url).hostname, text, async (way) => {
      const posted = await this.#options.post({ ...way, ...request, timeoutMs: POST_TIMEOUT_MS })
      if (posted.is === 'failed') return { is: 'silent', answer: scrubbed(posted.why, secrets.value) }
      return { answer: answerText(posted, secrets.value), ...answerOf(posted.status, posted.retryAfter) }
    })
  }

  async #mail(
    { server, from, to, login }: Extract<Channel, { kind: 'email' }>,
    { id, thread }: Message,
    { title, body }: Rendered,
    { hostname: host, wallMs }: Setting,
  ): Promise<Dispatch> {
    const text = { title, body }
    const password = login && (await readSecret(login.password))
    if (password?.ok === false) return { is: 'later', text, answer: password.error }
    const known = login && password && { user: login.user, password: password.value }
    const secret = known === undefined ? {} : { token: known.password }
    return this.#overWays(server.host, text, async (way) => {
      const mailed = await this.#options.mail({
        ...way,
        ...(known && { login: known }),
        server,
        from,
        to,
        subject: title,
        text: body,
        wallMs,
        timeoutMs: MAIL_TIMEOUT_MS,
        messageId: `${id}@${host}`,
        ...(thread !== id && { after: `${thread}@${host}` }),
      })
      if (mailed.is === 'failed') return { is: 'silent', answer: short(scrubbed(mailed.why, secret)) }
      if (mailed.is === 'taken') return { is: 'taken', answer: short(scrubbed(mailed.said, secret)) }
      // RFC 5321, 4.2.1: from 500 on the same would be said again.
      return { is: mailed.status >= 500 ? 'refused' : 'later', answer: short(scrubbed(mailed.said, secret)) }
    })
  }

  /** One line after the other, until somebody answers. */
  async #overWays(
    host: string,
    text: Rendered,
    attempt: (way: Pick<MessageWay, 'path' | 'family'>) => Promise<Attempt>,
  ): Promise<Dispatch> {
    let last: Dispatch = { is: 'no-way', text, answer: 'no line works' }
    for (const { line, ...way } of isNear(host) ? NEAR_WAYS : this.#options.ways()) {
      const { is, ...outcome } = await attempt(way)
      last = { is: is === 'silent' ? 'later' : is, text, ...(line !== undefined && { line }), ...outcome }
      if (is !== 'silent') return last
    }
    return last
  }

  async #run(argv: readonly string[], message: Message, text: Rendered, setting: Setting): Promise<Dispatch> {
    const { trouble, output } = await this.#options.run({
      argv,
      env: {
        MULTIHOMED_EVENT: message.kind,
        MULTIHOMED_LINE: message.line ?? '',
        MULTIHOMED_TITLE: text.title,
        MULTIHOMED_BODY: text.body,
      },
      input: `${JSON.stringify(messageDocument(message, text, setting))}\n`,
      timeoutMs: PROGRAM_TIMEOUT_MS,
      signal: this.#stopping.signal,
    })
    const said = output.trim() === '' ? '' : `: ${short(output)}`
    return trouble === undefined
      ? { is: 'taken', text, answer: `exit 0${said}` }
      : { is: 'later', text, answer: `${trouble}${said}` }
  }
}

/** `HTTP 401: unauthorized`; of what was taken the number is enough. */
function answerText({ status, said }: Extract<Posted, { is: 'answered' }>, secrets: Secrets): string {
  const isTaken = answerOf(status).is === 'taken'
  const words = short(scrubbed(said, secrets))
  return isTaken || words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`
}

const short = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_ANSWER)

type WebChannel = Exclude<Channel, { kind: 'command' | 'email' }>

async function secretsOf({ address, token, key }: WebChannel): Promise<Result<Secrets, string>> {
  const url = await addressOf(address)
  if (!url.ok) return url
  const tokenText = token === undefined ? undefined : await readSecret(token)
  if (tokenText?.ok === false) return tokenText
  const keyText = key === undefined ? undefined : await readSecret(key)
  if (keyText?.ok === false) return keyText
  return ok({
    url: url.value,
    ...(tokenText !== undefined && { token: tokenText.value }),
    ...(keyText !== undefined && { key: keyText.value }),
  })
}

async function addressOf(address: WebAddress): Promise<Result<string, string>> {
  if ('url' in address) return ok(address.url)
  const found = await readSecret(address.urlFile)
  if (!found.ok) return found
  const url = URL.canParse(found.value) ? new URL(found.value) : undefined
  return url?.protocol === 'https:' || url?.protocol === 'http:'
    ? found
    : fail(`${address.urlFile} holds no address of HTTPS or HTTP`)
}
