import type { Kernel, KernelEvent } from '../kernel/index.ts'
import { fail, legWords, messageOf, ok, type Config, type LineVerdict, type Result } from '../model/index.ts'
import { refusals, type Desired, type Note } from '../plan/index.ts'
import { commandsOf } from '../render/index.ts'
import { healthNews, outlookOf, type Outlook } from './health-news.ts'
import { GatewayWatch } from './gateway-watch.ts'
import type { Journal } from './journal.ts'
import { lineEvent } from './line-events.ts'
import { LineTracker, type TrackedState } from './line-tracker.ts'
import type { Log } from './log.ts'
import type { MemoryKeeper } from './memory-keeper.ts'
import { PassQueue, type Cause, type PassOutcome } from './pass-queue.ts'
import { reconcile, type PassReport } from './reconciler.ts'
import { Referee } from './referee.ts'
import { describeTrouble } from './trouble.ts'

/** After a pass that failed: try again, later and later. */
const RETRY_FIRST_MS = 1000
const RETRY_LONGEST_MS = 30_000

/** What must not wait, whatever else goes on. */
const URGENT: ReadonlySet<KernelEvent['about']> = new Set(['link', 'address', 'neighbour'])

const STOPPING = 'multihomed is stopping'

/**
 * Who wants a pass. `asked`: the operator, now; what must be settled first stops it, which later is only told.
 * `insisted`: now, and whatever is said against it. `event`: somebody changed something, who may do so again and again.
 */
export type Manner = 'asked' | 'insisted' | 'event'

export interface WheelOptions {
  readonly kernel: Kernel
  readonly config: Config
  /** What was applied last before we began, where that is known. */
  readonly former?: Config | undefined
  readonly keeper: MemoryKeeper
  readonly log: Log
  readonly journal: Journal
  /** What is known of the lines' health, for the next pass. */
  readonly verdicts: () => ReadonlyMap<string, LineVerdict>
  /** Called after every pass that left the kernel as wished. */
  readonly onPass: (config: Config, wanted: Desired) => void
  /** Called when somebody changed something, before the pass that looks at it. */
  readonly onEvent: () => void
  /** Called after every pass. */
  readonly onChange: () => void
}

/**
 * The one hand on the wheel: whatever changes the kernel goes through here, one thing after the other. It hears what
 * happens to the kernel, keeps it as the configuration wishes, and knows how that went.
 */
export class Wheel {
  readonly #options: WheelOptions
  readonly #queue = new PassQueue((causes) => this.#onCauses(causes))
  readonly #lines = new LineTracker()
  readonly #referee: Referee
  readonly #gateways: GatewayWatch
  #config: Config
  /** By the last pass that succeeded. */
  #applied: Config | undefined
  #configAppliedAtMs = performance.now()
  #wanted: Desired | undefined
  /** By the last pass. */
  #warned: readonly string[] = []
  #outlook: Outlook | undefined
  #trouble: string | undefined
  #retry: NodeJS.Timeout | undefined
  #retryMs = RETRY_FIRST_MS
  #watch: { close(): void } | undefined

  constructor(options: WheelOptions) {
    this.#options = options
    this.#config = options.config
    this.#applied = options.former
    this.#referee = new Referee(options.log, options.journal)
    this.#gateways = new GatewayWatch(options.kernel, (event) => this.#onEvent(event))
  }

  /** What is in force. */
  get config(): Config {
    return this.#config
  }

  /** By the monotonic clock. */
  get configAppliedAtMs(): number {
    return this.#configAppliedAtMs
  }

  /** What the last pass brought about; `undefined` before the first. */
  get wanted(): Desired | undefined {
    return this.#wanted
  }

  /** Why the kernel is not as wished; `undefined` when it is. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  get states(): ReadonlyMap<string, TrackedState> {
    return this.#lines.states
  }

  /** Somebody fights us. */
  get note(): Note | undefined {
    return this.#referee.note
  }

  /** The first pass. The bell first: what changes during it is not lost. @returns why the box cannot be taken over */
  async start(): Promise<Result<void, string>> {
    this.#watch = this.#options.kernel.watch((event) => this.#onEvent(event))
    this.#gateways.follow(this.#config)
    const first = await this.exclusive(async () => {
      const done = await this.pass('start', 'asked')
      // What rang meanwhile must not begin what was just taken back.
      if (!done.ok) this.shut()
      return done
    })
    return first.ok ? ok(undefined) : first
  }

