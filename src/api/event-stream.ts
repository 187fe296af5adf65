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
      begin: (send) => {
        // First what was missed: both happen in one turn, so that nothing falls between them.
        for (const event of this.#missed(lastEventId)) send(event)
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

  /** Whoever names nothing wants to know what comes; ids of another run mean that all of this one was missed. */
  #missed(lastEventId: string | undefined): ServerSentEvent[] {
    if (lastEventId === undefined || lastEventId === '') return []
    const [run, id] = lastEventId.split('/')
    const history = this.#control.events({})
    const afterId = run === history.run ? Number(id) : 0
    return history.entries
      .filter((entry) => entry.id > afterId)
      .map((entry) => eventOnStream(entry, history.run))
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
