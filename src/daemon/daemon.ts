import { hostname } from 'node:os'
import type { Kernel, KernelEvent } from '../kernel/index.ts'
import { fail, ok, unreachable, type Config, type LineHealth, type Result } from '../model/index.ts'
import { chosenCounter, numbersOf, refusals, slotsOf, type Desired, type Memory } from '../plan/index.ts'
import { commandsOf } from '../render/index.ts'
import type { ApplyOutcome, Control, DownReport, LineStatus, Status } from './control.ts'
import { CounterWindow, SAMPLE_EVERY_MS, SHARE_WINDOW_MS } from './counters.ts'
import { LineTracker } from './line-tracker.ts'
import type { Log } from './log.ts'
import { PassQueue } from './pass-queue.ts'
import { planReport } from './plan-report.ts'
import { readConfig } from './read-config.ts'
import { reconcile, type PassReport, type PassTrouble } from './reconciler.ts'
import { forgetMemory, saveMemory, type StateDir } from './state-dir.ts'
import { takeDown } from './take-down.ts'

/** Catches what no event told. */
const LOOK_EVERY_MS = 30_000
/** After a pass that failed: try again, later and later. */
const RETRY_FIRST_MS = 1000
const RETRY_LONGEST_MS = 30_000

export interface DaemonOptions {
  readonly kernel: Kernel
  readonly config: Config
  readonly memory: Memory
  readonly stateDir: StateDir
  readonly version: string
  readonly log: Log
  /** Called once `down` has taken everything away. */
  readonly onDown: () => void
  /** Called whenever what `status` would say may have changed. */
  readonly onChange: () => void
}

/** Keeps the kernel as the file wishes, and tells about it. */
export class Daemon implements Control {
  readonly #kernel: Kernel
  readonly #stateDir: StateDir
  readonly #version: string
  readonly #log: Log
  readonly #onDown: () => void
  readonly #onChange: () => void
  readonly #startedAtMs = Date.now()
  readonly #queue = new PassQueue((causes) => this.#pass(causes))
  readonly #lines = new LineTracker()
  readonly #counters = new CounterWindow()
  readonly #health: ReadonlyMap<string, LineHealth> = new Map()
  #config: Config
  #configAppliedAtMs = Date.now()
  #memory: Memory
  #wanted: Desired | undefined
  #trouble: string | undefined
  #retryMs = RETRY_FIRST_MS
  #timers: NodeJS.Timeout[] = []
  #watch: { close(): void } | undefined

  constructor(options: DaemonOptions) {
    this.#kernel = options.kernel
    this.#config = options.config
    this.#memory = options.memory
    this.#stateDir = options.stateDir
    this.#version = options.version
    this.#log = options.log
    this.#onDown = options.onDown
    this.#onChange = options.onChange
  }

