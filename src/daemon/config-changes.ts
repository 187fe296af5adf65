import { parseConfig } from '../config/index.ts'
import { fail, ok, type Config, type Result } from '../model/index.ts'
import type { Note } from '../plan/index.ts'
import { replaceVersion, versionOf, whyNotWritable } from './config-file.ts'
import { accept, beginTrial, canUndo, lastUndone, undo, type ConfigHistory } from './config-history.ts'
import type {
  ApplyOptions,
  ApplyOutcome,
  ApplyTextOutcome,
  ConfigReport,
  ConfirmOutcome,
  FormerConfigs,
  LineMeasure,
  TextWish,
  Trial,
  UndoOutcome,
  UndoReport,
} from './control.ts'
import type { Choice } from './choose-config.ts'
import { configReport, formerConfigs } from './config-report.ts'
import { HistoryKeeper } from './history-keeper.ts'
import type { Journal } from './journal.ts'
import type { Log } from './log.ts'
import { whatIsWorse } from './measure-lines.ts'
import type { FindMissingPrograms } from './missing-programs.ts'
import { refusedFileNote, trialNote, undoneFileNote, type RefusedFile } from './own-notes.ts'
import { planReport } from './plan-report.ts'
import { judgeText, readConfig, type ReadConfig } from './read-config.ts'
import { newReach } from './reach.ts'
import type { PassReport } from './reconciler.ts'
import { RunningTrial } from './running-trial.ts'
import type { WallClock } from './wall-clock.ts'

/** What carries out a change. */
export interface Engine {
  /** One pass; when it succeeds this is the running configuration, else nothing has changed. */
  take(config: Config, cause: string): Promise<Result<PassReport, string>>
  /** From now on this is the running configuration; a pass that fails is tried again and again. */
  insist(config: Config, cause: string): Promise<Result<PassReport, string>>
  /** @param expected lines that should work, by name */
  measure(expected: ReadonlySet<string>): Promise<LineMeasure[]>
  /** What runs is there to stay. */
  settled(): Promise<void>
}

export interface ConfigChangesOptions {
  readonly file: string
  /** Of the state. */
  readonly directory: string
  readonly choice: Choice
  readonly engine: Engine
  readonly missingPrograms: FindMissingPrograms
  readonly log: Log
  readonly journal: Journal
  readonly clock: WallClock
}

/**
 * Which configuration runs: takes a new one for good or on trial, and goes back. One change at a time. The file is
 * only ever read, unless somebody hands in the text that is to be its own.
 *
 * Without a trial the newest accepted text is what runs.
 */
export class ConfigChanges {
  readonly #options: ConfigChangesOptions
  readonly #keeper: HistoryKeeper
  #running: RunningTrial | undefined
  #refusedFile: RefusedFile | undefined
  #lastUndo: UndoReport | undefined
  readonly #begun = Promise.withResolvers<void>()
  /** The one that goes on, and those that wait for it; all of them for the start. */
  #turn: Promise<unknown> = this.#begun.promise
  #closed = false

  constructor(options: ConfigChangesOptions) {
    this.#options = options
    this.#keeper = new HistoryKeeper(options.directory, options.choice.history, options.log)
  }

