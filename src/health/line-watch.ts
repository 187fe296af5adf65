import {
  targetsOf,
  type Family,
  type HealthPolicy,
  type LineReport,
  type ProbeAnswer,
} from '../model/index.ts'
import type { ProbeTarget } from '../model/index.ts'
import { budgetOf, type Account } from './account.ts'
import { MUTE_MS, PORTAL_TIMEOUT_MS, SURVEY_MISSES_MS, SYN_AGAIN_MS } from './constants.ts'
import { LineEvidence, type Silence } from './evidence.ts'
import { GatewayCheck } from './gateway-check.ts'
import { lineReport } from './line-report.ts'
import { judge, type Quality } from './judge.ts'
import type { WatchState } from './next-state.ts'
import { isPage, PortalCheck } from './portal-check.ts'
import type { Probe, Purpose } from './probe-book.ts'
import { Refusals } from './refusals.ts'
import { Rhythm, type Occasion } from './rhythm.ts'
import type { Sample } from './traffic.ts'
import { Verdict } from './verdict.ts'
import type { WatchedLine } from './watched-line.ts'
import type { Witness } from './witness.ts'

/** Sends a probe; its number. */
export type Ask = (target: Witness) => number

type Answered = Extract<ProbeAnswer, { answered: true }>

/** One line in one family: what it shows, what that makes of it, and what to ask next. */
export class LineWatch {
  #line: WatchedLine
  #targets: readonly ProbeTarget[] = []
  readonly #verdict: Verdict
  readonly #evidence = new LineEvidence()
  readonly #account: Account
  readonly #gateway = new GatewayCheck()
  readonly #portal = new PortalCheck()
  readonly #rhythm = new Rhythm()
  readonly #refusals = new Refusals()
  #quality: Quality = {}
  #wakeMs = 0
  #learned = true
  /** What made it suspect; with every probe of the burst it would be another number. */
  #suspiciousSilence: Silence | undefined

  /** @param account that of the line, whatever the family */
  constructor(line: WatchedLine, account: Account, nowMs: number) {
    this.#line = line
    this.#account = account
    this.#verdict = new Verdict(nowMs)
    this.#take(line, nowMs)
    if (this.isWatched) this.#start(nowMs)
  }

  get name(): string {
    return this.#line.name
  }

  get family(): Family {
    return this.#line.family
  }

  /** There is something to ask, and somebody. */
  get isWatched(): boolean {
    return this.#line.usable && this.#targets.length > 0
  }

  /** Takes connections, as far as is known. */
  get works(): boolean {
    return this.#line.usable && (this.health === 'up' || this.#targets.length === 0)
  }

  get health(): LineReport['health'] {
    return this.#portal.found === undefined ? this.#state.is : 'down'
  }

