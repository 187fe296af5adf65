import type { Account } from './account.ts'
import {
  BURST_GAP_MS,
  BURST_LONG_MS,
  GATEWAY_TIMEOUT_MS,
  METERED_SURVEY_GAP_MS,
  RESERVE_EVERY,
  SURVEY_GAP_MS,
  SURVEY_PROBES,
  TIMEOUT_UNKNOWN_MS,
} from './constants.ts'
import type { LineEvidence } from './evidence.ts'
import type { GatewayCheck } from './gateway-check.ts'
import type { WatchState } from './next-state.ts'
import type { PortalCheck } from './portal-check.ts'
import type { Probe, Purpose } from './probe-book.ts'
import { downGapMs, probeGapMs } from './schedule.ts'
import type { Witness } from './witness.ts'

/** All that decides what a line is asked next. */
export interface Occasion {
  readonly alone: boolean
  readonly state: WatchState
  readonly metered: boolean
  readonly budgetBytesPerMonth: number | undefined
  readonly degraded: boolean
  /** It is down, and answers since then. */
  readonly risingSinceMs: number | undefined
  readonly evidence: LineEvidence
  readonly account: Account
  readonly gateway: GatewayCheck
  readonly portal: PortalCheck
}

/** @param leastMs how long an answer may take at the least */
export type Send = (of: Witness, purpose: Purpose, leastMs: number) => Probe

/** What a line is asked, and when: a schedule while it works, a burst while it is suspected, patience while it is down. */
export class Rhythm {
  /** Of the state's own beat: openings, bursts, probes while it is down. */
  #beatMs = 0
  #beats = 0
  #scheduledMs = Number.NEGATIVE_INFINITY
  #surveyMs = 0
  #surveyLeft = 0
  #surveyedMs = Number.NEGATIVE_INFINITY

  /** A new state has a new beat. */
  begin(nowMs: number): void {
    this.#beatMs = nowMs
    this.#beats = 0
    // What a suspicion cuts short is begun again after it.
    if (this.#surveyLeft > 0) this.#surveyedMs = Number.NEGATIVE_INFINITY
    this.#surveyLeft = 0
  }

  hasten(nowMs: number): void {
    this.#beatMs = nowMs
  }

  /** @param because misses ask for one now and then; what a line that has just come up loses is measured besides */
  survey(because: 'misses' | 'news', metered: boolean, nowMs: number): void {
    if (nowMs - this.#surveyedMs < (metered ? METERED_SURVEY_GAP_MS : SURVEY_GAP_MS)) return
    if (because === 'misses') this.#surveyedMs = nowMs
    this.#surveyLeft = SURVEY_PROBES
    this.#surveyMs = nowMs
  }

  ask(occasion: Occasion, judgeAtMs: number, nowMs: number, send: Send): void {
    const { state, gateway, portal, metered } = occasion
    const neighbour = gateway.due(state, nowMs)
    if (neighbour !== undefined) send(neighbour, 'gateway', GATEWAY_TIMEOUT_MS)
    for (const page of portal.due(metered, nowMs)) send(page, 'portal', 0)
    if (state.is === 'up') this.#askWorking(occasion, judgeAtMs, nowMs, send)
    else if (nowMs >= this.#beatMs) this.#beat(occasion, nowMs, send)
  }

  /** When to look again, if nothing happens before. */
  wakeMs(occasion: Occasion, nowMs: number): number {
    const { state, evidence, gateway, portal } = occasion
    const checksMs = Math.min(gateway.nextAtMs, portal.nextAtMs)
    if (state.is !== 'up') return Math.min(checksMs, this.#beatMs)
    return Math.min(
      checksMs,
      this.nextProbeMs(occasion, nowMs),
      this.#surveyLeft > 0 ? this.#surveyMs : Number.POSITIVE_INFINITY,
      evidence.asking.dueMs(evidence.cause(nowMs)),
    )
  }

  nextProbeMs(occasion: Occasion, nowMs: number): number {
    const { state, account } = occasion
    if (state.is !== 'up') return this.#beatMs
    return Math.max(this.#scheduledMs + gapMs(occasion, nowMs), account.allowsScheduledAtMs(nowMs))
  }

  #askWorking(occasion: Occasion, judgeAtMs: number, nowMs: number, send: Send): void {
    const { evidence, account } = occasion
    const { witnesses, asking, traffic } = evidence
    const cause = evidence.cause(nowMs)
    if (asking.isDue(cause, judgeAtMs, nowMs)) {
      const probes = witnesses.forQuestion(nowMs).map((of) => send(of, 'question', 0))
      asking.ask(probes, cause, nowMs)
    }
    if (this.#surveyLeft > 0 && nowMs >= this.#surveyMs) {
      const of = witnesses.nextCheap(nowMs)
      if (of !== undefined) send(of, 'survey', 0)
      this.#surveyLeft--
      this.#surveyMs = nowMs + BURST_GAP_MS
    }
    if (nowMs >= this.#scheduledMs + gapMs(occasion, nowMs) && account.allowsScheduled(nowMs)) {
      const of = witnesses.nextScheduled(nowMs)
      if (of !== undefined) send(of, 'schedule', 0)
      const candidate = witnesses.onTrial(nowMs)
      if (candidate !== undefined) send(candidate, 'trial', 0)
      this.#scheduledMs = nowMs
      traffic.packetsSinceProbe = 0
    }
  }

  #beat(occasion: Occasion, nowMs: number, send: Send): void {
    const { evidence, account, state, risingSinceMs, metered, alone } = occasion
    const { witnesses } = evidence
    const beat = this.#beats++
    if (state.is === 'unknown') {
      const probes = witnesses.ordinary.map((of) => send(of, 'question', TIMEOUT_UNKNOWN_MS))
      evidence.asking.ask(probes, evidence.cause(nowMs), nowMs)
      this.#beatMs = nowMs + TIMEOUT_UNKNOWN_MS
      return
    }
    const purpose = state.is === 'suspect' ? 'burst' : 'comeback'
    const of = witnesses.next(nowMs)
    if (of !== undefined) send(of, purpose, 0)
    const reserve = beat % RESERVE_EVERY === 0 ? witnesses.nextReserve() : undefined
    if (reserve !== undefined && reserve !== of) send(reserve, 'trial', 0)
    const sinceMs = nowMs - (risingSinceMs ?? state.sinceMs)
    const patientMs = downGapMs(sinceMs, metered, risingSinceMs !== undefined)
    const isQuick = state.is === 'suspect' ? sinceMs < BURST_LONG_MS : alone && risingSinceMs !== undefined
    // The first burst tells a dead line, and what answers is soon back: both are worth it. All else keeps to the budget.
    const mayAskAtMs = isQuick || risingSinceMs !== undefined ? nowMs : account.allowsScheduledAtMs(nowMs)
    this.#beatMs = Math.max(nowMs + (isQuick ? BURST_GAP_MS : patientMs), mayAskAtMs)
  }
}

function gapMs(occasion: Occasion, nowMs: number): number {
  const { evidence, account, metered, budgetBytesPerMonth, degraded } = occasion
  return probeGapMs({
    metered,
    budgetBytesPerMonth,
    busy: evidence.traffic.busy,
    mayBeBusy: account.allowsBusy(nowMs),
    packetsSinceProbe: evidence.traffic.packetsSinceProbe,
    degraded,
    doubted: evidence.witnesses.witnesses(nowMs).some(({ silent }) => silent > 0),
  })
}