  /** What was chosen at the start runs. */
  async started(): Promise<void> {
    const { isFormer, source } = this.#options.choice
    const { history } = this.#keeper
    await this.#keeper.keep(isFormer ? history : accept(history, source, Date.now()))
    const note = undoneFileNote(this.#options.file, this.#keeper.history, Date.now())
    if (note !== undefined) this.#options.log.warn(`${note.text}; ${note.help}`)
    await this.#options.engine.settled()
    this.#begun.resolve()
  }

  get trial(): Trial | undefined {
    return this.#running?.at(this.#options.clock)
  }

  /** The last undo of this daemon, while what was undone was not applied again, nor anything else. */
  get lastUndo(): UndoReport | undefined {
    return this.#lastUndo
  }

  /** @param appliedAtMs since when the running configuration is in force, by the monotonic clock */
  notes(appliedAtMs: number): Note[] {
    const { file, clock } = this.#options
    const nowMs = clock.at(performance.now())
    const refused =
      this.#refusedFile &&
      refusedFileNote(file, this.#refusedFile, {
        refusedAtMs: clock.at(this.#refusedFile.atMs),
        appliedAtMs: clock.at(appliedAtMs),
        nowMs,
      })
    const onTrial = this.trial && trialNote(this.trial, nowMs)
    return [onTrial, refused, undoneFileNote(file, this.#keeper.history, nowMs)].filter(
      (note) => note !== undefined,
    )
  }

  apply({ confirmMs }: ApplyOptions): Promise<ApplyOutcome> {
    return this.#inTurn(async () => {
      const { file, log } = this.#options
      const { trial } = this
      if (trial !== undefined) {
        log.warn(`${file} is not read: the last change waits to be confirmed or undone`)
        return { is: 'pending', trial }
      }
      const reading = await readConfig(file)
      if (!reading.ok) {
        log.error(`${file} is refused as a whole; everything stays as it is`)
        const errors = reading.error.problems.filter(({ severity }) => severity === 'error').length
        this.#refuse('refused', `${errors} ${errors === 1 ? 'error' : 'errors'}`)
        return { is: 'refused', ...reading.error }
      }
      const isSame = this.#keeper.history.accepted[0]?.text === reading.value.source
      return confirmMs === undefined || isSame
        ? this.#takeForGood(reading.value)
        : this.#takeOnTrial(reading.value, confirmMs)
    })
  }

