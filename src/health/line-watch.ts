import type { HealthPolicy, LineReport, ProbeAnswer } from '../model/index.ts'
import { Account, budgetOf } from './account.ts'
import { Comeback } from './comeback.ts'
import {
  FLAPPING_PENALTY,
  LATE_ANSWER_MS,
  MUTE_MS,
  PORTAL_TIMEOUT_MS,
  SURVEY_MISSES_MS,
} from './constants.ts'
import { LineEvidence } from './evidence.ts'
import { GatewayCheck } from './gateway-check.ts'
import { judge, type Quality } from './judge.ts'
import { nextState, type WatchState } from './next-state.ts'
import { holdMs, Penalty } from './penalty.ts'
import { PortalCheck } from './portal-check.ts'
import { PROBE_BYTES } from './probe-bytes.ts'
import type { Probe, Purpose } from './probe-book.ts'
import { Rhythm, type Occasion } from './rhythm.ts'
import { told } from './told.ts'
import type { Sample } from './traffic.ts'
import type { Witness } from './witness.ts'

/** A line to watch. */
export interface WatchedLine {
  readonly name: string
  readonly policy: HealthPolicy
  /** It costs by volume: its probes keep to a budget. */
  readonly metered: boolean
  /** It has device, carrier and address; else there is nothing to ask. */
  readonly usable: boolean
  /** Absent on PPP and tunnels. */
  readonly gateway?: string
}

/** Sends a probe; its number. */
export type Ask = (target: Witness) => number

/** What the other lines say at a moment. */
export interface Company {
  /** No other line works: this one is taken back as soon as it answers well. */
  readonly alone: boolean
}

/** One line: what it shows, what that makes of it, and what to ask next. */
export class LineWatch {
  #line: WatchedLine
  #state: WatchState
  readonly #evidence = new LineEvidence()
  readonly #penalty = new Penalty()
  readonly #comeback = new Comeback()
  readonly #account = new Account()
  readonly #gateway = new GatewayCheck()
  readonly #portal = new PortalCheck()
  readonly #rhythm = new Rhythm()
  #quality: Quality = {}
  #refuted = false
  /** It was up before it went down: that counts against it. */
  #fell = false
  /** Since when it is not as it should be. */
  #troubleSinceMs = 0
  #wakeMs = 0

  constructor(line: WatchedLine, nowMs: number) {
    this.#line = line
    this.#state = { is: 'unknown', sinceMs: nowMs }
    this.#take(line, nowMs)
    if (this.isWatched) this.#start(nowMs)
  }

  get name(): string {
    return this.#line.name
  }

  /** There is something to ask, and somebody. */
  get isWatched(): boolean {
    return this.#line.usable && this.#line.policy.targets.length > 0
  }

  /** Takes connections, as far as is known. */
  get works(): boolean {
    return this.#line.usable && (this.health === 'up' || this.#line.policy.targets.length === 0)
  }

  get health(): LineReport['health'] {
    return this.#portal.found === undefined ? this.#state.is : 'down'
  }

  /** What is known of it stays, unless it was unplugged meanwhile. */
  follow(line: WatchedLine, nowMs: number): void {
    const wasWatched = this.isWatched
    this.#take(line, nowMs)
    if (wasWatched && !this.isWatched) this.#stop(nowMs)
    if (!wasWatched && this.isWatched) this.#start(nowMs)
    this.#wakeMs = nowMs
  }

  sample(sample: Sample, nowMs: number): void {
    if (this.isWatched) this.#evidence.sample(sample, nowMs)
  }

  /** @param trusted our own lateness is no part of the delay */
  answered(id: number, answer: ProbeAnswer, trusted: boolean, nowMs: number): void {
    const { book } = this.#evidence
    const probe = book.get(id)
    if (probe === undefined || probe.is === 'answered') return
    if (answer.answered) {
      book.close(probe)
      this.#account.spend(PROBE_BYTES[probe.of.target.kind].answers, nowMs)
      this.#heard(probe, answer.delayMs, answer.falsely, trusted, nowMs)
    } else if (answer.unasked) {
      if (probe.is === 'open') probe.is = 'unasked'
      book.withdraw(probe)
    } else if (probe.is === 'open') {
      probe.is = 'missing'
      this.#missed(probe, nowMs)
    }
  }

