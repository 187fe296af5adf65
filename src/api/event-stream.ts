/**
 * What happens, told to everyone who listens, as it happens: server-sent events (HTML, 9.2). What all of them get is
 * made once, so that fifty listeners cost little more than one.
 */
import type { Control, ToldEntry } from '../daemon/control.ts'
import { eventDocument, statusDocument } from './documents.ts'
import type { ServerSentEvent, StreamReply } from './router.ts'

export interface StreamOptions {
  readonly nowMs: () => number
  readonly onBug: (error: unknown) => void
}

export interface StreamQuestion {
  /** Events alone, without how things are. */
  readonly onlyEvents: boolean
  /** `RUN/ID`: what was seen last. */
  readonly lastEventId?: string | undefined
}

type Send = (event: ServerSentEvent) => void

/** Rates and delays move all the time; whatever changes a state is told at once. */
const STATUS_EVERY_MS = 1000
/** Open connections are counted one by one, which costs a box with many something. */
const COUNT_EVERY_MS = 10_000
/** Proxies give up a connection on which nothing comes for a minute. */
const ALIVE_EVERY_MS = 15_000

const eventOnStream = (entry: Omit<ToldEntry, 'run'>, run: string): ServerSentEvent => ({
  name: 'event',
  id: `${run}/${entry.id}`,
  data: JSON.stringify(eventDocument(entry)),
})

/** So many of the newest: whoever was away for longer asks for what happened by time. */
const MISSED_AT_MOST = 1000
/** In which the last one that was seen is looked for. */
const READ_AT_MOST = 5000

/** @param entries in their order, maybe of several runs */
function missed(entries: readonly ToldEntry[], run: string, lastId: number): readonly ToldEntry[] {
  const last = entries.findLastIndex((entry) => entry.run === run && entry.id <= lastId)
  return entries.slice(last + 1).slice(-MISSED_AT_MOST)
}

export class EventStream {
  readonly #control: Control
  readonly #options: StreamOptions
  readonly #ofEvents = new Set<Send>()
  readonly #ofStatus = new Set<Send>()
  #timers: NodeJS.Timeout[] = []
  #endListening: (() => void)[] = []
  #countedAtMs = -Infinity
  /** A look is under way, and another one was wished meanwhile. */
  #looking: 'no' | 'yes' | 'once-more' = 'no'

  constructor(control: Control, options: StreamOptions) {
    this.#control = control
    this.#options = options
  }

  reply({ onlyEvents, lastEventId }: StreamQuestion): StreamReply {
    return {
      status: 200,
      contentType: 'text/event-stream',
      begin: (listener) => {
        const send = this.#afterWhatWasMissed(listener, lastEventId)
        this.#ofEvents.add(send)
        if (!onlyEvents) this.#ofStatus.add(send)
        if (this.#ofEvents.size === 1) this.#listen()
        if (!onlyEvents) void this.#look()
        return () => {
          this.#ofEvents.delete(send)
          this.#ofStatus.delete(send)
          if (this.#ofEvents.size === 0) this.close()
        }
      },
    }
  }

  /** Nobody is told any more. */
  close(): void {
    for (const end of this.#endListening.splice(0)) end()
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
  }

  /**
   * Whoever names nothing wants to know what comes. What was missed of this run is at hand. What was missed since an
   * earlier one is read from the disk, and what comes meanwhile waits; of a run that is forgotten, or that never was,
   * nobody knows more than that all of this one was missed.
   * @returns to be told of what comes
   */
  #afterWhatWasMissed(send: Send, lastEventId: string | undefined): Send {
    if (lastEventId === undefined || lastEventId === '') return send
    const [run = '', id] = lastEventId.split('/')
    const here = this.#control.events({})
    if (run === here.run) {
      for (const entry of missed(here.entries, run, Number(id))) send(eventOnStream(entry, entry.run))
      return send
    }
    let held: ServerSentEvent[] | undefined = []
    void this.#control
      .pastEvents({ limit: READ_AT_MOST })
      .catch((bug: unknown) => {
        this.#options.onBug(bug)
        return here
      })
      .then(({ entries }) => {
        const isKnown = entries.some((entry) => entry.run === run)
        const first = missed(isKnown ? entries : this.#control.events({}).entries, run, Number(id)).map(
          (entry) => eventOnStream(entry, entry.run),
        )
        const sent = new Set(first.map((event) => event.id))
        const others = (held ?? []).filter((event) => event.id === undefined || !sent.has(event.id))
        held = undefined
        for (const event of [...first, ...others]) send(event)
      })
    return (event) => (held === undefined ? send(event) : void held.push(event))
  }

  #listen(): void {
    const { run } = this.#control.events({ afterId: Infinity })
    this.#endListening = [
      this.#control.onEvent((entry) => {
        const event = eventOnStream(entry, run)
        for (const send of this.#ofEvents) send(event)
      }),
      this.#control.onChange(() => void this.#look()),
    ]
    const alive = { name: 'alive', data: '' }
    this.#timers = [
      setInterval(() => void this.#look(), STATUS_EVERY_MS),
      setInterval(() => this.#ofEvents.forEach((send) => send(alive)), ALIVE_EVERY_MS),
    ]
  }

  /** @returns whether another one was wished meanwhile */
  #endLook(): boolean {
    const isWished = this.#looking === 'once-more'
    this.#looking = 'no'
    return isWished
  }

  async #look(): Promise<void> {
    if (this.#ofStatus.size === 0) return
    if (this.#looking !== 'no') {
      this.#looking = 'once-more'
      return
    }
    this.#looking = 'yes'
    try {
      const nowMs = this.#options.nowMs()
      const counts = nowMs - this.#countedAtMs >= COUNT_EVERY_MS
      if (counts) this.#countedAtMs = nowMs
      const status = counts ? await this.#control.status() : await this.#control.look()
      const event = {
        name: 'status',
        data: JSON.stringify(statusDocument(status, this.#options.nowMs())),
      }
      for (const send of this.#ofStatus) send(event)
    } catch (error) {
      this.#options.onBug(error)
    }
    if (this.#endLook()) void this.#look()
  }
}
