import type { Advertiser, OpenAdvertiser } from '../kernel/index.ts'
import { formatPrefix, type AdvertisedPrefix, type Advertisement } from '../model/index.ts'
import type { Log } from './log.ts'

/** Tells hosts of the LAN what the last pass found, as RFC 4861 (6.2) wants it of a router. */
export class AdvertisingDesk {
  readonly #open: OpenAdvertiser
  readonly #log: Log
  readonly #voices = new Map<string, Voice>()

  constructor(open: OpenAdvertiser, log: Log) {
    this.#open = open
    this.#log = log
  }

  /** After every pass. */
  passed(wanted: readonly Advertisement[]): void {
    for (const advertisement of wanted) {
      const { dev } = advertisement
      const voice = this.#voices.get(dev) ?? new Voice(dev, this.#open, this.#log)
      this.#voices.set(dev, voice)
      voice.say(advertisement)
    }
    for (const [dev, voice] of this.#voices)
      if (!wanted.some((one) => one.dev === dev)) {
        this.#voices.delete(dev)
        void voice.takeLeave()
      }
  }

  /** Hosts go on with what they were told, for the next daemon says the same. */
  close(): void {
    for (const voice of this.#voices.values()) voice.close()
    this.#voices.clear()
  }

  /** @returns when hosts were told that this is no router any more */
  async takeLeave(): Promise<void> {
    await Promise.all([...this.#voices.values()].map((voice) => voice.takeLeave()))
    this.#voices.clear()
  }
}

/** On one interface. */
class Voice {
  readonly #dev: string
  readonly #open: OpenAdvertiser
  readonly #log: Log
  #advertiser: Advertiser | undefined
  #wanted: Advertisement | undefined
  #wantedAtMs = 0
  /** Prefixes that were here, by their text, and until when hosts are told that they are no more. */
  readonly #gone = new Map<string, { readonly last: AdvertisedPrefix; readonly untilMs: number }>()
  #quickLeft = 0
  #sentAtMs = -Infinity
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  #trouble: string | undefined

  constructor(dev: string, open: OpenAdvertiser, log: Log) {
    this.#dev = dev
    this.#open = open
    this.#log = log
  }

  say(wanted: Advertisement): void {
    const before = this.#wanted
    const nowMs = performance.now()
    this.#wanted = wanted
    this.#wantedAtMs = nowMs
    for (const last of before?.prefixes ?? [])
      if (!wanted.prefixes.some((one) => nameOf(one) === nameOf(last)))
        this.#gone.set(nameOf(last), { last, untilMs: nowMs + GONE_FOR_MS })
    for (const one of wanted.prefixes) this.#gone.delete(nameOf(one))
    if (before !== undefined && isAlike(before, wanted)) return
    this.#quickLeft = QUICK_ONES
    this.#sendIn(Math.max(0, APART_MS - (nowMs - this.#sentAtMs)))
  }

  async takeLeave(): Promise<void> {
    const last = this.#wanted
    clearTimeout(this.#timer)
    if (last !== undefined && !this.#isClosed) {
      const said = await this.#sendNow({ ...last, routerLifetimeS: 0 })
      if (said !== undefined) this.#log.warn(`hosts on ${this.#dev} are not told that we leave: ${said}`)
    }
    this.close()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#advertiser?.close()
    this.#advertiser = undefined
  }

  #sendIn(ms: number): void {
    if (this.#isClosed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#send(), ms)
  }

  async #send(): Promise<void> {
    const wanted = this.#wanted
    if (wanted === undefined) return
    const trouble = await this.#sendNow(this.#asOf(wanted, performance.now()))
    if (trouble !== undefined && trouble !== this.#trouble)
      this.#log.warn(`hosts on ${this.#dev} are told nothing: ${trouble}`)
    this.#trouble = trouble
    // A cable that is out, an interface that has no address of its link as yet: whoever comes with it waits for us.
    if (trouble !== undefined) {
      this.#sendIn(APART_MS)
      return
    }
    this.#sentAtMs = performance.now()
    this.#quickLeft = Math.max(0, this.#quickLeft - 1)
    this.#sendIn(this.#quickLeft > 0 ? APART_MS : SELDOM_MS + Math.random() * SELDOM_MS)
  }

  async #sendNow(advertisement: Advertisement): Promise<string | undefined> {
    if (this.#advertiser === undefined) {
      const opened = await this.#open(this.#dev, () => this.#solicited())
      if (!opened.ok) return opened.error.said
      if (this.#isClosed) opened.value.close()
      else this.#advertiser = opened.value
    }
    const sent = await this.#advertiser?.send(advertisement)
    if (sent === undefined || sent.ok) return undefined
    // A device that comes back under its name is another one.
    this.#advertiser?.close()
    this.#advertiser = undefined
    return sent.error.said
  }

  /** All who ask within a moment get one answer. */
  #solicited(): void {
    const sinceMs = performance.now() - this.#sentAtMs
    this.#sendIn(Math.max(Math.random() * ANSWER_WITHIN_MS, APART_MS - sinceMs))
  }

  /** What ends by itself has less of its time left. */
  #asOf(wanted: Advertisement, nowMs: number): Advertisement {
    const sinceS = Math.floor((nowMs - this.#wantedAtMs) / 1000)
    const left = (seconds: number): number => Math.max(0, seconds - sinceS)
    for (const [name, { untilMs }] of this.#gone) if (untilMs <= nowMs) this.#gone.delete(name)
    const prefixes = wanted.prefixes.map((one) =>
      one.ends === true ? { ...one, validS: left(one.validS), preferredS: left(one.preferredS) } : one,
    )
    const gone = [...this.#gone.values()].map(({ last: { prefix }, untilMs }) => ({
      prefix,
      validS: Math.ceil((untilMs - nowMs) / 1000),
      preferredS: 0,
    }))
    return { ...wanted, prefixes: [...prefixes, ...gone] }
  }
}

const nameOf = ({ prefix }: AdvertisedPrefix): string => formatPrefix(prefix)

/** Apart from time that goes by. */
const isAlike = (a: Advertisement, b: Advertisement): boolean => shapeOf(a) === shapeOf(b)
const shapeOf = ({ prefixes, ...rest }: Advertisement): string =>
  JSON.stringify([rest, prefixes.map((one) => [nameOf(one), one.preferredS === 0])])

/** MAX_INITIAL_RTR_ADVERTISEMENTS, MIN_DELAY_BETWEEN_RAS and MAX_RA_DELAY_TIME of RFC 4861, 10. */
const QUICK_ONES = 3
const APART_MS = 3000
const ANSWER_WITHIN_MS = 500
/** At least, and twice that at most (RFC 4861, 6.2.1: MinRtrAdvInterval and MaxRtrAdvInterval). */
const SELDOM_MS = 200_000
/** Hosts keep to at least two hours, whatever less they are told (RFC 4862, 5.5.3). */
const GONE_FOR_MS = 7_200_000
