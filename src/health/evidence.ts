import { Asking, type Cause } from './asking.ts'
import { BENCH_MISSES_LEAST, QUALITY_PROBES, QUIET_MS, TIMEOUT_UNKNOWN_MS } from './constants.ts'
import { Loss } from './loss.ts'
import type { Evidence, WatchState } from './next-state.ts'
import { ProbeBook, type Probe, type Purpose } from './probe-book.ts'
import { RoundTrip } from './round-trip.ts'
import { Traffic, type Sample } from './traffic.ts'
import type { Witness } from './witness.ts'
import { Witnesses, type LastAnswer } from './witnesses.ts'

/** How many of the file's targets are silent since the last proof, and of how many. */
export interface Silence {
  readonly silent: number
  readonly targets: number
  readonly everAnswered: boolean
}

/** All that one line showed of itself: its users' packets, and what became of our probes. */
export class LineEvidence {
  readonly witnesses = new Witnesses()
  readonly traffic = new Traffic()
  readonly roundTrip = new RoundTrip()
  readonly loss = new Loss()
  readonly book = new ProbeBook()
  readonly asking = new Asking()
  /** Probes that nobody's silence brought about, oldest first: quality is judged by them. */
  readonly unprompted: Probe[] = []
  #lastProofMs = Number.NEGATIVE_INFINITY
  #lastAnswer: LastAnswer | undefined
  #lastHeardMs = Number.NEGATIVE_INFINITY
  #lastMissMs = Number.NEGATIVE_INFINITY
  #missedInARow = 0
  #doubtSinceMs: number | undefined
  #proven = false
  #quietBefore = false
  /** Targets that were silent since the last proof. */
  readonly #silent = new Set<string>()

  sample(sample: Sample, nowMs: number): void {
    this.traffic.sample(sample, nowMs)
    if (sample.life > 0) {
      this.#lastHeardMs = nowMs
      this.#doubtSinceMs = undefined
      this.asking.heard()
    }
    if (sample.handshakes > 0) this.prove(undefined, nowMs, nowMs)
  }

  /** Enters a probe that leaves now. */
  send(id: number, of: Witness, purpose: Purpose, state: WatchState, leastMs: number, nowMs: number): Probe {
    // A suspicion is no sleep: its burst waits as long as the question did.
    if (state.is !== 'suspect') this.#quietBefore = nowMs - this.#lastHeardMs >= QUIET_MS
    const afterQuiet = this.#quietBefore
    // The gateway is a step away, whatever the line's own delay.
    const usualMs = purpose === 'gateway' ? 0 : this.roundTrip.timeoutMs(of.base, afterQuiet)
    const counts = this.witnesses.witnesses(nowMs).includes(of)
    const probe: Probe = {
      id,
      of,
      purpose,
      sentAtMs: nowMs,
      dueMs: nowMs + Math.max(leastMs, usualMs),
      afterQuiet,
      counts,
      is: 'open',
    }
    this.book.add(probe, nowMs)
    of.asked()
    if (counts && (purpose === 'schedule' || purpose === 'survey')) {
      this.unprompted.push(probe)
      if (this.unprompted.length > 2 * QUALITY_PROBES) this.unprompted.shift()
    }
    return probe
  }

  /** A target answered, and truly. @param trusted the delay was not ours */
  answered(probe: Probe, delayMs: number, trusted: boolean, nowMs: number): void {
    const { of, counts, sentAtMs } = probe
    const wasMissing = probe.is === 'missing'
    probe.is = 'answered'
    probe.delayMs = delayMs
    if (trusted) this.roundTrip.learn(of.base, delayMs, probe.afterQuiet, nowMs)
    if (wasMissing && counts && of.silent <= BENCH_MISSES_LEAST) this.loss.takeBack(1)
    of.answered(delayMs)
    if (counts) this.loss.answered()
    this.prove(of, sentAtMs, nowMs)
  }

