import type { ResolverNews, ResolverTrouble, TellResolvers } from '../kernel/index.ts'
import type { Config, ResolverDriver } from '../model/index.ts'
import { resolversInUse, type KnownResolvers, type Note, type ToldResolvers } from '../plan/index.ts'
import type { Log } from './log.ts'
import { untoldResolvers } from './missing-programs.ts'

export interface ResolverDeskOptions {
  readonly tell: TellResolvers
  /** Whom the last daemon told. */
  readonly before: ToldResolvers | undefined
  /** Before anybody is told, so that whoever comes after us can take it back; and once it was taken back. */
  readonly remember: (told: ToldResolvers | undefined) => Promise<void>
  readonly log: Log
}

/** All that one telling says. */
interface Telling {
  readonly driver: ResolverDriver
  /** Absent: what was said before is taken back. */
  readonly news: ResolverNews | undefined
  readonly interfaces: readonly string[]
}

const OFF: Telling = { driver: { is: 'off' }, news: undefined, interfaces: [] }

/**
 * Has programs told of the resolvers of lines in use, with every change and beside the passes: nothing waits for it.
 * Of changes that come while it is telling only the last one is told.
 */
export class ResolverDesk {
  readonly #options: ResolverDeskOptions
  /** What was told last, whole. */
  #told: Telling
  #remembered: ToldResolvers | undefined
  #next: Telling | undefined
  #working: Promise<void> | undefined
  /** Somebody could not be told. */
  #note: Note | undefined

  constructor(options: ResolverDeskOptions) {
    this.#options = options
    const { before } = options
    this.#remembered = before
    this.#told =
      before === undefined ? OFF : { ...OFF, driver: { is: before.is }, interfaces: before.interfaces }
  }

  get note(): Note | undefined {
    return this.#note
  }

  /** After every pass, so that what failed is tried again with the next. */
  passed({ dns }: Config, known: readonly KnownResolvers[]): void {
    const interfaces = [...new Set(present(known).map(({ line }) => line.config.interface))]
    if (dns.is === 'off') {
      this.#wish({ ...OFF, interfaces })
      return
    }
    const servers = resolversInUse(known)
    // No line works, or nobody knows one: whoever was told of some goes on with those.
    if (servers.length === 0) return
    this.#wish({ driver: dns, interfaces, news: { servers, interfaces: interfacesOf(known) } })
  }

  /** @returns when programs are as if we had never been there */
  async giveBack(): Promise<void> {
    this.#wish(OFF)
    await this.#working
  }

  /** @returns when nothing is being told any more */
  async close(): Promise<void> {
    this.#next = undefined
    await this.#working
  }

  #wish(wanted: Telling): void {
    // With nothing to do the work would be over before it is known to have begun.
    if (this.#working === undefined && same(wanted, this.#told)) return
    this.#next = wanted
    this.#working ??= this.#work()
  }

  async #work(): Promise<void> {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      if (same(next, this.#told)) continue
      const before = this.#told
      const isOther = before.driver.is !== 'off' && !sameDriver(before.driver, next.driver)
      // Of a line that is no more in the file, or has another interface now.
      const dropped = before.interfaces.filter((name) => !next.interfaces.includes(name))
      const isPart = before.driver.is === 'resolved' && dropped.length > 0
      const trouble =
        (isOther ? await this.#takeBack(before.driver, before.interfaces) : undefined) ??
        (next.driver.is === 'off' ? undefined : await this.#tell(next, isOther ? [] : dropped)) ??
        (isPart && !isOther ? await this.#takeBack(before.driver, dropped) : undefined)
      this.#complain(trouble)
      if (trouble !== undefined) continue
      await this.#isNow(next)
      if (next.news !== undefined) this.#options.log.info(`resolvers: ${next.news.servers.join(', ')}`)
    }
    // In one breath with the last look: whoever wishes from now on begins anew.
    this.#working = undefined
  }

  /** Half of it may be told when it goes wrong: until all is told, it is something to be taken back. */
  async #tell(next: Telling, dropped: readonly string[]): Promise<Note | undefined> {
    const { driver, news, interfaces } = next
    await this.#isNow({ driver, news: undefined, interfaces: [...interfaces, ...dropped] })
    return noteOf(driver, await this.#options.tell(driver, news, interfaces))
  }

  /** Who does not listen to us was told nothing by us, and to ask again would be no use. */
  async #takeBack(driver: ResolverDriver, interfaces: readonly string[]): Promise<Note | undefined> {
    const trouble = await this.#options.tell(driver, undefined, interfaces)
    if (trouble?.is !== 'forbidden') return noteOf(driver, trouble)
    this.#options.log.warn(`resolvers could not be given back: ${trouble.text}`)
    return undefined
  }

  async #isNow(told: Telling): Promise<void> {
    this.#told = told
    const { is } = told.driver
    const remembered = is === 'off' || is === 'file' ? undefined : { is, interfaces: told.interfaces }
    if (JSON.stringify(remembered) === JSON.stringify(this.#remembered)) return
    this.#remembered = remembered
    await this.#options.remember(remembered)
  }

  #take(): Telling | undefined {
    const next = this.#next
    this.#next = undefined
    return next
  }

  /** Once for every reason: it is tried again with every pass. */
  #complain(note: Note | undefined): void {
    if (note !== undefined && note.text !== this.#note?.text)
      this.#options.log.warn(`${note.text}; ${note.help}`)
    this.#note = note
  }
}

const noteOf = (driver: ResolverDriver, trouble: ResolverTrouble | undefined): Note | undefined =>
  trouble && untoldResolvers(driver, trouble)

const present = (known: readonly KnownResolvers[]): readonly KnownResolvers[] =>
  known.filter(({ line }) => line.presence.is !== 'absent')

/** Those who gave it the address have told systemd-resolved themselves, and go on doing so. */
const TELL_RESOLVED: ReadonlySet<KnownResolvers['from']> = new Set(['networkd', 'network-manager'])

function interfacesOf(known: readonly KnownResolvers[]): ResolverNews['interfaces'] {
  const byName = Map.groupBy(present(known), ({ line }) => line.config.interface)
  return [...byName].map(([name, there]) => ({
    name,
    isUsed: there.some(({ line }) => line.eligible),
    servers: [...new Set(there.flatMap(({ servers, from }) => (TELL_RESOLVED.has(from) ? [] : servers)))],
  }))
}

const sameDriver = (a: ResolverDriver, b: ResolverDriver): boolean => JSON.stringify(a) === JSON.stringify(b)

const same = (a: Telling, b: Telling): boolean =>
  sameDriver(a.driver, b.driver) && JSON.stringify(a.news) === JSON.stringify(b.news)