  /** What is known of it stays, unless it was unplugged meanwhile. */
  follow(line: WatchedLine, nowMs: number): void {
    const wasWatched = this.isWatched
    const isAnother = line.way !== this.#line.way
    this.#take(line, nowMs)
    this.#learned = true
    if (wasWatched && !this.isWatched) this.#stop(nowMs)
    if (this.#targets.length === 0) this.#verdict.forget(nowMs)
    // What was found out about the other way says nothing of this one.
    if (this.isWatched && (!wasWatched || isAnother)) this.#start(nowMs)
    this.#wakeMs = nowMs
  }

  sample(sample: Sample, nowMs: number): void {
    if (this.isWatched) this.#evidence.sample(sample, nowMs)
  }

  /** @param trusted our own lateness is no part of the delay */
  answered(id: number, answer: ProbeAnswer, trusted: boolean, nowMs: number): void {
    const { book } = this.#evidence
    const probe = book.get(id)
    if (probe === undefined) return
    if (answer.answered) {
      book.close(probe)
      this.#account.spend(probe.of.bytes.answers, nowMs)
      this.#heard(probe, answer, trusted, nowMs)
    } else if (answer.unasked) {
      if (probe.is === 'open') probe.is = 'unasked'
      book.withdraw(probe)
      if (this.#refusals.refused(answer.why, this.#state.is === 'unknown', nowMs)) this.#learned = true
    } else if (probe.is === 'open') {
      probe.is = 'missing'
      this.#missed(probe, nowMs)
    }
  }

  /**
   * Draws the conclusions, and asks what is to be asked now.
   * @param judgeAtMs answers that came until then were read: nothing younger is missing
   * @param alone no other line works
   * @returns whether there is something new to report
   */
  tick(nowMs: number, judgeAtMs: number, alone: boolean, ask: Ask): boolean {
    if (this.isWatched) this.#look(nowMs, judgeAtMs, alone, ask)
    const learned = this.#learned
    this.#learned = false
    return learned
  }

  get wakeMs(): number {
    return this.isWatched ? this.#wakeMs : Number.POSITIVE_INFINITY
  }

  /** Which targets it found to be dead while others answered. */
  get benched(): readonly string[] {
    return this.#evidence.witnesses.all.filter(({ benched }) => benched).map(({ key }) => key)
  }

  benchEverywhere(key: string, nowMs: number): void {
    this.#evidence.witnesses.benchEverywhere(key, nowMs)
  }

  /** A login page may be in its way: what the other lines get from the same page tells whose it is. */
  get suspectsPortal(): boolean {
    return this.#portal.wantsSecondLook
  }

  lookForPortal(nowMs: number): void {
    if (!this.isWatched) return
    this.#portal.askSoon(nowMs)
    this.#wakeMs = nowMs
  }

  /** Pages that sent it elsewhere a moment ago. */
  falsePages(nowMs: number): readonly string[] {
    return this.#portal.falsePages(nowMs)
  }

  /** That page sends every line elsewhere: it is no login page of this one. */
  benchPage(key: string, nowMs: number): void {
    this.#portal.bench(key, nowMs)
    this.#learned = true
  }

  /** Its silence may be the Internet's: the gateway is there, as far as is known. */
  get isSilentBeyondGateway(): boolean {
    const isSilent = this.#state.is === 'suspect' || this.#state.is === 'down'
    return isSilent && this.#portal.found === undefined && this.#gatewaySays !== 'silent'
  }

  /** @param everywhere so are all the others, and there are some */
  report(everywhere: boolean, nowMs: number): LineReport {
    return lineReport(
      {
        line: this.#line,
        health: this.health,
        verdict: this.#verdict,
        evidence: this.#evidence,
        silence: this.#suspiciousSilence ?? this.#evidence.silence,
        quality: this.#quality,
        portal: this.#portal.found,
        gateway: this.#gatewaySays,
        refusal: this.#refusals.told,
        everywhere,
        nextProbeAtMs: this.isWatched ? this.#rhythm.nextProbeMs(this.#occasion(false), nowMs) : undefined,
      },
      nowMs,
    )
  }

  #take(line: WatchedLine, nowMs: number): void {
    this.#line = line
    this.#targets = targetsOf(line.policy, line.family)
    this.#evidence.witnesses.follow(this.#targets)
    this.#account.follow(budgetOf(line.policy, line.metered), nowMs)
    this.#gateway.follow(line.gateway, nowMs)
    this.#portal.follow(this.#targets, line.family)
  }

  #start(nowMs: number): void {
    this.#refusals.left()
    this.#verdict.begin(this.#policy, nowMs)
    this.#evidence.beginAnew()
    this.#rhythm.begin(nowMs)
    this.#gateway.askSoon(nowMs)
    this.#portal.askSoon(nowMs)
    this.#wakeMs = nowMs
  }

