import type {
  FoundDhcpClient,
  Kernel,
  OpenAdvertiser,
  Posted,
  Posting,
  TellResolvers,
} from '../kernel/index.ts'
import { dayOf, ok, type Config, type Result } from '../model/index.ts'
import { USERS, wholeLines, type Memory, type Note } from '../plan/index.ts'
import type { Choice } from './choose-config.ts'
import { AdvertisingDesk } from './advertising-desk.ts'
import { ClientWatch } from './client-watch.ts'
import { type ConnectionsQuestion, type ConnectionsReport } from './connections.ts'
import { checkText } from './check-text.ts'
import { ConfigChanges } from './config-changes.ts'
import type {
  ApplyOptions,
  ApplyOutcome,
  ApplyTextOutcome,
  CheckedText,
  ConfigReport,
  ConfirmOutcome,
  ChannelStatus,
  Control,
  DownReport,
  DrainOutcome,
  DrainWish,
  EventsQuestion,
  FormerConfigs,
  Happened,
  PastOfLine,
  Remembered,
  ReportedClients,
  ReportedMonth,
  SeriesQuestion,
  ProbeOutcome,
  Status,
  TestOutcome,
  TextWish,
  TraceAnswer,
  TraceRequest,
  TraceTrouble,
  UndoOutcome,
  WishOutcome,
} from './control.ts'
import { SAMPLE_EVERY_MS } from './counters.ts'
import { DhcpDesk } from './dhcp-desk.ts'
import { Drains } from './drains.ts'
import { endingEvent } from './ending-event.ts'
import { Hooks, type HooksOptions } from './hooks.ts'
import { HistoryDesk } from './history-desk.ts'
import { Journal, type JournalEntry, type JournalQuestion } from './journal.ts'
import { HealthDesk } from './health-desk.ts'
import type { StartHealthWatch } from './health-watch.ts'
import type { Log } from './log.ts'
import type { Probe } from './measure-lines.ts'
import { MemoryKeeper } from './memory-keeper.ts'
import type { FindMissingPrograms } from './missing-programs.ts'
import { MessageDesk, type MessageDeskOptions } from './message-desk.ts'
import { messagePicture } from './message-picture.ts'
import { clientsOf, monthOf, pastOf, type PastSource } from './past-of-lines.ts'
import { postOverWays } from './post-over-ways.ts'
import { Present } from './present.ts'
import { ResolverDesk } from './resolver-desk.ts'
import { bootId, forgetMemory, type StateDir } from './state-dir.ts'
import { takeDown } from './take-down.ts'
import { Frugal } from './frugal.ts'
import { Uses } from './uses.ts'
import type { Tokens } from './tokens.ts'
import { VolumeWatch } from './volume-watch.ts'
import { WallClock } from './wall-clock.ts'
import { Wheel } from './wheel.ts'
import type { ReleaseNews } from './releases.ts'
import { Weights } from './weights.ts'
import type { WishHost } from './wish.ts'

/** Of a core, for those who ask how much was used: each look starts processes. */
const COUNTING_SHARE = 0.005

/** Catches what no event told. */
const LOOK_EVERY_MS = 30_000
export interface DaemonOptions {
  readonly kernel: Kernel
  readonly choice: Choice
  /** Asks the Internet over one line. */
  readonly probe: Probe
  /** Runs a program of the operator's. */
  readonly runHook: HooksOptions['run']
  /** Sends what channels of messages are told. */
  readonly post: MessageDeskOptions['post']
  readonly mail: MessageDeskOptions['mail']
  /** Tells programs of the box whom to ask for names. */
  readonly tellResolvers: TellResolvers
  /** Asks for the addresses of lines; absent: no client is installed. */
  readonly dhcpClient: FoundDhcpClient
  readonly missingPrograms: FindMissingPrograms
  /** Lets hosts of the LAN hear of this box. */
  readonly openAdvertiser: OpenAdvertiser
  /** What such a program reads on its stdin. */
  readonly eventDocument: HooksOptions['document']
  readonly startHealthWatch: StartHealthWatch
  readonly memory: Memory
  readonly stateDir: StateDir
  readonly version: string
  readonly log: Log
  /** Called once `down` has taken everything away. */
  readonly onDown: () => void
  readonly tokens: Tokens
  /** Why the API is not to be had by TCP, if it should be. */
  readonly apiNote: () => Note | undefined
  /** The door by TCP is as the configuration in force wishes it, or was tried. */
  readonly apiSettled: () => Promise<void>
}