  /** Both ways work. @param by absent: a SYN-ACK */
  prove(by: Witness | undefined, sentAtMs: number, nowMs: number): void {
    this.witnesses.answered(by, sentAtMs, this.loss, nowMs)
    this.#lastAnswer = { by, sentAtMs }
    this.#lastProofMs = nowMs
    this.#lastHeardMs = nowMs
    this.#missedInARow = 0
    this.#doubtSinceMs = undefined
    this.#silent.clear()
    this.#proven = true
    this.loss.settle()
    this.traffic.settled()
    this.asking.close()
  }

  /**
   * A probe's time is over.
   * @param usual the line is no wreck: what it loses is its usual loss
   * @returns whether a witness missed twice in a short time
   */
  missed(probe: Probe, usual: boolean, withinMs: number, nowMs: number): boolean {
    const { of, counts, sentAtMs } = probe
    this.witnesses.missed(of, sentAtMs, this.#lastAnswer, this.loss, nowMs)
    if (!of.reserve) this.#silent.add(of.key)
    if (!counts || !usual) return false
    if (of.silent <= BENCH_MISSES_LEAST) this.loss.missed()
    this.#missedInARow++
    if (probe.purpose === 'schedule' && this.#lastHeardMs <= sentAtMs) this.#doubtSinceMs = sentAtMs
    const twice = nowMs - this.#lastMissMs <= withinMs
    this.#lastMissMs = nowMs
    return twice
  }

  /** How things stand; what was proven since the last look counts once. */
  look(state: WatchState): Omit<Evidence, 'refuted' | 'cameBack'> {
    const proven = this.#proven
    this.#proven = false
    return {
      proven,
      lastProofMs: this.#lastProofMs,
      lively: this.traffic.livelySince(state.sinceMs),
      lifeNow: this.traffic.lifeNow,
      questionMissed: this.asking.isMissed(this.traffic),
      missedInARow: this.#missedInARow,
      lossRatio: this.loss.ratio,
      hasWitness: this.hasWitness,
      unanswered: this.traffic.unanswered,
      unansweredSinceMs: this.traffic.unansweredSinceMs,
    }
  }

  cause(nowMs: number): Cause {
    return {
      traffic: this.traffic,
      hasWitness: this.hasWitness,
      doubtSinceMs: this.#doubtSinceMs,
      missedInARow: this.#missedInARow,
      lastProofMs: this.#lastProofMs,
      timeoutMs: this.traffic.unansweredSinceMs === undefined ? 0 : this.#timeoutMs(nowMs),
    }
  }

  get hasWitness(): boolean {
    return this.witnesses.all.some(({ witness }) => witness)
  }

  get lastProofMs(): number {
    return this.#lastProofMs
  }

  get silence(): Silence {
    const { ordinary } = this.witnesses
    const witnesses = ordinary.filter(({ witness }) => witness)
    const asked = witnesses.length > 0 ? witnesses : ordinary
    return {
      silent: asked.filter(({ key }) => this.#silent.has(key)).length,
      targets: asked.length,
      everAnswered: this.witnesses.all.some(({ known }) => known),
    }
  }

  /** It was away, or dead: what hung then says nothing of what comes. Targets, delays and loss stay known. */
  beginAnew(): void {
    this.book.clear()
    for (const one of this.witnesses.all) one.outdate()
    this.forgetOutage()
    this.#proven = false
  }

  /** It is down: what was lost since the last proof was lost to that. */
  endInOutage(): void {
    for (const one of this.witnesses.all) if (one.silent === 0) one.outdate()
    this.loss.unlearnOutage()
    this.asking.close()
    this.traffic.forget()
    this.unprompted.length = 0
  }

  forgetOutage(): void {
    this.traffic.forget()
    this.asking.close()
    this.unprompted.length = 0
    this.#missedInARow = 0
    this.#doubtSinceMs = undefined
    this.#silent.clear()
  }

  /** Of a user's packet: as long as the slowest witness may take. */
  #timeoutMs(nowMs: number): number {
    const afterQuiet = nowMs - this.#lastHeardMs >= QUIET_MS
    let mostMs = 0
    for (const { base } of this.witnesses.witnesses(nowMs)) {
      mostMs = Math.max(mostMs, this.roundTrip.timeoutMs(base, afterQuiet))
    }
    return mostMs || TIMEOUT_UNKNOWN_MS
  }
}
