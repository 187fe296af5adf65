import type { Advertiser, OpenAdvertiser } from '../kernel/index.ts'
import {
  formatPrefix,
  type AdvertisedPrefix,
  type Advertisement,
  type LanInterface,
  type Prefix,
} from '../model/index.ts'
import { knownOf, type Advertised, type Memory, type Note } from '../plan/index.ts'
import { GONE_FOR_S, farewellTo, untold } from './farewell.ts'
import type { Log } from './log.ts'

export interface AdvertisingDeskOptions {
  readonly open: OpenAdvertiser
  /** What those before us told. */
  readonly before: Memory['advertised']
  /** Whoever comes after us must know it. */
  readonly remember: (advertised: Memory['advertised']) => void
  readonly log: Log
}

/** Tells hosts of the LAN what the last pass found, as RFC 4861 (6.2) wants it of a router. */
export class AdvertisingDesk {
  readonly #options: AdvertisingDeskOptions
  readonly #voices = new Map<string, Voice>()
  #remembered: Memory['advertised']

  constructor(options: AdvertisingDeskOptions) {
    this.#options = options
    this.#remembered = options.before
  }

  /** After every pass. @param interfaces of the LAN by the file: one may be away for a while */
  passed(
    interfaces: readonly Pick<LanInterface, 'name' | 'advertise'>[],
    wanted: readonly Advertisement[],
  ): void {
    for (const advertisement of wanted) {
      const { dev } = advertisement
      const voice = this.#voices.get(dev) ?? this.#voiceOn(dev)
      this.#voices.set(dev, voice)
      voice.say(advertisement)
    }
    const isAsked = (dev: string): boolean =>
      interfaces.some(({ name, advertise }) => name === dev && advertise === true)
    for (const dev of new Set([...this.#voices.keys(), ...Object.keys(this.#remembered)])) {
      if (wanted.some((one) => one.dev === dev)) continue
      if (isAsked(dev)) this.#voices.get(dev)?.close()
      else void (this.#voices.get(dev) ?? this.#voiceOn(dev)).takeLeave()
      this.#voices.delete(dev)
    }
    const away = Object.entries(this.#remembered).filter(([dev]) => isAsked(dev))
    const told = [...this.#voices].map(([dev, voice]) => [dev, voice.told] as const)
    this.#remember(Object.fromEntries([...away, ...told]))
  }

  /** Hosts hear of another router, too. */
  get notes(): Note[] {
    return [...this.#voices].flatMap(([dev, voice]) => {
      const others = voice.others
      if (others.length === 0) return []
      return [
        {
          code: 'other-router',
          severity: 'warning',
          text: `hosts on ${dev} hear of another router than this box: ${others.join(' and ')} sends advertisements, too; they take whichever way out they like`,
          help: `if it is not meant to be one, switch its advertisements off (on this box: radvd, dnsmasq, IPv6SendRA of systemd-networkd); else take \`advertise\` from ${dev}`,
        },
      ]
    })
  }

  #voiceOn(dev: string): Voice {
    const { open, log } = this.#options
    return new Voice(dev, open, log, knownOf(this.#remembered, dev))
  }

  #remember(told: Memory['advertised']): void {
    if (JSON.stringify(told) === JSON.stringify(this.#remembered)) return
    this.#remembered = told
    this.#options.remember(told)
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
  /** Of the last daemon too. */
  #told: Advertised
  /** Prefixes that were here, by their text, and until when hosts are told that they are no more. */
  readonly #gone = new Map<string, Gone>()
  /** Other routers, and until when they say to be one. */
  readonly #others = new Map<string, number>()
  #quickLeft = 0
  #sentAtMs = -Infinity
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  #trouble: string | undefined

  constructor(
    dev: string,
    open: OpenAdvertiser,
    log: Log,
    before: Advertised = { prefixes: [], resolvers: [] },
  ) {
    this.#dev = dev
    this.#open = open
    this.#log = log
    this.#told = before
  }

  get others(): string[] {
    const nowMs = performance.now()
    return [...this.#others].filter(([, untilMs]) => untilMs > nowMs).map(([address]) => address)
  }

  get told(): Advertised {
    return this.#told
  }

  say(wanted: Advertisement): void {
    const before = this.#wanted
    const nowMs = performance.now()
    this.#wanted = wanted
    this.#wantedAtMs = nowMs
    for (const { prefix, goneAtMs = Date.now() } of this.#told.prefixes) {
      const name = formatPrefix(prefix)
      // The clock may have been set meanwhile, or this box have none that goes on while it is off.
      const sinceMs = Math.max(0, Date.now() - goneAtMs)
      if (!this.#gone.has(name) && sinceMs < GONE_FOR_MS)
        this.#gone.set(name, { prefix, goneAtMs, untilMs: nowMs + GONE_FOR_MS - sinceMs })
    }
    for (const one of wanted.prefixes) this.#gone.delete(nameOf(one))
    this.#forgetGone(nowMs)
    this.#told = {
      prefixes: [
        ...wanted.prefixes.map(({ prefix }) => ({ prefix })),
        ...[...this.#gone.values()].map(({ prefix, goneAtMs }) => ({ prefix, goneAtMs })),
      ],
      resolvers: wanted.resolvers,
    }
    if (before !== undefined && isAlike(before, wanted)) return
    this.#quickLeft = QUICK_ONES
    this.#sendIn(Math.max(0, APART_MS - (nowMs - this.#sentAtMs)))
  }

  async takeLeave(): Promise<void> {
    clearTimeout(this.#timer)
    if (!this.#isClosed) {
      const said = await this.#sendNow(farewellTo(this.#dev, this.#told))
      if (said !== undefined) this.#log.warn(untold(this.#dev, said))
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
      const opened = await this.#open(this.#dev, {
        onSolicited: () => this.#solicited(),
        onOther: (address, lifetimeS) => this.#heard(address, lifetimeS),
      })
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

  /** Whoever says 0 only has a network to tell of, as those of a smart home, or leaves. */
  #heard(address: string, lifetimeS: number): void {
    this.#others.delete(address)
    const [oldest] = this.#others.keys()
    if (this.#others.size >= MOST_OTHERS && oldest !== undefined) this.#others.delete(oldest)
    if (lifetimeS > 0) this.#others.set(address, performance.now() + lifetimeS * 1000)
  }

  /** What ends by itself has less of its time left. */
  #asOf(wanted: Advertisement, nowMs: number): Advertisement {
    const sinceS = Math.floor((nowMs - this.#wantedAtMs) / 1000)
    const left = (seconds: number): number => Math.max(0, seconds - sinceS)
    this.#forgetGone(nowMs)
    const prefixes = wanted.prefixes.map((one) =>
      one.ends === true ? { ...one, validS: left(one.validS), preferredS: left(one.preferredS) } : one,
    )
    const gone = [...this.#gone.values()].map(({ prefix, untilMs }) => ({
      prefix,
      validS: Math.ceil((untilMs - nowMs) / 1000),
      preferredS: 0,
    }))
    return { ...wanted, prefixes: [...prefixes, ...gone] }
  }

  #forgetGone(nowMs: number): void {
    for (const [name, { untilMs }] of this.#gone) if (untilMs <= nowMs) this.#gone.delete(name)
  }
}

interface Gone {
  readonly prefix: Prefix
  /** By the wall clock, for whoever comes after us. */
  readonly goneAtMs: number
  readonly untilMs: number
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
/** Anybody on the LAN can say to be one, under as many names as he likes. */
const MOST_OTHERS = 8
const GONE_FOR_MS = GONE_FOR_S * 1000