  /** Everything that could stand in the way is asked before the kernel is touched. */
  applyText({ text, version, confirmMs }: TextWish): Promise<ApplyTextOutcome> {
    return this.#inTurn(async () => {
      const { file } = this.#options
      const { trial } = this
      if (trial !== undefined) return { is: 'pending', trial }
      if ((await versionOf(file)) !== version) return { is: 'changed' }
      const judged = judgeText(text, file)
      if (!judged.ok) return { is: 'refused', ...judged.error }
      const beyond = newReach(judged.value.config, this.#acceptedConfigs())
      if (beyond !== undefined) return { is: 'beyond', what: beyond }
      const unwritable = await whyNotWritable(file)
      if (unwritable !== undefined) return { is: 'unwritable', ...unwritable }
      const isSame = this.#keeper.history.accepted[0]?.text === text
      return confirmMs === undefined || isSame
        ? this.#takeTextForGood(judged.value, version)
        : this.#takeOnTrial(judged.value, confirmMs, version)
    })
  }

  /** Those that can be read still. */
  #acceptedConfigs(): Config[] {
    const { choice, file } = this.#options
    const formers = this.#keeper.history.accepted.map(({ text }) => judgeText(text, file))
    return [choice.config, ...formers.flatMap((judged) => (judged.ok ? [judged.value.config] : []))]
  }

  report(): Promise<ConfigReport> {
    const [accepted] = this.#keeper.history.accepted
    const { trial } = this
    const text = this.#running?.source ?? accepted?.text ?? this.#options.choice.source
    return configReport(this.#options.file, { text, sinceMs: trial?.sinceMs ?? accepted?.atMs ?? 0 }, trial)
  }

  get former(): FormerConfigs {
    return formerConfigs(this.#keeper.history)
  }

  confirm(): Promise<ConfirmOutcome> {
    return this.#inTurn(async () => {
      const { history } = this.#keeper
      const undone = lastUndone(history)
      const running = this.#running
      if (running === undefined) return { is: 'nothing', ...(undone !== undefined && { undone }) }
      const accepted = accept(history, running.source, Date.now())
      if (running.replaces === undefined) {
        // What is only on trial on the disk would be undone by the next start.
        const trouble = await this.#keeper.write(accepted)
        if (trouble !== undefined) return { is: 'unsafe', trouble, trial: running.at(this.#options.clock) }
      } else {
        const refused = await replaceVersion(this.#options.file, running.replaces, running.source)
        if (refused !== undefined) return { ...refused, trial: running.at(this.#options.clock) }
        this.#refusedFile = undefined
        // Whether that is written down or not: a start that finds in the file what was on trial knows it was confirmed.
        await this.#keeper.keep(accepted)
      }
      running.stopTime()
      this.#running = undefined
      this.#lastUndo = undefined
      await this.#options.engine.settled()
      this.#options.log.info('confirmed: the new configuration stays')
      this.#options.journal.add({ kind: 'confirmed', text: 'the configuration on trial stays' })
      return { is: 'confirmed' }
    })
  }

  undo({ onlyTrial = false }: { readonly onlyTrial?: boolean } = {}): Promise<UndoOutcome> {
    return this.#inTurn(async () => {
      if (onlyTrial && this.#running === undefined) return { is: 'nothing' }
      if (!canUndo(this.#keeper.history)) return { is: 'nothing' }
      const undone = await this.#goBack('somebody asked for it')
      return undone.ok ? { is: 'undone', undo: undone.value } : { is: 'failed', trouble: undone.error }
    })
  }

  /** Nothing is undone from now on: the next start sees to that. */
  close(): void {
    this.#closed = true
    this.#running?.stopTime()
  }

  async #takeForGood({ config, source }: ReadConfig): Promise<ApplyOutcome> {
    const done = await this.#take(config)
    if (!done.ok) return { is: 'failed', trouble: done.error }
    this.#lastUndo = undefined
    await this.#keeper.keep(accept(this.#keeper.history, source, Date.now()))
    await this.#options.engine.settled()
    this.#options.journal.add({ kind: 'applied', text: `${steps(done.value)} as ${this.#options.file} says` })
    return { is: 'applied', ...(await this.#applied(config, done.value)) }
  }

  /** A daemon that dies before the file is written starts with the former one, and nobody was told of this one. */
  async #takeTextForGood({ config, source }: ReadConfig, replaces: string): Promise<ApplyTextOutcome> {
    const { engine, journal, file } = this.#options
    const done = await engine.take(config, CAME_BY_API)
    if (!done.ok) return { is: 'failed', trouble: done.error }
    const refused = await replaceVersion(file, replaces, source)
    if (refused !== undefined) {
      await this.#insistOnFormer(`${file} could not be written`)
      return refused
    }
    this.#lastUndo = undefined
    this.#refusedFile = undefined
    await this.#keeper.keep(accept(this.#keeper.history, source, Date.now()))
    await engine.settled()
    journal.add({ kind: 'applied', text: `${steps(done.value)} as somebody wrote by the API` })
    return { is: 'applied', ...(await this.#applied(config, done.value)) }
  }

  /** @param replaces of a text that came by the API: the version of the file */
  async #takeOnTrial(
    { config, source }: ReadConfig,
    confirmMs: number,
    replaces?: string,
  ): Promise<ApplyOutcome> {
    const { engine, log, journal, clock } = this.#options
    const isInFile = replaces === undefined
    const settled = this.#keeper.history
    const before = await engine.measure(new Set())
    // Before the kernel is touched: a daemon that dies in between must not take this text for accepted.
    const trouble = await this.#keeper.write(
      beginTrial(settled, source, Date.now(), isInFile ? 'file' : 'api'),
    )
    if (trouble !== undefined) return { is: 'unsafe', trouble }
    const done = isInFile ? await this.#take(config) : await engine.take(config, CAME_BY_API)
    if (!done.ok) {
      await this.#keeper.keep(settled)
      return { is: 'failed', trouble: done.error }
    }
    const after = await engine.measure(new Set(before.filter(({ works }) => works).map(({ line }) => line)))
    const measured = { before, after }
    const worse = whatIsWorse(before, after)
    if (worse !== undefined) {
      const undone = await this.#goBack(worse)
      if (!undone.ok) return { is: 'failed', trouble: undone.error }
      return { is: 'undone', ...(await this.#applied(config, done.value)), measured, undo: undone.value }
    }
    const formerAtMs = settled.accepted[0]?.atMs ?? Date.now()
    const running = new RunningTrial({ source, replaces }, confirmMs, formerAtMs, () => {
      void this.#inTurn(() => this.#timeIsOver(running, confirmMs))
    })
    this.#running = running
    const trialText = `undone in ${confirmMs / 1000} s unless confirmed`
    log.warn(`applied on trial: ${trialText}`)
    journal.add({ kind: 'applied', text: `${steps(done.value)}; ${trialText}` })
    return { is: 'applied', ...(await this.#applied(config, done.value)), measured, trial: running.at(clock) }
  }

  async #timeIsOver(running: RunningTrial, confirmMs: number): Promise<void> {
    if (this.#running === running && !this.#closed) await this.#goBack(`no answer in ${confirmMs / 1000} s`)
  }

  /** Remembered before it is done, so that a crash on the way cannot bring back what is to go. */
  async #goBack(why: string): Promise<Result<UndoReport, string>> {
    const { log, journal } = this.#options
    const atMs = Date.now()
    const history = undo(this.#keeper.history, atMs, why)
    const former = this.#readable(history)
    if (!former.ok) return former
    this.#running?.stopTime()
    await this.#keeper.keep(history)
    const done = await this.#options.engine.insist(former.value.config, `undone: ${why}`)
    log.warn(`undone: ${why}`)
    journal.add({ kind: 'undone', text: why })
    this.#lastUndo = {
      atMs,
      why,
      formerAtMs: former.value.atMs,
      ...(done.ok && { readBack: readBackOf(done.value) }),
    }
    // Not before: whoever looks in between must not take it for confirmed.
    this.#running = undefined
    if (done.ok) await this.#options.engine.settled()
    return done.ok ? ok(this.#lastUndo) : done
  }

  /** @returns the newest accepted one; why there is none */
  #readable({ accepted: [former] }: ConfigHistory): Result<{ config: Config; atMs: number }, string> {
    const parsed = former && parseConfig(former.text, this.#options.file)
    return former !== undefined && parsed?.ok === true
      ? ok({ config: parsed.value.config, atMs: former.atMs })
      : fail('the former configuration cannot be read any more')
  }

  async #insistOnFormer(why: string): Promise<void> {
    const former = this.#readable(this.#keeper.history)
    if (former.ok) await this.#options.engine.insist(former.value.config, why)
  }

  async #take(config: Config): Promise<Result<PassReport, string>> {
    const done = await this.#options.engine.take(config, 'the file was read again')
    if (done.ok) this.#refusedFile = undefined
    else this.#refuse('failed', done.error)
    return done
  }

  async #applied(config: Config, { chapters, besides, wanted, tookMs }: PassReport) {
    const notes = [...wanted.notes, ...(await this.#options.missingPrograms(config))]
    return { plan: planReport(chapters, notes, besides), tookMs: Math.round(tookMs) }
  }

  #refuse(is: RefusedFile['is'], why: string): void {
    this.#refusedFile = { is, why, atMs: performance.now() }
    this.#options.journal.add({ kind: 'refused', text: `${this.#options.file} is not applied: ${why}` })
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(job)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

const CAME_BY_API = 'a configuration came by the API'

/** `3 steps` */
const steps = ({ moves }: PassReport): string => `${moves.length} ${moves.length === 1 ? 'step' : 'steps'}`

function readBackOf({ wanted: { state } }: PassReport): NonNullable<UndoReport['readBack']> {
  const { rules, routes, nexthops, ruleset } = state
  return {
    rules: rules.length,
    routes: routes.length,
    nexthops: nexthops.length,
    tables: ruleset === undefined ? 0 : 1,
  }
}