  /** Runs a job where it meets no pass. */
  async exclusive<T>(job: () => Promise<Result<T, string>>): Promise<Result<T, string>> {
    const turn = await this.#queue.exclusive(job)
    return turn.ok ? turn.value : fail(STOPPING)
  }

  /** Asks for a pass, soon. */
  request(cause: Cause): void {
    this.#queue.request(cause)
  }

  /** A new configuration, unless something must be settled first: then the old one goes on. */
  async take(config: Config, cause: string): Promise<Result<PassReport, string>> {
    const done = await this.exclusive(() => this.#reconcile(config, [cause], 'asked'))
    // Back to what the running configuration wishes, should anything of the new one be left.
    if (!done.ok) this.request({ text: 'a file that could not be applied', urgent: true })
    return done
  }

  /** Another configuration, whatever is said against it. */
  async insist(config: Config, cause: string): Promise<Result<PassReport, string>> {
    const done = await this.exclusive(() => {
      this.#config = config
      this.#configAppliedAtMs = performance.now()
      return this.#reconcile(config, [cause], 'insisted')
    })
    if (!done.ok) this.request({ text: 'another try', urgent: true })
    return done
  }

  /** A pass with the running configuration, within a job. */
  pass(cause: string, manner: Manner): Promise<Result<PassReport, string>> {
    return this.#reconcile(this.#config, [cause], manner)
  }

  /** Nothing begins any more, what waits already included; for a job that was the last. */
  shut(): void {
    this.#queue.shut()
  }

  /** @returns when what runs has ended */
  async stop(): Promise<void> {
    this.#watch?.close()
    await this.#queue.close()
    this.#gateways.close()
    clearTimeout(this.#retry)
  }

  #onEvent(event: KernelEvent): void {
    if (event.about === 'monitor') this.#options.log.warn(event.text)
    this.#referee.heard(event)
    this.#options.onEvent()
    this.request({ text: inShort(event), urgent: URGENT.has(event.about) })
  }

  async #onCauses(causes: readonly string[]): Promise<PassOutcome> {
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
      if (isLeft) this.#retry = setTimeout(() => this.request(due), Math.max(1, waitMs))
      return done.value.moves.length > 0 ? 'worked' : 'quiet'
    }
    this.#retry = setTimeout(() => this.request({ text: 'another try', urgent: true }), this.#retryMs)
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
      former: this.#applied,
      health: this.#options.verdicts(),
      memory: this.#options.keeper.memory,
      remember: (memory) => this.#options.keeper.keep(memory),
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
    this.#applied = config
    this.#gateways.follow(config)
    this.#trouble = putOff.length > 0 ? this.#referee.whyNot(putOff, before) : undefined
    this.#tell(report, causes)
    this.#options.onPass(config, report.wanted)
    return ok(report)
  }

  #tell(report: PassReport, causes: readonly string[]): void {
    const { log, journal } = this.#options
    let because: number | undefined
    for (const transition of this.#lines.update(report.wanted.lines, performance.now())) {
      const { leg, from, to } = transition
      // The same for another reason is no news; a line that is looked into has a new one every 40 ms.
      const isNews = from !== to.state
      log[isNews ? 'info' : 'debug'](
        `${legWords(leg)} is ${to.state}${to.why === undefined ? '' : `: ${to.why}`}`,
      )
      const event = isNews ? lineEvent(transition) : undefined
      if (event !== undefined) because = journal.add(event)
    }
    const outlook = outlookOf(report.wanted.lines)
    if (this.#outlook !== undefined)
      for (const entry of healthNews(this.#outlook, outlook, because)) journal.add(entry)
    this.#outlook = outlook
    const known = new Set(this.#wanted?.notes.map((note) => note.text))
    for (const note of report.wanted.notes) {
      if (!known.has(note.text)) log[note.severity === 'note' ? 'info' : 'warn'](note.text)
    }
    const warnings = report.warnings.map(({ what, said }) => `${what}: ${said}; nothing depends on it`)
    // What is refused for good is tried in every pass, and told once.
    for (const text of warnings) if (!this.#warned.includes(text)) log.warn(text)
    this.#warned = warnings
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
}

/** What matters of an event stands at its beginning. */
const inShort = ({ about, text, took }: KernelEvent): string =>
  took === undefined ? `${about} ${text.slice(0, 60)}` : text