/** Keeps the kernel as the file wishes, and tells about it. */
export class Daemon implements Control {
  readonly #options: DaemonOptions
  /** This and every other moment in here is the monotonic clock's. */
  readonly #startedAtMs = performance.now()
  readonly #wallClock = new WallClock()
  readonly journal = new Journal(this.#wallClock)
  readonly #history: HistoryDesk
  readonly #clients: ClientWatch
  readonly #volumes: VolumeWatch
  readonly #keeper: MemoryKeeper
  readonly #wheel: Wheel
  readonly #health: HealthDesk
  readonly #present: Present
  /** Shared by those who ask at a time who used how much: each look starts processes. */
  readonly #counted = new Frugal(() => this.#watchCounters(true), COUNTING_SHARE)
  /** Ends with the last look at the counters that was asked for. */
  #watching: Promise<unknown> = Promise.resolve()
  readonly #listeners = new Set<() => void>()
  readonly #timers: NodeJS.Timeout[] = []
  readonly #changes: ConfigChanges
  readonly #drains: Drains
  readonly #weights: Weights
  readonly #uses: Uses
  readonly #hooks: Hooks
  readonly #resolvers: ResolverDesk
  readonly #dhcp: DhcpDesk
  readonly #advertising: AdvertisingDesk
  readonly #messages: MessageDesk

  constructor(options: DaemonOptions) {
    this.#options = options
    this.#keeper = new MemoryKeeper(options.stateDir, options.memory, options.log)
    this.#history = new HistoryDesk({
      journal: this.journal,
      clock: this.#wallClock,
      directory: options.stateDir.path,
      log: options.log,
      boot: bootId,
    })
    this.#clients = new ClientWatch({
      kernel: options.kernel,
      keep: (usage) => this.#history.used(usage),
      onWarning: (text) => options.log.warn(text),
    })
    this.#volumes = new VolumeWatch({
      carriedBytes: (dev) => {
        const { rxBytes, txBytes } = this.#present.counters.bytes(dev)
        return rxBytes + txBytes
      },
      usedBytes: async (line, month) => (await this.#history.upToDate())?.volume(line, month),
      told: async (line, sinceMs) => {
        const { entries } = await this.#history.pastEvents({ line, sinceMs })
        return entries.flatMap(({ kind, text }) => (kind === 'quota' ? [text] : []))
      },
      journal: this.journal,
    })
    this.#health = new HealthDesk({
      kernel: options.kernel,
      startWatch: options.startHealthWatch,
      onVerdict: (text) => this.#wheel.request({ text, urgent: true }),
      onNews: (news) => this.#tellEnding(news),
      onTrouble: (text) => options.log.warn(text),
    })
    this.#resolvers = new ResolverDesk({
      tell: options.tellResolvers,
      before: options.memory.told,
      remember: (told) => this.#remember((memory) => ({ ...memory, told })),
      log: options.log,
    })
    this.#dhcp = new DhcpDesk({
      found: options.dhcpClient,
      memory: () => this.#keeper.memory,
      keep: (memory) => this.#keeper.keep(memory),
      exclusive: (job) => this.#wheel.exclusive(job),
      request: (text) => this.#wheel.request({ text, urgent: true }),
      log: options.log,
    })
    this.#advertising = new AdvertisingDesk({
      open: options.openAdvertiser,
      before: options.memory.advertised,
      remember: (advertised) => void this.#remember((memory) => ({ ...memory, advertised })),
      log: options.log,
    })
    this.#wheel = new Wheel({
      kernel: options.kernel,
      config: options.choice.config,
      former: options.choice.former,
      keeper: this.#keeper,
      log: options.log,
      journal: this.journal,
      verdicts: () => this.#health.verdicts,
      onPass: (config, wanted) => {
        this.#health.passed(config, wanted)
        this.#history.passed(config)
        this.#resolvers.passed(config, wanted.resolvers)
        this.#dhcp.passed(wanted.lines)
        this.#advertising.passed(config.lan.interfaces, wanted.advertisements)
      },
      onEvent: () => this.#present.changed(),
      onChange: () => {
        this.#present.changed()
        this.#messages.looked()
        this.#listeners.forEach((listener) => listener())
      },
    })
    this.#messages = new MessageDesk({
      notify: () => this.#wheel.config.notify,
      picture: () => messagePicture(this.#wheel, this.#health),
      ways: () => this.#present.ways,
      post: options.post,
      mail: options.mail,
      run: options.runHook,
      journal: this.journal,
      clock: this.#wallClock,
      directory: options.stateDir.path,
      log: options.log,
    })
    this.#hooks = new Hooks({
      hooks: () => this.#wheel.config.hooks,
      journal: this.journal,
      stateOf: (line) => this.#present.stateOf(line),
      document: options.eventDocument,
      run: options.runHook,
      log: options.log,
    })
    this.#changes = new ConfigChanges({
      file: options.choice.config.file,
      directory: options.stateDir.path,
      choice: options.choice,
      missingPrograms: options.missingPrograms,
      log: options.log,
      journal: this.journal,
      clock: this.#wallClock,
      engine: {
        take: (config, cause) => this.#wheel.take(config, cause),
        insist: (config, cause) => this.#wheel.insist(config, cause),
        measure: (expected) => this.#present.measure(expected),
        settled: () => this.#forgetOthers(),
      },
    })
    this.#present = new Present({
      kernel: options.kernel,
      probe: options.probe,
      identity: { version: options.version, startedAtMs: this.#startedAtMs, clock: this.#wallClock },
      wheel: this.#wheel,
      keeper: this.#keeper,
      health: this.#health,
      volumes: this.#volumes,
      changes: this.#changes,
      notes: () => this.#notes(),
      log: options.log,
    })
    const host: WishHost = {
      memory: () => this.#keeper.memory,
      keep: (memory) => this.#keeper.keep(memory),
      lines: () => this.#wheel.wanted?.lines ?? [],
      exclusive: (job) => this.#wheel.exclusive(job),
      pass: (cause) => this.#wheel.pass(cause, 'insisted'),
      passAgain: () => this.#wheel.request({ text: 'a wish that could not be fulfilled', urgent: true }),
      // Of what a wish has just changed.
      status: () => this.#present.status('readNow'),
    }
    this.#weights = new Weights(host, this.journal)
    this.#drains = new Drains(host, this.journal, (leg) => this.#health.moveAway(leg))
    const { groupMatch, kernelRelease } = options.kernel.capabilities
    this.#uses = new Uses({
      ...host,
      whyNot: () =>
        groupMatch ? undefined : `kernel ${kernelRelease} cannot tell the packets of a control group`,
      isHeld: (group) => this.#isHeld(group),
    })
  }

  /** The first pass, then the watch. @returns why the box cannot be taken over */
  async start(): Promise<Result<void, string>> {
    this.journal.add({
      kind: 'started',
      text: `multihomed ${this.#options.version} with ${this.#wheel.config.file}`,
    })
    const first = await this.#wheel.start()
    if (!first.ok) {
      await this.stop()
      return first
    }
    await this.#changes.started()
    await this.#messages.load()
    await this.#present.sample()
    this.#timers.push(
      setInterval(() => void this.#watchCounters(), SAMPLE_EVERY_MS),
      setInterval(() => this.#look(), LOOK_EVERY_MS),
    )
    return ok(undefined)
  }

  #look(): void {
    void this.#wheel.exclusive(async () => {
      await this.#uses.forgetGone()
      this.#options.kernel.sweepUseGroups()
      await this.#keeper.retry()
      return ok(undefined)
    })
    this.#wheel.request({ text: 'the regular look', urgent: false })
  }

  /** Forwarding goes on as it is: the kernel has everything. What runs is let finish. */
  async stop(): Promise<void> {
    // What went through since the last look is not forgotten.
    if (this.#timers.length > 0) await this.#watchCounters(true)
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    this.#changes.close()
    this.#hooks.close()
    await this.#messages.close()
    this.#dhcp.close()
    await this.#wheel.stop()
    await this.#health.close()
    await this.#resolvers.close()
    this.#advertising.close()
    await this.#history.close()
  }

  /** From now on what happens is remembered on disk as well: for when everything else is done. */
  async remember(): Promise<void> {
    await this.#history.open()
    // From here on is watched.
    await this.#watchCounters(true)
  }

  async apply(options: ApplyOptions = {}): Promise<ApplyOutcome> {
    const outcome = await this.#changes.apply(options)
    return outcome.is === 'applied' ? this.#withDoor(outcome) : outcome
  }

  async applyText(wish: TextWish): Promise<ApplyTextOutcome> {
    const outcome = await this.#changes.applyText(wish)
    return outcome.is === 'applied' ? this.#withDoor(outcome) : outcome
  }

  /** Whoever wished for another port is told here that it is taken. */
  async #withDoor(outcome: Extract<ApplyOutcome, { is: 'applied' }>) {
    await this.#options.apiSettled()
    const note = this.#options.apiNote()
    const { plan } = outcome
    return note === undefined ? outcome : { ...outcome, plan: { ...plan, notes: [...plan.notes, note] } }
  }

  checkText(text: string): Promise<CheckedText> {
    return checkText(text, this.config, {
      look: (config) => this.#present.moment(config),
      missingPrograms: this.#options.missingPrograms,
    })
  }

  configReport(): Promise<ConfigReport> {
    return this.#changes.report()
  }

  formerConfigs(): FormerConfigs {
    return this.#changes.former
  }

  confirm(): Promise<ConfirmOutcome> {
    return this.#changes.confirm()
  }

  undo(options: { readonly onlyTrial?: boolean } = {}): Promise<UndoOutcome> {
    return this.#changes.undo(options)
  }

  drain(name: string, wish: DrainWish): Promise<DrainOutcome> {
    return this.#drains.drain(name, wish)
  }

  undrain(name: string): Promise<WishOutcome> {
    return this.#drains.undrain(name)
  }

  weigh(name: string, weight?: number): Promise<WishOutcome> {
    return this.#weights.weigh(name, weight)
  }

  /** What was wished of lines that are not in the file any more, or are there otherwise. */
  async #forgetOthers(): Promise<void> {
    const { lines } = this.#wheel.config
    await this.#drains.forgetStrangers(lines.map(({ name }) => name))
    await this.#weights.forgetOthers(new Map(lines.map(({ name, weight }) => [name, weight])))
  }

  hold(name: string, group: string): Promise<WishOutcome> {
    return this.#uses.hold(name, group)
  }

  letGo(group: string): Promise<void> {
    return this.#uses.letGo(group)
  }

  #isHeld(group: string): boolean {
    const users = this.#wheel.wanted?.state.ruleset?.maps.find((map) => map.name === USERS)
    return users?.elements.has(`"${group}"`) === true
  }

  async down({ dryRun }: { dryRun: boolean }): Promise<Result<DownReport, string>> {
    const done = await this.#wheel.exclusive(async () => {
      // What still ends connections would go on without the rules that it counts on.
      if (!dryRun) this.#health.endNothing()
      // An interface that we switched on is switched off with the rest.
      if (!dryRun) await this.#advertising.takeLeave()
      const report = await takeDown(this.#options.kernel, this.#keeper.memory, dryRun)
      // Nothing that waits behind us may put it all back.
      if (report.ok && !dryRun) this.#wheel.shut()
      return report
    })
    if (done.ok && !dryRun) await this.#leave()
    return done
  }

  glance(): Status {
    return this.#present.glance()
  }

  look(): Promise<Status> {
    return this.#present.look()
  }

  status(): Promise<Status> {
    return this.#present.status('read')
  }

  connections(question: ConnectionsQuestion): Promise<Result<ConnectionsReport, string>> {
    return this.#present.connections(question)
  }

  trace(request: TraceRequest): Promise<Result<TraceAnswer, TraceTrouble>> {
    return this.#present.trace(request)
  }

  probe(line: string, host?: string): Promise<ProbeOutcome> {
    return this.#present.probe(line, host)
  }

  onEvent(listener: (entry: JournalEntry) => void): () => void {
    return this.journal.onEntry(listener)
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Out of the box, over a line that works. */
  post(request: Omit<Posting, 'path' | 'family'>): Promise<Posted> {
    return postOverWays(this.#options.post, this.#present.ways, request)
  }

  get tokens(): Tokens {
    return this.#options.tokens
  }

  /** What runs. */
  get config(): Config {
    return this.#wheel.config
  }

  events(question: JournalQuestion): Happened {
    return this.#history.events(question)
  }

  pastEvents(question: EventsQuestion): Promise<Happened> {
    return this.#history.pastEvents(question)
  }

  channels(): readonly ChannelStatus[] {
    return this.#messages.channels()
  }

  testChannels(name?: string): Promise<TestOutcome> {
    return this.#messages.test(name)
  }

  pastOf(line: string, question: SeriesQuestion): Promise<Remembered<PastOfLine>> {
    return pastOf(this.#past, line, question)
  }

  monthOf(line: string, month?: string): Promise<Remembered<ReportedMonth>> {
    return monthOf(this.#past, line, month)
  }

  async clientsOf(line: string, month?: string): Promise<Remembered<ReportedClients>> {
    await this.#counted.read()
    return clientsOf(this.#past, line, { month, isCounted: this.#countsClients })
  }

  get #countsClients(): boolean {
    return this.#wheel.config.history?.clients === true
  }

  get #past(): PastSource {
    const lines = this.#wheel.wanted?.lines ?? []
    const nowMs = this.#wallClock.at(performance.now())
    return { lines, nowMs, history: () => this.#history.upToDate() }
  }

  #tellEnding(news: ReleaseNews): void {
    const { line, did, connections } = news
    if (did === 'tell') {
      this.#present.released(line, { atMs: performance.now(), ...connections })
      this.#history.released(line, connections.told + connections.ended)
    }
    if (connections.told + connections.ended > 0) this.journal.add(endingEvent(news, this.journal))
  }

  /** What a desk must not forget, where it meets no pass. Whoever stops has nothing to say to the next one. */
  async #remember(change: (memory: Memory) => Memory): Promise<void> {
    await this.#wheel.exclusive(async () => ok(await this.#keeper.keep(change(this.#keeper.memory))))
  }

  /** What we know of ourselves, beside what the last pass saw. */
  #notes(): Note[] {
    const changes = this.#changes.notes(this.#wheel.configAppliedAtMs)
    const own = [
      this.#keeper.note,
      this.#wheel.note,
      this.#health.note,
      this.#dhcp.note,
      this.#resolvers.note,
      this.#options.apiNote(),
    ]
    const ofDesks = [...this.#advertising.notes, ...this.#history.notes]
    return [...own.filter((note) => note !== undefined), ...ofDesks, ...changes]
  }

  async #leave(): Promise<void> {
    await this.stop()
    await this.#resolvers.giveBack()
    for (const { directory, why } of await forgetMemory(this.#options.stateDir)) {
      this.#options.log.error(`${directory} cannot be cleared: ${why}`)
    }
    this.#options.log.info('down: everything of ours is gone, the box is as it was before')
    this.#options.onDown()
  }

  /**
   * One look after the other: of two at a time the older could come in last, and look like counters that began anew.
   * @param isDue whatever is not looked at each time is due as well
   */
  #watchCounters(isDue = false): Promise<void> {
    const turn = this.#watching.then(() => this.#watchNow(isDue))
    this.#watching = turn.catch(() => undefined)
    return turn
  }

  async #watchNow(isDue: boolean): Promise<void> {
    await this.#present.sample()
    const { lines } = this.#wheel.wanted ?? {}
    if (lines === undefined) return
    const { states } = this.#wheel
    this.#history.looked({ lines, states, reports: this.#health.reports, counters: this.#present.counters })
    const nowMs = performance.now()
    const wallMs = this.#wallClock.at(nowMs)
    const own = wholeLines(lines).map(({ config }) => config)
    if (this.#countsClients) await this.#clients.look({ lines: own, day: dayOf(wallMs), nowMs }, isDue)
    else this.#clients.forget()
    await this.#volumes.look(own, { wallMs, nowMs }, isDue)
  }
}