  /**
   * Draws the conclusions, and asks what is to be asked now.
   * @param judgeAtMs answers that came until then were read: nothing younger is missing
   */
  tick(nowMs: number, judgeAtMs: number, { alone }: Company, ask: Ask): void {
    if (!this.isWatched) return
    for (const probe of this.#evidence.book.overdue(judgeAtMs)) this.#missed(probe, nowMs)
    this.#move(alone, nowMs)
    this.#rhythm.ask(this.#occasion(alone), judgeAtMs, nowMs, (of, purpose, leastMs) =>
      this.#send(ask(of), of, purpose, leastMs, nowMs),
    )
    this.#wakeMs = Math.min(this.#rhythm.wakeMs(this.#occasion(alone), nowMs), this.#decidesAtMs(nowMs))
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

  /** Its silence may be the Internet's: the gateway is there, as far as is known. */
  get isSilentBeyondGateway(): boolean {
    const isSilent = this.#state.is === 'suspect' || this.#state.is === 'down'
    return (
      isSilent && this.#portal.found === undefined && this.#gateway.says(this.#troubleSinceMs) !== 'silent'
    )
  }

  /** @param everywhere so are all the others, and there are some */
  report(everywhere: boolean, nowMs: number): LineReport {
    const { witnesses, book } = this.#evidence
    const { rttMs, jitterMs, lossRatio, degraded } = this.#quality
    const { health } = this
    const heldMs = this.#heldMs()
    const portal = this.#portal.found
    const findings = told({
      ...this.#evidence.silence,
      health,
      portal: portal?.why,
      gateway: this.#gateway.says(this.#troubleSinceMs),
      everywhere,
      namesFail: witnesses.namesFail,
      degraded,
      lossRatio,
      rttMs,
      heldMs,
    })
    return {
      line: this.#line.name,
      health,
      sinceMs: portal !== undefined && this.#state.is !== 'down' ? portal.sinceMs : this.#state.sinceMs,
      ...(health === 'up' && degraded !== undefined ? { degraded } : {}),
      ...findings,
      ...(rttMs === undefined ? {} : { rttMs }),
      ...(jitterMs === undefined ? {} : { jitterMs }),
      ...(lossRatio === undefined ? {} : { lossRatio }),
      ...(heldMs === undefined ? {} : { backAtMs: (this.#comeback.sinceMs ?? nowMs) + heldMs }),
      penalty: this.#penalty.at(nowMs),
      ...(this.isWatched ? { nextProbeAtMs: this.#rhythm.nextProbeMs(this.#occasion(false), nowMs) } : {}),
      probes: book.counts,
      targets: witnesses.all.filter(({ reserve, known }) => !reserve || known).map((one) => one.report()),
    }
  }

  #take(line: WatchedLine, nowMs: number): void {
    this.#line = line
    this.#evidence.follow(line.policy.targets)
    this.#account.follow(budgetOf(line.policy, line.metered), nowMs)
    this.#gateway.follow(line.gateway, nowMs)
  }

  /** It came, or came back: asked at once, and used until it is found dead; unless it came and went too often. */
  #start(nowMs: number): void {
    const flaps = this.#penalty.at(nowMs) >= FLAPPING_PENALTY
    this.#state = { is: flaps ? 'down' : 'unknown', sinceMs: nowMs }
    this.#fell = false
    this.#troubleSinceMs = nowMs
    this.#evidence.beginAnew()
    this.#comeback.clear()
    this.#rhythm.begin(nowMs)
    this.#gateway.askSoon(nowMs)
    this.#portal.askSoon(nowMs)
    this.#wakeMs = nowMs
  }

  #stop(nowMs: number): void {
    if (this.#state.is === 'up' || this.#state.is === 'suspect') this.#penalty.add(nowMs)
    this.#state = { is: 'unknown', sinceMs: nowMs }
    this.#quality = {}
    this.#portal.forget()
    this.#evidence.beginAnew()
  }

  #heard(probe: Probe, delayMs: number, falsely: string | undefined, trusted: boolean, nowMs: number): void {
    const { of, purpose, sentAtMs } = probe
    if (purpose === 'gateway') {
      probe.is = 'answered'
      this.#gateway.answered(delayMs, nowMs)
      return
    }
    const isPage = of.target.kind === 'http' || of.target.kind === 'https'
    if (isPage) this.#portal.answered(of, falsely, nowMs)
    if (falsely !== undefined) {
      // Somebody answered, and not the one who was asked: no proof of the way there, and no loss either.
      probe.is = 'unasked'
      of.answeredFalsely(nowMs)
      return
    }
    if (this.#state.is === 'down' && purpose !== 'portal') this.#answersAgain(sentAtMs, nowMs)
    if (of.reserve && this.#state.is !== 'up') this.#evidence.witnesses.callReserves(nowMs)
    this.#evidence.answered(probe, delayMs, trusted && purpose !== 'portal', nowMs)
    this.#judge(nowMs)
  }

  /** Of a probe that was sent before the verdict, it refutes it; else the line is on its way back. */
  #answersAgain(sentAtMs: number, nowMs: number): void {
    if (sentAtMs < this.#state.sinceMs) {
      if (nowMs - sentAtMs <= LATE_ANSWER_MS) this.#refuted = true
      return
    }
    if (this.#comeback.sinceMs === undefined) {
      this.#portal.askSoon(nowMs)
      this.#rhythm.hasten(nowMs)
    }
    this.#comeback.answered(nowMs)
  }

  #missed(probe: Probe, nowMs: number): void {
    const { of, purpose } = probe
    if (purpose === 'gateway') return this.#gateway.missed()
    if (of.target.kind === 'http' || of.target.kind === 'https') this.#portal.missed(of)
    if (purpose === 'portal') return
    const twice = this.#evidence.missed(probe, this.#state.is !== 'down', SURVEY_MISSES_MS, nowMs)
    if (twice && this.#state.is === 'up' && this.#quality.degraded !== 'lossy') this.#survey(nowMs)
    this.#judge(nowMs)
  }

  #move(alone: boolean, nowMs: number): void {
    const was = this.#state
    const look = this.#evidence.look(was)
    const cameBack = was.is === 'down' && this.#cameBack(alone, nowMs)
    this.#state = nextState(was, { ...look, refuted: this.#refuted, cameBack }, this.#policy, nowMs)
    if (this.#state.is !== was.is) this.#entered(was.is, nowMs)
    this.#refuted = false
  }

  #cameBack(alone: boolean, nowMs: number): boolean {
    if (this.#comeback.look(this.#evidence.loss.ratio) !== 'answers well') return false
    const heldMs = this.#heldMs()
    const isOver = alone || (heldMs !== undefined && nowMs - (this.#comeback.sinceMs ?? nowMs) >= heldMs)
    // A login page is looked for before anybody is sent there.
    return isOver && !this.#evidence.book.isOpen('portal')
  }

  #entered(was: WatchState['is'], nowMs: number): void {
    this.#rhythm.begin(nowMs)
    if (was === 'up' || was === 'unknown') this.#troubleSinceMs = nowMs
    switch (this.#state.is) {
      case 'suspect':
        this.#fell = was === 'up'
        this.#gateway.askSoon(nowMs)
        this.#portal.askSoon(nowMs)
        break
      case 'down':
        if (this.#fell) this.#penalty.add(nowMs)
        this.#evidence.loss.unlearnOutage()
        this.#evidence.asking.close()
        this.#evidence.traffic.forget()
        this.#evidence.unprompted.length = 0
        this.#comeback.clear()
        this.#quality = {}
        break
      case 'up':
        if (this.#refuted && this.#fell) this.#penalty.takeBack(nowMs)
        if (was === 'down') this.#evidence.forgetOutage()
        this.#survey(nowMs)
        break
      case 'unknown':
        break
    }
  }

  /** Measures the loss there and then. */
  #survey(nowMs: number): void {
    this.#rhythm.survey(this.#line.metered, nowMs)
  }

  #judge(nowMs: number): void {
    const samples = this.#evidence.unprompted.filter(({ of, is }) => !of.benched && is !== 'unasked')
    this.#quality = judge(samples, this.#policy, nowMs, this.#quality.degraded)
  }

  #send(id: number, of: Witness, purpose: Purpose, leastMs: number, nowMs: number): Probe {
    const least = purpose === 'portal' ? PORTAL_TIMEOUT_MS : leastMs
    const probe = this.#evidence.send(id, of, purpose, this.#state, least, nowMs)
    this.#account.spend(PROBE_BYTES[of.target.kind].asks, nowMs)
    if (purpose === 'comeback') this.#comeback.sent(probe)
    return probe
  }

  #heldMs(): number | undefined {
    if (this.#state.is !== 'down' || this.#comeback.sinceMs === undefined) return undefined
    return holdMs(this.#penalty.at(this.#comeback.sinceMs), this.#policy)
  }

  /** When time alone may decide something. */
  #decidesAtMs(nowMs: number): number {
    const { book, traffic } = this.#evidence
    const heldMs = this.#heldMs()
    const times = [
      this.#state.is === 'suspect' ? this.#state.sinceMs + this.#policy.suspicionMs : nowMs,
      this.#state.is === 'suspect' ? (traffic.unansweredSinceMs ?? nowMs) + MUTE_MS : nowMs,
      heldMs === undefined ? nowMs : (this.#comeback.sinceMs ?? nowMs) + heldMs,
    ]
    return times.reduce((next, time) => (time > nowMs && time < next ? time : next), book.nextDueMs)
  }

  get #policy(): HealthPolicy {
    return this.#line.policy
  }

  #occasion(alone: boolean): Occasion {
    return {
      alone,
      state: this.#state,
      metered: this.#line.metered,
      budgetBytesPerMonth: budgetOf(this.#policy, this.#line.metered),
      degraded: this.#quality.degraded !== undefined,
      risingSinceMs: this.#comeback.sinceMs,
      evidence: this.#evidence,
      account: this.#account,
      gateway: this.#gateway,
      portal: this.#portal,
    }
  }
}
