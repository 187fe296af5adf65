import type { Kernel } from '../kernel/index.ts'
import {
  FAMILIES,
  PROBE,
  fail,
  legName,
  mark,
  messageOf,
  ok,
  type Config,
  type Family,
  type Result,
} from '../model/index.ts'
import { numbersOf, type LineFacts, type Note, type Numbers } from '../plan/index.ts'
import { ClientTraffic } from './client-traffic.ts'
import type { ConfigChanges } from './config-changes.ts'
import {
  ConnectionsGathering,
  connectionsScene,
  type ConnectionsQuestion,
  type ConnectionsReport,
} from './connections.ts'
import type {
  LineMeasure,
  LineStateName,
  ProbeOutcome,
  Released,
  Status,
  TraceAnswer,
  TraceRequest,
  TraceTrouble,
} from './control.ts'
import { CounterWindow } from './counters.ts'
import { Frugal, FrugalByQuestion } from './frugal.ts'
import type { HealthDesk } from './health-desk.ts'
import { judged } from './line-tracker.ts'
import type { Log } from './log.ts'
import { measureLines, type Probe } from './measure-lines.ts'
import type { MemoryKeeper } from './memory-keeper.ts'
import { waysOver, type MessageWay } from './message-ways.ts'
import { probeLine } from './probe-line.ts'
import { look } from './reconciler.ts'
import { statusOf, type Identity, type Picture } from './status.ts'
import { traceOn, type Moment } from './trace.ts'
import type { VolumeWatch } from './volume-watch.ts'
import type { Wheel } from './wheel.ts'

/** Of a core: a walk through all that connection tracking knows takes milliseconds, however little it finds. */
const WALK_SHARE = 0.005
/** Delays and counters: a fraction of a millisecond, and old after a second at most. */
const NUMBERS_SHARE = 0.005

/** So long the number of open connections is worth telling. */
const OPEN_FOR_MS = 15_000

export interface PresentOptions {
  readonly kernel: Kernel
  /** Asks the Internet over one line. */
  readonly probe: Probe
  readonly identity: Identity
  readonly wheel: Pick<Wheel, 'config' | 'configAppliedAtMs' | 'states' | 'trouble' | 'wanted' | 'exclusive'>
  readonly keeper: Pick<MemoryKeeper, 'memory'>
  readonly health: Pick<HealthDesk, 'fresh' | 'reports' | 'verdicts'>
  readonly volumes: Pick<VolumeWatch, 'volumes'>
  readonly changes: Pick<ConfigChanges, 'trial' | 'lastUndo'>
  /** Beside what the last pass saw. */
  readonly notes: () => readonly Note[]
  readonly log: Log
}

/**
 * How things are now, for whoever asks: by the last pass, the counters and the kernel itself, of which nothing costs
 * more than its share however many ask.
 */
