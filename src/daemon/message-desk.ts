import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel, NotifyConfig } from '../model/index.ts'
import {
  EMPTY,
  delivered,
  failed,
  hopeful,
  look,
  next,
  put,
  quietUntil,
  refused,
  tellOf,
  testText,
  type Happening,
  type Message,
  type Next,
  type Outbox,
  type Parcel,
  type Picture,
} from '../notify/index.ts'
import type { ChannelStatus, TestOutcome, TestedChannel } from './control.ts'
import type { Journal, JournalEntry, JournalKind } from './journal.ts'
import type { Log } from './log.ts'
import { MessageSender, type Dispatch, type SenderOptions } from './message-sender.ts'
import { MessagesKeeper } from './messages-keeper.ts'
import type { WallClock } from './wall-clock.ts'

export interface MessageDeskOptions extends SenderOptions {
  /** As it is configured at the moment of asking; absent: nobody is told. */
  readonly notify: () => NotifyConfig | undefined
  /** Absent: nothing was looked at yet. */
  readonly picture: () => Picture | undefined
  readonly journal: Journal
  readonly clock: WallClock
  /** Of the state. */
  readonly directory: string
  readonly log: Log
  /** The monotonic clock; for tests. */
  readonly nowMs?: () => number
}

/** What is told by itself, of the journal. */
const HAPPENINGS: Readonly<Partial<Record<JournalKind, Happening['kind']>>> = {
  undone: 'undone',
  refused: 'refused',
  degraded: 'degraded',
  quota: 'quota',
  started: 'restart',
}

/** Failures in a row that are worth a word. */
const WORTH_A_WORD = 3

/**
 * Tells people what they must know: looks at what may have changed, and has every channel sent what is due to it, one
 * message after the other. What waits is kept on disk, and nothing here is waited for.
 */
export class MessageDesk {
  readonly #options: MessageDeskOptions
  readonly #sender: MessageSender
  readonly #keeper: MessagesKeeper
  readonly #nowMs: () => number
  /** What is on its way, by channel. */
  readonly #busy = new Map<string, Promise<boolean>>()
  readonly #last = new Map<string, ChannelStatus['last']>()
  readonly #endListening: () => void
  #heard: Happening[] = []
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  /** Those that worked when it was looked last. */
  #lines: ReadonlySet<string | undefined> = new Set()

  constructor(options: MessageDeskOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.#sender = new MessageSender(options)
    this.#keeper = new MessagesKeeper(options.directory, () => options.clock.at(0), options.log)
    this.#endListening = options.journal.onEntry((entry) => this.#hear(entry))
  }

  /** Before the first look. */
  async load(): Promise<void> {
    await this.#keeper.load()
    this.looked()
  }