  #stop(nowMs: number): void {
    this.#refusals.left()
    this.#verdict.unplug(this.#policy, nowMs)
    this.#quality = {}
    this.#suspiciousSilence = undefined
    this.#portal.forget()
    this.#evidence.beginAnew()
  }

  #look(nowMs: number, judgeAtMs: number, alone: boolean, ask: Ask): void {
    for (const probe of this.#evidence.book.overdue(judgeAtMs)) this.#missed(probe, nowMs)
    const awaitsPortal = this.#portal.wantsSecondLook || this.#evidence.book.isOpen('portal')
    const circumstances = { policy: this.#policy, alone, awaitsPortal }
    const was = this.#verdict.move(this.#evidence.look(this.#state), circumstances, nowMs)
    if (was !== undefined) this.#changed(was, nowMs)
    this.#rhythm.ask(this.#occasion(alone), judgeAtMs, nowMs, (of, purpose, leastMs) =>
      this.#send(ask(of), of, purpose, leastMs, nowMs),
    )
    this.#wakeMs = Math.min(this.#rhythm.wakeMs(this.#occasion(alone), nowMs), this.#decidesAtMs(nowMs))
  }

  #heard(probe: Probe, { delayMs, falsely, portal }: Answered, trusted: boolean, nowMs: number): void {
    const { of, purpose, sentAtMs } = probe
    this.#learned = true
    if (purpose === 'gateway') {
      probe.is = 'answered'
      this.#gateway.answered(delayMs, nowMs)
      return
    }
    this.#refusals.left()
    if (isPage(of.target)) this.#portal.answered(probe, portal === true ? falsely : undefined, nowMs)
    if (falsely !== undefined) {
      // Somebody answered, and not the one who was asked: no proof of the way there, and no loss either.
      probe.is = 'unasked'
      of.answeredFalsely(nowMs)
      return
    }
    if (this.#state.is === 'down' && purpose !== 'portal') {
      // The kernel begins a connection once more each second: which of its packets was answered nobody knows.
      const askedAtMs = of.target.kind === 'tcp' && nowMs - sentAtMs >= SYN_AGAIN_MS ? nowMs : sentAtMs
      if (this.#verdict.answersAgain(askedAtMs, nowMs)) {
        this.#portal.askSoon(nowMs)
        this.#rhythm.hasten(nowMs)
      }
    }
    if (of.reserve && this.#state.is !== 'up') this.#evidence.witnesses.callReserves(nowMs)
    this.#evidence.answered(probe, delayMs, trusted && purpose !== 'portal', nowMs)
    this.#judge(nowMs)
  }

  #missed(probe: Probe, nowMs: number): void {
    const { of, purpose } = probe
    this.#learned = true
    if (purpose === 'gateway') {
      this.#gateway.missed()
      return
    }
    this.#refusals.left()
    if (isPage(of.target)) this.#portal.missed(probe, nowMs)
    if (purpose === 'portal') return
    const twice = this.#evidence.missed(probe, this.#state.is !== 'down', SURVEY_MISSES_MS, nowMs)
    if (twice && this.#state.is === 'up' && this.#quality.degraded !== 'lossy') {
      this.#rhythm.survey('misses', this.#line.metered, nowMs)
    }
    this.#judge(nowMs)
  }

  #changed(was: WatchState['is'], nowMs: number): void {
    this.#learned = true
    this.#rhythm.begin(nowMs)
    this.#suspiciousSilence = this.#state.is === 'suspect' ? this.#evidence.silence : undefined
    if (this.#state.is === 'suspect') {
      this.#gateway.askSoon(nowMs)
      this.#portal.askSoon(nowMs)
    } else if (this.#state.is === 'down') {
      this.#evidence.endInOutage()
      this.#quality = {}
    } else {
      if (was === 'down') this.#evidence.forgetOutage()
      this.#rhythm.survey(was === 'suspect' ? 'misses' : 'news', this.#line.metered, nowMs)
    }
  }

  #judge(nowMs: number): void {
    const samples = this.#evidence.unprompted.filter(({ of, is }) => !of.benched && is !== 'unasked')
    this.#quality = judge(samples, this.#policy, nowMs, this.#quality.degraded)
  }

  #send(id: number, of: Witness, purpose: Purpose, leastMs: number, nowMs: number): Probe {
    const least = purpose === 'portal' ? PORTAL_TIMEOUT_MS : leastMs
    const probe = this.#evidence.send(id, of, purpose, this.#state, least, nowMs)
    this.#account.spend(of.bytes.asks, nowMs)
    if (purpose === 'comeback') this.#verdict.comeback.sent(probe)
    return probe
  }

  /** When time alone may decide something. */
  #decidesAtMs(nowMs: number): number {
    const { book, traffic } = this.#evidence
    const { is, sinceMs } = this.#state
    const times =
      is === 'suspect'
        ? [sinceMs + this.#policy.suspicionMs, (traffic.unansweredSinceMs ?? nowMs) + MUTE_MS]
        : [this.#verdict.backAtMs(this.#policy) ?? nowMs]
    return times.reduce((next, time) => (time > nowMs && time < next ? time : next), book.nextDueMs)
  }

  #occasion(alone: boolean): Occasion {
    return {
      alone,
      state: this.#state,
      metered: this.#line.metered,
      budgetBytesPerMonth: budgetOf(this.#policy, this.#line.metered),
      degraded: this.#quality.degraded !== undefined,
      risingSinceMs: this.#verdict.comeback.sinceMs,
      evidence: this.#evidence,
      account: this.#account,
      gateway: this.#gateway,
      portal: this.#portal,
    }
  }

  get #state(): WatchState {
    return this.#verdict.state
  }

  get #policy(): HealthPolicy {
    return this.#line.policy
  }

  get #gatewaySays() {
    return this.#gateway.says(this.#verdict.troubleSinceMs)
  }
}