export class Present {
  readonly #options: PresentOptions
  readonly counters = new CounterWindow()
  /** By leg; what became of its connections when it went down last. */
  readonly #released = new Map<string, Released>()
  /** Each question by itself. */
  readonly #listed = new FrugalByQuestion((question: ConnectionsQuestion) => this.#list(question), WALK_SHARE)
  readonly #traffic = new ClientTraffic()
  /** As the last pass left it, or later: a line that dies waits for one look at most, however many trace. */
  readonly #moments = new Frugal(() => this.moment(), WALK_SHARE)
  /** Entries of connection tracking by mark; those of our probes have one bit more, and are nobody's. */
  readonly #open = new Frugal(
    () => this.#options.kernel.openConnections(mark(this.#options.wheel.config.marks.mask | PROBE)),
    WALK_SHARE,
  )
  readonly #numbersNow = new Frugal(() => this.#readNumbers(), NUMBERS_SHARE)

  constructor(options: PresentOptions) {
    this.#options = options
  }

  /** The box is another one than a moment ago. */
  changed(): void {
    this.#moments.outdated()
  }

  released(leg: string, what: Released): void {
    this.#released.set(leg, what)
  }

  /** Without asking the kernel anything. */
  glance(): Status {
    const { last } = this.#open
    const isYoung = last !== undefined && performance.now() - last.atMs < OPEN_FOR_MS
    return this.#statusWith(isYoung ? last.value : undefined)
  }

  /** With numbers as of now, but for the open connections. */
  async look(): Promise<Status> {
    await this.#numbersNow.read()
    return this.glance()
  }

  /** @param how `readNow`: of what somebody has just changed */
  async status(how: 'read' | 'readNow'): Promise<Status> {
    const [open] = await Promise.all([this.#open[how](), this.#numbersNow[how]()])
    return this.#statusWith(open)
  }

  #statusWith(open: Awaited<ReturnType<Kernel['openConnections']>> | undefined): Status {
    return statusOf(this.#picture, this.#options.identity, this.counters, open)
  }

  connections(question: ConnectionsQuestion): Promise<Result<ConnectionsReport, string>> {
    return this.#listed.read(question)
  }

  async #list(question: ConnectionsQuestion): Promise<Result<ConnectionsReport, string>> {
    const { kernel, wheel } = this.#options
    const isOfAll = question.line === undefined && question.client === undefined
    const traffic = isOfAll ? this.#traffic.begin(performance.now()) : undefined
    const scene = connectionsScene(wheel.config, this.#lines, this.#numbers)
    const gathering = new ConnectionsGathering(question, scene, traffic)
    const read = await kernel.connections((piece) => gathering.add(piece))
    return read.ok ? ok(gathering.report(traffic?.end())) : fail(`${read.error.what}: ${read.error.said}`)
  }

  trace(request: TraceRequest): Promise<Result<TraceAnswer, TraceTrouble>> {
    return traceOn(this.#options.kernel, () => this.#moments.read(), request)
  }

  /**
   * Between two passes: half of one is no box that anybody asked for.
   * @param wished absent: what runs
   */
  moment(wished?: Config): Promise<Result<Moment, string>> {
    const { kernel, wheel, keeper, health } = this.#options
    return wheel.exclusive(async () => {
      const config = wished ?? wheel.config
      const [memory, verdicts] = [keeper.memory, health.verdicts]
      const reading = await look(kernel, config, memory)
      return reading.ok
        ? ok({ config, memory, health: verdicts, observed: reading.value })
        : fail(`${reading.error.what}: ${reading.error.said}`)
    })
  }

  /** @param expected names of lines that are waited for */
  measure(expected: ReadonlySet<string>): Promise<LineMeasure[]> {
    const { probe } = this.#options
    return measureLines({ lines: () => this.#lines, numbers: this.#numbers, probe, expected })
  }

  probe(line: string, host?: string): Promise<ProbeOutcome> {
    const { kernel, probe } = this.#options
    return probeLine({
      lines: this.#lines,
      numbers: this.#numbers,
      probe,
      resolve: (name) => kernel.resolve(name),
      line,
      ...(host !== undefined && { host }),
    })
  }

  /** Out of the box, over lines that work. */
  get ways(): MessageWay[] {
    const { states } = this.#options.wheel
    return waysOver(this.#lines, this.#numbers, (leg) => states.get(leg)?.state !== 'down')
  }

  stateOf(line: string, family?: Family): LineStateName | undefined {
    const { wheel, health } = this.#options
    const leg = (family === undefined ? FAMILIES : [family])
      .map((one) => legName(line, one))
      .find((one) => wheel.states.has(one))
    const tracked = leg === undefined ? undefined : wheel.states.get(leg)
    return leg === undefined || tracked === undefined
      ? undefined
      : judged(tracked, health.reports.get(leg)).state
  }

  /** Looks at the counters. */
  async sample(): Promise<void> {
    const { kernel, log } = this.#options
    try {
      this.counters.add(await kernel.counts(), performance.now())
    } catch (cause) {
      log.warn(`counters cannot be read: ${messageOf(cause)}`)
    }
  }

  async #readNumbers(): Promise<void> {
    await Promise.all([this.#options.health.fresh(), this.sample()])
  }

  get #lines(): readonly LineFacts[] {
    return this.#options.wheel.wanted?.lines ?? []
  }

  get #numbers(): Numbers {
    return numbersOf(this.#options.wheel.config)
  }

  get #picture(): Picture {
    const { wheel, health, volumes, changes, notes, identity } = this.#options
    const { config, configAppliedAtMs, states, trouble, wanted } = wheel
    if (wanted === undefined) throw new Error('asked before the first pass')
    return {
      config,
      wanted,
      states,
      reports: health.reports,
      released: this.#released,
      volumes: volumes.volumes(config.lines, identity.clock.at(performance.now())),
      configAppliedAtMs,
      ...(trouble === undefined ? {} : { trouble }),
      notes: notes(),
      trial: changes.trial,
      undone: changes.lastUndo,
    }
  }
}