  /** The first pass, then the watch. @returns why the box cannot be taken over */
  async start(): Promise<Result<void, string>> {
    // The bell first: what changes during the first pass is not lost.
    this.#watch = this.#kernel.watch((event) =>
      this.#queue.request({
        text: inShort(event),
        urgent: event.about === 'link' || event.about === 'address',
      }),
    )
    const first = await this.#queue.exclusive(() => this.#reconcile(this.#config, ['start'], true))
    if (!first.ok) {
      await this.stop()
      return fail(first.error)
    }
    await this.#sample()
    this.#timers = [
      setInterval(() => void this.#sample(), SAMPLE_EVERY_MS),
      setInterval(() => this.#queue.request({ text: 'the regular look', urgent: false }), LOOK_EVERY_MS),
    ]
    return ok(undefined)
  }

  /** The first pass is done: from here on there is something to tell. */
  get isReady(): boolean {
    return this.#wanted !== undefined
  }

  /** Forwarding goes on as it is: the kernel has everything. */
  async stop(): Promise<void> {
    this.#watch?.close()
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#queue.close()
  }

  async apply(): Promise<ApplyOutcome> {
    return this.#queue.exclusive(async () => {
      const reading = await readConfig(this.#config.file)
      if (!reading.ok) {
        this.#log.error(`${this.#config.file} is refused as a whole; everything stays as it is`)
        return { is: 'refused', ...reading.error }
      }
      const applied = await this.#reconcile(reading.value.config, ['the file was read again'], true)
      if (!applied.ok) return { is: 'failed', trouble: applied.error }
      const { chapters, wanted, tookMs } = applied.value
      return { is: 'applied', plan: planReport(chapters, wanted.notes), tookMs: Math.round(tookMs) }
    })
  }

  async down({ dryRun }: { dryRun: boolean }): Promise<Result<DownReport, string>> {
    const report = await this.#queue.exclusive(() => takeDown(this.#kernel, this.#memory, dryRun))
    if (report.ok && !dryRun) {
      await this.stop()
      await forgetMemory(this.#stateDir)
      this.#log.info('down: everything of ours is gone, the box is as it was before')
      this.#onDown()
    }
    return report
  }

  async status(): Promise<Status> {
    const wanted = this.#wanted
    if (wanted === undefined) throw new Error('asked before the first pass')
    await this.#sample()
    const open = await this.#kernel.openConnections(this.#config.marks.mask)
    const numbers = numbersOf(this.#config.marks.mask, this.#config.rulePriorityBase)
    const slots = slotsOf(wanted.state.ruleset)
    const chosenLately = wanted.lines.reduce(
      (sum, line) => sum + this.#counters.recent(chosenCounter(line.id)),
      0,
    )
    const lines = wanted.lines.map((line): LineStatus => {
      const state = this.#lines.of(line.config.name)
      if (state === undefined) throw new Error(`${line.config.name} was never looked at`)
      const { rxBytes, txBytes } = this.#counters.bytes(line.config.interface)
      const openHere = open?.get(numbers.markOf(line.id)) ?? (open === undefined ? undefined : 0)
      return {
        name: line.config.name,
        id: line.id,
        ...state,
        interface: line.config.interface,
        ...(line.address === undefined ? {} : { address: line.address.address }),
        ...(line.gateway === undefined ? {} : { gateway: line.gateway }),
        weight: line.config.weight,
        wantedShare: slots.length === 0 ? 0 : slots.filter((id) => id === line.id).length / slots.length,
        ...(chosenLately === 0
          ? {}
          : { newShare: this.#counters.recent(chosenCounter(line.id)) / chosenLately }),
        newConnections: this.#counters.total(chosenCounter(line.id)),
        ...(openHere === undefined ? {} : { openConnections: openHere }),
        receivedBytes: rxBytes,
        sentBytes: txBytes,
        ...this.#counters.rates(line.config.interface),
      }
    })
    return {
      version: this.#version,
      pid: process.pid,
      hostname: hostname(),
      startedAtMs: this.#startedAtMs,
      configFile: this.#config.file,
      configAppliedAtMs: this.#configAppliedAtMs,
      matches: this.#trouble === undefined,
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
      shareWindowMs: SHARE_WINDOW_MS,
      lines,
      notes: wanted.notes,
    }
  }

  async #pass(causes: readonly string[]): Promise<{ foundWork: boolean }> {
    const done = await this.#reconcile(this.#config, causes, false)
    if (done.ok) {
      this.#retryMs = RETRY_FIRST_MS
      return { foundWork: done.value.moves.length > 0 }
    }
    const retry = setTimeout(() => this.#queue.request({ text: 'another try', urgent: true }), this.#retryMs)
    this.#timers.push(retry)
    this.#retryMs = Math.min(RETRY_LONGEST_MS, this.#retryMs * 2)
    return { foundWork: true }
  }

  /** @param asked the operator wants it now: what must be settled first stops it, which later only is told */
  async #reconcile(
    config: Config,
    causes: readonly string[],
    asked: boolean,
  ): Promise<Result<PassReport, string>> {
    const result = await reconcile({
      kernel: this.#kernel,
      config,
      health: this.#health,
      memory: this.#memory,
      remember: (memory) => this.#remember(memory),
      ...(asked ? { refuse: refusals } : {}),
    })
    if (!result.ok) {
      const text = describe(result.error)
      if (config === this.#config) this.#trouble = text
      this.#log.error(text)
      this.#onChange()
      return fail(text)
    }
    const { report, memory } = result.value
    if (config !== this.#config) this.#configAppliedAtMs = Date.now()
    this.#config = config
    this.#memory = memory
    this.#trouble = undefined
    this.#tell(report, causes)
    return ok(report)
  }

  #tell(report: PassReport, causes: readonly string[]): void {
    for (const { line, to } of this.#lines.update(report.wanted.lines, Date.now())) {
      this.#log.info(`${line} is ${to.state}${to.why === undefined ? '' : `: ${to.why}`}`)
    }
    const known = new Set(this.#wanted?.notes.map((note) => note.text))
    for (const note of report.wanted.notes) {
      if (!known.has(note.text)) this.#log[note.severity === 'note' ? 'info' : 'warn'](note.text)
    }
    this.#wanted = report.wanted
    if (report.moves.length > 0) {
      this.#log.info(
        { ms: Math.round(report.tookMs * 10) / 10, cause: causes.slice(0, 3).join('; ') },
        `${report.moves.length} ${report.moves.length === 1 ? 'step' : 'steps'} done`,
      )
      for (const chapter of report.chapters) {
        for (const { move, why } of chapter.steps) {
          for (const command of commandsOf(move)) this.#log.debug({ why }, command)
        }
      }
    }
    this.#onChange()
  }

  /** A state directory that cannot be written must not stop the lines from working. */
  async #remember(memory: Memory): Promise<void> {
    this.#memory = memory
    try {
      await saveMemory(this.#stateDir, memory)
    } catch (cause) {
      this.#log.error(
        `the state directory cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      )
    }
  }

  async #sample(): Promise<void> {
    try {
      this.#counters.add(await this.#kernel.counts(), performance.now())
    } catch (cause) {
      this.#log.warn(`counters cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
  }
}

/** What matters of an event stands at its beginning. */
const inShort = (event: KernelEvent): string => `${event.about} ${event.text.slice(0, 60)}`

function describe(trouble: PassTrouble): string {
  switch (trouble.is) {
    case 'unreadable':
      return `the kernel cannot be read: ${trouble.text}`
    case 'refused':
      return trouble.notes
        .map((note) => `${note.text}${note.help === undefined ? '' : ` (${note.help})`}`)
        .join('\n')
    case 'failed': {
      const { error, undone, leftovers } = trouble.failure
      const after = undone
        ? 'everything before it was taken back'
        : `and this could not be taken back: ${leftovers.map((left) => `${left.what}: ${left.said}`).join('; ')}`
      return `${error.what}: ${error.said}; ${after}`
    }
    case 'unsettled':
      return `the kernel does not stay as wished; still to do: ${trouble.moves.flatMap(commandsOf).slice(0, 3).join('; ')}`
    default:
      return unreachable(trouble)
  }
}
