import { uptime } from 'node:os'
import type { DhcpClient, DhcpNews, FoundDhcpClient } from '../kernel/index.ts'
import { formatPrefix, ok, type Lease, type Result } from '../model/index.ts'
import { knownOf, type LineFacts, type Memory, type Note } from '../plan/index.ts'
import { secondsLeft } from './lease-news.ts'
import type { Log } from './log.ts'
import { noDhcpClient } from './missing-programs.ts'

export interface DhcpDeskOptions {
  readonly found: FoundDhcpClient
  readonly memory: () => Memory
  readonly keep: (memory: Memory) => Promise<void>
  /** Runs a job where it meets no pass. */
  readonly exclusive: (job: () => Promise<Result<void, string>>) => Promise<unknown>
  /** Asks for a pass. */
  readonly request: (text: string) => void
  readonly log: Log
}

interface Running {
  readonly dev: string
  readonly client: DhcpClient
}

/** After a client that ended by itself: later and later. */
const RESTART_FIRST_MS = 1000
const RESTART_LONGEST_MS = 30_000

/** A lease that is shorter is taken for this long by udhcpc, which would ask too late. */
const SHORT_LEASE_S = 122

/** Node's timers know no longer time. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Has a client ask for the address of every line that says `address: dhcp` while its interface has a carrier, and
 * remembers what it gets. Passes do the rest: to them such a line is as if its address stood in the file.
 */
export class DhcpDesk {
  readonly #options: DhcpDeskOptions
  readonly #running = new Map<string, Running>()
  readonly #restarts = new Map<string, NodeJS.Timeout>()
  /** How long the last restart waited. */
  readonly #waited = new Map<string, number>()
  readonly #ends = new Map<string, NodeJS.Timeout>()
  readonly #renewals = new Map<string, NodeJS.Timeout>()
  #lines: readonly LineFacts[] = []
  #isClosed = false

  constructor(options: DhcpDeskOptions) {
    this.#options = options
  }

  /** Lines ask, and nobody can. */
  get note(): Note | undefined {
    const { found } = this.#options
    if (found.ok || this.#lines.length === 0) return undefined
    return noDhcpClient(
      this.#lines.map(({ config }) => config.name),
      found.error,
    )
  }

  /** After every pass. */
  passed(lines: readonly LineFacts[]): void {
    if (this.#isClosed) return
    this.#lines = lines.filter(({ config, family }) => config.dhcp === true && family === 'ipv4')
    const asking = new Map(this.#lines.filter(canAsk).map(({ config }) => [config.name, config.interface]))
    for (const [name, { dev }] of this.#running) if (asking.get(name) !== dev) this.#stop(name)
    for (const [name, dev] of asking) if (!this.#running.has(name)) this.#start(name, dev)
    const { leases } = this.#options.memory()
    for (const [name, lease] of Object.entries(leases)) {
      const line = this.#lines.find(({ config }) => config.name === name && config.interface === lease.dev)
      // Another card may come back in its place, with another provider behind it.
      if (line === undefined || line.presence.is === 'absent') void this.#forget(name)
      else if (!this.#ends.has(name)) this.#remindOfEnd(name, lease)
    }
  }

  /** Addresses stay, until their leases end. */
  close(): void {
    this.#isClosed = true
    for (const name of this.#running.keys()) this.#stop(name)
    for (const timer of [...this.#restarts.values(), ...this.#ends.values(), ...this.#renewals.values()])
      clearTimeout(timer)
  }

  #start(name: string, dev: string): void {
    const { found, memory, log } = this.#options
    if (!found.ok || this.#restarts.has(name)) return
    const held = knownOf(memory().leases, name)
    let isAsking = true
    const client = found.value({
      dev,
      ...(held?.dev === dev && { lastAddress: held.address.address }),
      onNews: (news) => {
        // Whoever begins to ask has no address yet, and says so; ours is good until its end.
        if (news.is === 'none' && news.because === 'over' && isAsking) return
        isAsking = news.is === 'silence' && isAsking
        this.#hear(name, dev, news)
      },
      onEnd: (said) => {
        this.#running.delete(name)
        const waitMs = Math.min(RESTART_LONGEST_MS, (this.#waited.get(name) ?? RESTART_FIRST_MS / 2) * 2)
        this.#waited.set(name, waitMs)
        log.warn(`the DHCP client of ${name} ended: ${said || 'it did not say why'}`)
        const restart = (): void => {
          this.#restarts.delete(name)
          this.#options.request(`the DHCP client of ${name} starts again`)
        }
        this.#restarts.set(name, setTimeout(restart, waitMs))
      },
    })
    this.#running.set(name, { dev, client })
  }

  #stop(name: string): void {
    this.#running.get(name)?.client.close()
    this.#running.delete(name)
  }

  #hear(name: string, dev: string, news: DhcpNews): void {
    const { log } = this.#options
    switch (news.is) {
      case 'silence':
        return
      case 'none':
        log.info(
          `${name}: ${news.because === 'refused' ? 'the provider takes its address back' : 'its lease is over'}`,
        )
        void this.#forget(name)
        return
      case 'lease': {
        const { is: _, leaseS, ...given } = news
        const lease: Lease = {
          dev,
          ...given,
          ...(leaseS === undefined ? {} : { endsAtUptimeS: Math.floor(uptime() + leaseS) }),
        }
        this.#waited.delete(name)
        const text = `${name} has ${formatPrefix(lease.address)} by DHCP, for ${leaseS === undefined ? 'ever' : `${leaseS} s`}`
        const before = knownOf(this.#options.memory().leases, name)
        if (before?.address.address !== lease.address.address) log.info(text)
        void this.#remember(text, ({ leases, ...memory }) => ({
          ...memory,
          leases: { ...leases, [name]: lease },
        }))
        this.#remindOfEnd(name, lease)
        if (leaseS !== undefined && leaseS < SHORT_LEASE_S) this.#renewHalfWay(name, leaseS)
      }
    }
  }

  #renewHalfWay(name: string, leaseS: number): void {
    clearTimeout(this.#renewals.get(name))
    const renew = (): void => this.#running.get(name)?.client.renew()
    this.#renewals.set(name, setTimeout(renew, leaseS * 500))
  }

  #forget(name: string): Promise<void> {
    clearTimeout(this.#ends.get(name))
    this.#ends.delete(name)
    return this.#remember(`the lease of ${name} is over`, ({ leases, ...memory }) => ({
      ...memory,
      leases: Object.fromEntries(Object.entries(leases).filter(([other]) => other !== name)),
    }))
  }

  async #remember(why: string, change: (memory: Memory) => Memory): Promise<void> {
    await this.#options.exclusive(async () => {
      await this.#options.keep(change(this.#options.memory()))
      return ok(undefined)
    })
    this.#options.request(why)
  }

  /** The client tells it as well; it may have been stopped, because the line has no carrier. */
  #remindOfEnd(name: string, lease: Lease): void {
    clearTimeout(this.#ends.get(name))
    const waitMs = Math.min(LONGEST_TIMER_MS, secondsLeft(lease, uptime()) * 1000)
    const timer = setTimeout(() => {
      this.#ends.delete(name)
      if (secondsLeft(lease, uptime()) <= 0) void this.#forget(name)
    }, waitMs)
    this.#ends.set(name, timer)
  }
}

/** Without a carrier nobody would answer; when it is back there may be another provider behind it. */
const canAsk = ({ presence, linkUp }: LineFacts): boolean =>
  linkUp && (presence.is === 'usable' || (presence.is === 'blocked' && presence.by !== 'no-carrier'))