  /** Something may have changed. */
  looked(): void {
    const notify = this.#options.notify()
    if (this.#isClosed || !this.#keeper.isLoaded || notify === undefined) return
    const picture = this.#options.picture()
    const nowMs = this.#nowMs()
    let { watched } = this.#keeper.kept
    const messages: Message[] = []
    for (const happening of this.#heard) {
      const told = tellOf(watched, happening, notify)
      watched = told.watched
      messages.push(...told.messages)
    }
    this.#heard = []
    let wakeAtMs: number | undefined
    if (picture !== undefined) {
      const seen = look(watched, picture, notify, nowMs, (atMs) => this.#timeOfDay(atMs))
      watched = seen.watched
      wakeAtMs = seen.nextAtMs
      messages.push(...seen.messages)
    }
    for (const { title } of messages) this.#options.log.info(`to be told: ${title}`)
    const lines = new Set(this.#options.ways().map(({ line }) => line))
    const isHope = [...lines].some((line) => !this.#lines.has(line))
    this.#lines = lines
    this.#keeper.keep({
      watched,
      // Those of channels that left the file go with them.
      outboxes: Object.fromEntries(
        notify.channels.map(({ name }) => {
          const outbox = put(this.#outbox(name), messages)
          return [name, isHope ? hopeful(outbox) : outbox]
        }),
      ),
    })
    this.#wakeAt(Math.min(wakeAtMs ?? Infinity, ...notify.channels.map((one) => this.#serve(one, notify))))
  }

  /** What each channel did last. */
  channels(): readonly ChannelStatus[] {
    const notify = this.#options.notify()
    if (notify === undefined) return []
    const nowMs = this.#nowMs()
    return notify.channels.map(({ name, kind }) => {
      const { waiting, failures } = this.#outbox(name)
      const due = this.#due(name, notify, nowMs)
      const last = this.#last.get(name)
      return {
        name,
        kind,
        waiting: waiting.length,
        ...(due.is === 'wait' && due.untilMs > nowMs && { nextAtMs: this.#options.clock.at(due.untilMs) }),
        failures,
        ...(last !== undefined && { last }),
      }
    })
  }

  /** Sends one now, to one channel or to all, whatever the limits and the hour. */
  async test(name?: string): Promise<TestOutcome> {
    const all = this.#options.notify()?.channels ?? []
    const chosen = all.filter((channel) => name === undefined || channel.name === name)
    if (chosen.length === 0) return { is: 'unknown', channels: all.map((channel) => channel.name) }
    return { is: 'done', channels: await Promise.all(chosen.map((channel) => this.#try(channel))) }
  }

  /** What is on its way gets a moment, so that it need not be sent twice; what waits is on disk. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#endListening()
    clearTimeout(this.#timer)
    this.#sender.close()
    const patience = new AbortController()
    await Promise.race([
      Promise.all(this.#busy.values()),
      sleep(PARTING_MS, undefined, { signal: patience.signal }).catch(() => undefined),
    ])
    patience.abort()
    await this.#keeper.settled()
  }

  #hear({ kind, line, text }: JournalEntry): void {
    const known = HAPPENINGS[kind]
    if (known === undefined || this.#options.notify() === undefined) return
    this.#heard.push({ kind: known, ...(line !== undefined && { line }), text, atMs: this.#nowMs() })
    // Not within what happens now: whoever wrote it is in the middle of something.
    setImmediate(() => this.looked())
  }

  /** @returns when to look again, by the monotonic clock */
  #serve(channel: Channel, notify: NotifyConfig): number {
    if (this.#busy.has(channel.name)) return Infinity
    const due = this.#due(channel.name, notify, this.#nowMs())
    if (due.is === 'wait') return due.untilMs
    if (due.is === 'send') {
      const sending = this.#send(channel, due.parcel)
      this.#busy.set(channel.name, sending)
      void sending.then((wasTried) => this.#ended(channel.name, wasTried))
    }
    return Infinity
  }

  #due(name: string, { quiet }: NotifyConfig, nowMs: number): Next {
    const wallMs = this.#options.clock.at(nowMs)
    const quietWallMs = quiet && quietUntil(quiet, wallMs)
    const quietMs = quietWallMs === undefined ? undefined : nowMs + quietWallMs - wallMs
    return next(this.#outbox(name), nowMs, quietMs)
  }

  /** @returns whether it was tried; else it waits until a line works */
  async #send(channel: Channel, parcel: Parcel): Promise<boolean> {
    const { name } = channel
    const { message } = parcel
    const sent = await this.#sender.send(channel, message, this.#options.clock.at(message.atMs))
    const nowMs = this.#nowMs()
    if (sent.is === 'no-way') return false
    this.#note(name, message, sent)
    const before = this.#outbox(name)
    this.#keep(
      name,
      sent.is === 'taken'
        ? delivered(before, parcel, nowMs)
        : sent.is === 'refused'
          ? refused(before, parcel)
          : failed(before, nowMs, sent.afterMs),
    )
    if (sent.is === 'refused') this.#complain(`${name} was not told "${message.title}": ${sent.answer}`)
    if (sent.is === 'later' && this.#outbox(name).failures === WORTH_A_WORD)
      this.#complain(`${name} cannot be told "${message.title}" yet: ${sent.answer}; it is tried again`)
    return true
  }

  #ended(name: string, wasTried: boolean): void {
    this.#busy.delete(name)
    // Without a way it would only come back here at once.
    if (wasTried || this.#options.ways().length > 0) this.looked()
  }

  async #try(channel: Channel): Promise<TestedChannel> {
    const startedAtMs = this.#nowMs()
    const thread = `test-${this.#options.journal.run}-${Math.round(startedAtMs)}`
    const message: Message = { id: thread, thread, kind: 'test', atMs: startedAtMs, urgent: false, ...testText(hostname()) } // prettier-ignore
    const sent = await this.#sender.send(channel, message, this.#options.clock.at(startedAtMs))
    this.#note(channel.name, message, sent)
    return {
      name: channel.name,
      kind: channel.kind,
      ...sent.text,
      ...(sent.line !== undefined && { line: sent.line }),
      isDelivered: sent.is === 'taken',
      answer: sent.answer,
      tookMs: this.#nowMs() - startedAtMs,
    }
  }

  #note(name: string, { title }: Message, { is, line, answer }: Dispatch): void {
    const isDelivered = is === 'taken'
    this.#last.set(name, {
      atMs: this.#options.clock.at(this.#nowMs()),
      title,
      ...(line !== undefined && { line }),
      isDelivered,
      answer,
    })
    const over = line === undefined ? '' : ` over ${line}`
    this.#options.log[isDelivered ? 'info' : 'warn'](`"${title}" to ${name}${over}: ${answer}`)
  }

  #complain(text: string): void {
    this.#options.journal.add({ kind: 'unsent', text })
  }

  #outbox(name: string): Outbox {
    return this.#keeper.kept.outboxes[name] ?? EMPTY
  }

  #keep(name: string, outbox: Outbox): void {
    const { kept } = this.#keeper
    this.#keeper.keep({ ...kept, outboxes: { ...kept.outboxes, [name]: outbox } })
  }

  #wakeAt(atMs: number): void {
    clearTimeout(this.#timer)
    if (atMs === Infinity || this.#isClosed) return
    const waitMs = Math.max(20, atMs - this.#nowMs())
    this.#timer = setTimeout(() => this.looked(), Math.min(waitMs, LONGEST_WAIT_MS))
  }

  /** `14:02:11` */
  #timeOfDay(atMs: number): string {
    const at = new Date(this.#options.clock.at(atMs))
    return [at.getHours(), at.getMinutes(), at.getSeconds()].map((n) => String(n).padStart(2, '0')).join(':')
  }
}

/** The clock may be set meanwhile, and quiet hours with it. */
const LONGEST_WAIT_MS = 300_000
/** Nobody waits longer for the daemon to end. */
const PARTING_MS = 2000
