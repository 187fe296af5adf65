import type { Kernel, KernelEvent } from '../kernel/index.ts'
import { messageOf, fail, ok, type Config, type LineHealth, type Result } from '../model/index.ts'
import { USERS, numbersOf, refusals, type Desired, type Memory, type Note } from '../plan/index.ts'
import { commandsOf } from '../render/index.ts'
import type { Choice } from './choose-config.ts'
import { ConfigChanges } from './config-changes.ts'
import type {
  ApplyOptions,
  ApplyOutcome,
  ConfirmOutcome,
  Control,
  DownReport,
  DrainOutcome,
  LineMeasure,
  Status,
  TraceAnswer,
  TraceRequest,
  TraceTrouble,
  UndoOutcome,
  WishOutcome,
} from './control.ts'
import { CounterWindow, SAMPLE_EVERY_MS } from './counters.ts'
import { Drains } from './drains.ts'
import { LineTracker } from './line-tracker.ts'
import { GatewayWatch } from './gateway-watch.ts'
import type { Log } from './log.ts'
import { measureLines, type Probe } from './measure-lines.ts'
import { MemoryKeeper } from './memory-keeper.ts'
import { PassQueue, type PassOutcome } from './pass-queue.ts'
import { look, reconcile, type PassReport } from './reconciler.ts'
import { Referee } from './referee.ts'
import { forgetMemory, type StateDir } from './state-dir.ts'
import { statusOf, type Identity, type Picture } from './status.ts'
import { takeDown } from './take-down.ts'
import { traceOn, type Moment } from './trace.ts'
import { describeTrouble } from './trouble.ts'
import { Uses } from './uses.ts'
import { WallClock } from './wall-clock.ts'
import type { WishHost } from './wish.ts'

/** Catches what no event told. */
const LOOK_EVERY_MS = 30_000
/** After a pass that failed: try again, later and later. */
const RETRY_FIRST_MS = 1000
const RETRY_LONGEST_MS = 30_000

/** What must not wait, whatever else goes on. */
const URGENT: ReadonlySet<KernelEvent['about']> = new Set(['link', 'address', 'neighbour'])

const STOPPING = 'multihomed is stopping'

export interface DaemonOptions {
  readonly kernel: Kernel
  readonly choice: Choice
  /** Asks the Internet over one line. */
  readonly probe: Probe
  readonly memory: Memory
  readonly stateDir: StateDir
  readonly version: string
  readonly log: Log
  /** Called once `down` has taken everything away. */
  readonly onDown: () => void
  /** Called whenever what `glance` would say may have changed. */
  readonly onChange: () => void
}

/**
 * Who wants a pass. `asked`: the operator, now; what must be settled first stops it, which later is only told.
 * `insisted`: now, and whatever is said against it. `event`: somebody changed something, who may do so again and again.
 */
type Manner = 'asked' | 'insisted' | 'event'

/** Keeps the kernel as the file wishes, and tells about it. */
export class Daemon implements Control {
  readonly #options: DaemonOptions
  /** This and every other moment in here is the monotonic clock's. */
  readonly #startedAtMs = performance.now()
  readonly #wallClock = new WallClock()
  readonly #queue = new PassQueue((causes) => this.#pass(causes))
  readonly #lines = new LineTracker()
  readonly #keeper: MemoryKeeper
  readonly #referee: Referee
  readonly #counters = new CounterWindow()
  readonly #health: ReadonlyMap<string, LineHealth> = new Map()
  readonly #timers: NodeJS.Timeout[] = []
  #config: Config
  #configAppliedAtMs = performance.now()
  readonly #changes: ConfigChanges
  readonly #drains: Drains
  readonly #uses: Uses
  #wanted: Desired | undefined
  #trouble: string | undefined
  #retry: NodeJS.Timeout | undefined
  #retryMs = RETRY_FIRST_MS
  #watch: { close(): void } | undefined
  readonly #gateways: GatewayWatch

  constructor(options: DaemonOptions) {
    this.#options = options
    this.#config = options.choice.config
    this.#changes = new ConfigChanges({
      file: options.choice.config.file,
      directory: options.stateDir.path,
      choice: options.choice,
      log: options.log,
      clock: this.#wallClock,
      engine: {
        take: (config, cause) => this.#take(config, cause),
        insist: (config, cause) => this.#insist(config, cause),
        measure: (expected) => this.#measure(expected),
        settled: () => this.#drains.forgetStrangers(this.#config.lines.map((line) => line.name)),
      },
    })
    const host: WishHost = {
      memory: () => this.#keeper.memory,
      keep: (memory) => this.#keeper.keep(memory),
      lines: () => this.#wanted?.lines ?? [],
      exclusive: async (job) => {
        const turn = await this.#queue.exclusive(job)
        return turn.ok ? turn.value : fail(STOPPING)
      },
      pass: (cause) => this.#reconcile(this.#config, [cause], 'insisted'),
      passAgain: () => this.#queue.request({ text: 'a wish that could not be fulfilled', urgent: true }),
      status: () => this.status(),
    }
    this.#drains = new Drains(host)
    const { groupMatch, kernelRelease } = options.kernel.capabilities
    this.#uses = new Uses({
      ...host,
      whyNot: () =>
        groupMatch ? undefined : `kernel ${kernelRelease} cannot tell the packets of a control group`,
      isHeld: (group) => this.#isHeld(group),
    })
    this.#keeper = new MemoryKeeper(options.stateDir, options.memory, options.log)
    this.#referee = new Referee(options.log)
    this.#gateways = new GatewayWatch(options.kernel, (event) => this.#onEvent(event))
  }

  /** The first pass, then the watch. @returns why the box cannot be taken over */
  async start(): Promise<Result<void, string>> {
    // The bell first: what changes during the first pass is not lost.
    this.#watch = this.#options.kernel.watch((event) => this.#onEvent(event))
    this.#gateways.follow(this.#config)
    const first = await this.#queue.exclusive(() => this.#reconcile(this.#config, ['start'], 'asked'))
    const refusal = first.ok ? (first.value.ok ? undefined : first.value.error) : STOPPING
    if (refusal !== undefined) {
      await this.stop()
      return fail(refusal)
    }
    await this.#changes.started()
    await this.#sample()
    this.#timers.push(
      setInterval(() => void this.#sample(), SAMPLE_EVERY_MS),
      setInterval(() => this.#look(), LOOK_EVERY_MS),
    )
    return ok(undefined)
  }

  #look(): void {
    void this.#queue.exclusive(async () => {
      await this.#uses.forgetGone()
      this.#options.kernel.sweepUseGroups()
      await this.#keeper.retry()
    })
    this.#queue.request({ text: 'the regular look', urgent: false })
  }

  #onEvent(event: KernelEvent): void {
    if (event.about === 'monitor') this.#options.log.warn(event.text)
    this.#referee.heard(event)
    const urgent = URGENT.has(event.about)
    this.#queue.request({ text: inShort(event), urgent })
  }

  /** Forwarding goes on as it is: the kernel has everything. What runs is let finish. */
  async stop(): Promise<void> {
    this.#watch?.close()
    for (const timer of this.#timers) clearInterval(timer)
    this.#changes.close()
    await this.#queue.close()
    this.#gateways.close()
    clearTimeout(this.#retry)
  }

  apply(options: ApplyOptions = {}): Promise<ApplyOutcome> {
    return this.#changes.apply(options)
  }

  confirm(): Promise<ConfirmOutcome> {
    return this.#changes.confirm()
  }

  undo(): Promise<UndoOutcome> {
    return this.#changes.undo()
  }

  async #take(config: Config, cause: string): Promise<Result<PassReport, string>> {
    const turn = await this.#queue.exclusive(() => this.#reconcile(config, [cause], 'asked'))
    if (!turn.ok) return fail(STOPPING)
    // Back to what the running configuration wishes, should anything of the new one be left.
    if (!turn.value.ok) this.#queue.request({ text: 'a file that could not be applied', urgent: true })
    return turn.value
  }

  async #insist(config: Config, cause: string): Promise<Result<PassReport, string>> {
    const turn = await this.#queue.exclusive(() => {
      this.#config = config
      this.#configAppliedAtMs = performance.now()
      return this.#reconcile(config, [cause], 'insisted')
    })
    if (!turn.ok) return fail(STOPPING)
    if (!turn.value.ok) this.#queue.request({ text: 'another try', urgent: true })
    return turn.value
  }

  #measure(expected: ReadonlySet<string>): Promise<LineMeasure[]> {
    const { marks, rulePriorityBase } = this.#config
    return measureLines({
      lines: () => this.#wanted?.lines ?? [],
      numbers: numbersOf(marks.mask, rulePriorityBase),
      probe: this.#options.probe,
      expected,
    })
  }

  drain(name: string, { force }: { force: boolean }): Promise<DrainOutcome> {
    return this.#drains.drain(name, force)
  }

  undrain(name: string): Promise<WishOutcome> {
    return this.#drains.undrain(name)
  }

  hold(name: string, group: string): Promise<Result<void, string>> {
    return this.#uses.hold(name, group)
  }

  letGo(group: string): Promise<void> {
    return this.#uses.letGo(group)
  }

  #isHeld(group: string): boolean {
    const users = this.#wanted?.state.ruleset?.maps.find((map) => map.name === USERS)
    return users?.elements.has(`"${group}"`) === true
  }

  async down({ dryRun }: { dryRun: boolean }): Promise<Result<DownReport, string>> {
    const turn = await this.#queue.exclusive(async () => {
      const report = await takeDown(this.#options.kernel, this.#keeper.memory, dryRun)
      // Nothing that waits behind us may put it all back.
      if (report.ok && !dryRun) this.#queue.shut()
      return report
    })
    if (!turn.ok) return fail(STOPPING)
    if (turn.value.ok && !dryRun) await this.#leave()
    return turn.value
  }

  /** How things are, without asking the kernel anything. */
  glance(): Status {
    return statusOf(this.#picture(), this.#identity, this.#counters, undefined)
  }

  async status(): Promise<Status> {
    const picture = this.#picture()
    await this.#sample()
    const open = await this.#options.kernel.openConnections(picture.config.marks.mask)
    return statusOf(picture, this.#identity, this.#counters, open)
  }

  trace(request: TraceRequest): Promise<Result<TraceAnswer, TraceTrouble>> {
    return traceOn(this.#options.kernel, () => this.#moment(), request)
  }

  /** Between two passes: half of one is no box that anybody asked for. */
  async #moment(): Promise<Result<Moment, string>> {
    const turn = await this.#queue.exclusive(async () => {
      const [config, memory, health] = [this.#config, this.#keeper.memory, this.#health]
      const reading = await look(this.#options.kernel, config, memory)
      return reading.ok
        ? ok({ config, memory, health, observed: reading.value })
        : fail(`${reading.error.what}: ${reading.error.said}`)
    })
    return turn.ok ? turn.value : fail(STOPPING)
  }

  get #identity(): Identity {
    return { version: this.#options.version, startedAtMs: this.#startedAtMs, clock: this.#wallClock }
  }

  #picture(): Picture {
    const wanted = this.#wanted
    if (wanted === undefined) throw new Error('asked before the first pass')
    return {
      config: this.#config,
      wanted,
      states: this.#lines.states,
      configAppliedAtMs: this.#configAppliedAtMs,
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
      notes: this.#notes(),
      trial: this.#changes.trial,
      undone: this.#changes.lastUndo,
    }
  }

  /** What we know of ourselves, beside what the last pass saw. */
  #notes(): Note[] {
    const changes = this.#changes.notes(this.#configAppliedAtMs)
    return [this.#keeper.note, this.#referee.note, ...changes].filter((note) => note !== undefined)
  }

  async #leave(): Promise<void> {
    await this.stop()
    for (const { directory, why } of await forgetMemory(this.#options.stateDir)) {
      this.#options.log.error(`${directory} cannot be cleared: ${why}`)
    }
    this.#options.log.info('down: everything of ours is gone, the box is as it was before')
    this.#options.onDown()
  }

  async #pass(causes: readonly string[]): Promise<PassOutcome> {
    const done = await this.#reconcile(this.#config, causes, 'event').catch((bug: unknown) => {
      // Nobody asked for this pass, so nobody else would hear of it; lines that work are no reason to die.
      this.#options.log.error(`a pass ended half way: ${messageOf(bug)}`)
      return fail(messageOf(bug))
    })
    clearTimeout(this.#retry)
    if (done.ok) {
      this.#retryMs = RETRY_FIRST_MS
      const waitMs = this.#referee.waitMs(done.value.putOff, this.#wanted?.state)
      const due = { text: 'a repair that was put off', urgent: false }
      // It was asked a moment ago as well: what had to wait then may be due by now.
      const isLeft = done.value.putOff.length > 0
      if (isLeft) this.#retry = setTimeout(() => this.#queue.request(due), Math.max(1, waitMs))
      return done.value.moves.length > 0 ? 'worked' : 'quiet'
    }
    this.#retry = setTimeout(() => this.#queue.request({ text: 'another try', urgent: true }), this.#retryMs)
    this.#retryMs = Math.min(RETRY_LONGEST_MS, this.#retryMs * 2)
    return 'failed'
  }

  async #reconcile(
    config: Config,
    causes: readonly string[],
    manner: Manner,
  ): Promise<Result<PassReport, string>> {
    const before = this.#wanted?.state
    const result = await reconcile({
      kernel: this.#options.kernel,
      config,
      health: this.#health,
      memory: this.#keeper.memory,
      remember: (memory) => this.#keeper.keep(memory),
      ...(manner === 'asked' && { refuse: refusals }),
      ...(manner === 'event' && { putOff: (moves) => this.#referee.waitMs(moves, before) > 0 }),
    })
    if (!result.ok) {
      if (result.error.is === 'unsettled') this.#referee.judge(result.error.moves, before, [])
      const text = describeTrouble(result.error)
      if (config === this.#config) this.#trouble = text
      this.#options.log.error(text)
      this.#options.onChange()
      return fail(text)
    }
    const { putOff, moves } = result.value.report
    const chapters = this.#referee.judge(moves, before, result.value.report.chapters)
    const report = { ...result.value.report, chapters }
    if (config !== this.#config) this.#configAppliedAtMs = performance.now()
    this.#config = config
    this.#gateways.follow(config)
    this.#trouble = putOff.length > 0 ? this.#referee.whyNot(putOff, before) : undefined
    this.#tell(report, causes)
    return ok(report)
  }

  #tell(report: PassReport, causes: readonly string[]): void {
    const { log } = this.#options
    for (const { line, to } of this.#lines.update(report.wanted.lines, performance.now())) {
      log.info(`${line} is ${to.state}${to.why === undefined ? '' : `: ${to.why}`}`)
    }
    const known = new Set(this.#wanted?.notes.map((note) => note.text))
    for (const note of report.wanted.notes) {
      if (!known.has(note.text)) log[note.severity === 'note' ? 'info' : 'warn'](note.text)
    }
    for (const { what, said } of report.warnings) log.warn(`${what}: ${said}; nothing depends on it`)
    this.#wanted = report.wanted
    if (report.moves.length > 0) {
      log.info(
        { ms: Math.round(report.tookMs * 10) / 10, cause: causes.join('; ') },
        `${report.moves.length} ${report.moves.length === 1 ? 'step' : 'steps'} done`,
      )
      for (const chapter of report.chapters) {
        for (const { move, why } of chapter.steps) {
          for (const command of commandsOf(move)) log.debug({ why }, command)
        }
      }
    }
    this.#options.onChange()
  }

  async #sample(): Promise<void> {
    try {
      this.#counters.add(await this.#options.kernel.counts(), performance.now())
    } catch (cause) {
      this.#options.log.warn(`counters cannot be read: ${messageOf(cause)}`)
    }
  }
}

/** What matters of an event stands at its beginning. */
const inShort = ({ about, text, took }: KernelEvent): string =>
  took === undefined ? `${about} ${text.slice(0, 60)}` : text
