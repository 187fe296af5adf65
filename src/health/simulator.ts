/** A pretend world for the tests of this room: lines that lose, delay and die, users on them, and time that jumps. */
import {
  DEFAULT_HEALTH,
  type Family,
  type HealthPolicy,
  type LineHealth,
  type LineReport,
  type ProbeAnswer,
  type ProbeTarget,
} from '../model/index.ts'
import { SAMPLE_MS } from './constants.ts'
import { Fleet } from './fleet.ts'
import type { WatchedLine } from './watched-line.ts'
import type { Sample } from './traffic.ts'

export interface PretendLine {
  readonly name?: string
  readonly policy?: Partial<HealthPolicy>
  readonly metered?: boolean
  readonly family?: Family
  readonly gateway?: string
  /** What comes back of a probe sent then; nothing: silence. 50 ms if not given. */
  readonly answer?: (target: ProbeTarget, atMs: number, dice: () => number) => ProbeAnswer | undefined
  /** What its users do in the 50 ms before. Nothing if not given; `undefined`: nobody counts. */
  readonly sample?: (atMs: number, dice: () => number) => Sample
}

export interface Change {
  readonly atMs: number
  readonly line: string
  readonly health: LineHealth
  readonly report: LineReport
}

export const QUIET: Sample = { sent: 0, life: 0, handshakes: 0 }
export const answer = (delayMs: number): ProbeAnswer => ({ answered: true, delayMs })
export const falsely = (delayMs: number, what: string): ProbeAnswer => ({
  answered: true,
  delayMs,
  falsely: what,
})

/** As a login page does. */
export const elsewhere = (delayMs: number, what: string): ProbeAnswer => ({
  answered: true,
  delayMs,
  falsely: what,
  portal: true,
})

type Event =
  | { readonly atMs: number; readonly is: 'tick' | 'sample' }
  | { readonly atMs: number; readonly is: 'answer'; readonly probe: number; readonly answer: ProbeAnswer }

export class Simulation {
  readonly fleet = new Fleet()
  readonly changes: Change[] = []
  /** When three or more probes left at once on a line, and which. */
  readonly questions: { readonly atMs: number; readonly line: string }[] = []
  readonly asked: { readonly atMs: number; readonly line: string; readonly target: ProbeTarget }[] = []
  ticks = 0
  nowMs = 0
  readonly #lines: Map<string, PretendLine>
  #answers: Extract<Event, { is: 'answer' }>[] = []
  readonly #dice: () => number
  #wakeMs = 0
  #sampleMs: number
  /** When the fleet wants to know the counters next, and what they counted until then. */
  #readMs = 0
  readonly #counted = new Map<string, Sample>()
  #health = new Map<string, LineHealth>()
  /** Nothing of ours runs until then, and answers wait. */
  #heldUntilMs = 0

  /** @param counted whether there are counters at all; without them long quiet times pass fast */
  constructor(lines: readonly PretendLine[], { seed = 1, counted = true } = {}) {
    this.#lines = new Map(lines.map((line, i) => [line.name ?? `line${i + 1}`, line]))
    this.#dice = seeded(seed)
    this.#sampleMs = counted ? SAMPLE_MS : Number.POSITIVE_INFINITY
    this.follow()
  }

  /** @param unplugged lines without carrier @param ways of lines that are left by another one */
  follow(unplugged: readonly string[] = [], ways: Readonly<Record<string, string>> = {}): void {
    const watched = [...this.#lines].map(([name, line]): WatchedLine => ({
      name,
      family: line.family ?? 'ipv4',
      policy: { ...DEFAULT_HEALTH, ...line.policy },
      metered: line.metered ?? false,
      usable: !unplugged.includes(name),
      ...(line.gateway === undefined ? {} : { gateway: line.gateway }),
      way: ways[name] ?? '',
    }))
    this.fleet.follow(watched, this.nowMs)
    this.#tick()
  }

  /** The file says something else of a line from now on. */
  setPolicy(name: string, policy: Partial<HealthPolicy>): void {
    this.#lines.set(name, { ...this.#lines.get(name), policy })
    this.follow()
  }

  runUntil(endMs: number): this {
    for (let event = this.#next(); event.atMs <= endMs; event = this.#next()) {
      this.nowMs = event.atMs
      if (event.is === 'answer') {
        this.#answers.splice(this.#answers.indexOf(event), 1)
        this.fleet.answered(event.probe, event.answer, this.nowMs)
      } else if (event.is === 'sample') {
        this.#sampleMs = this.nowMs + SAMPLE_MS
        if (!this.#count()) continue
      }
      this.#tick()
    }
    this.nowMs = endMs
    return this
  }

  /** Lines are described by what passes in 50 ms; the counters go on when they are read less often. @returns whether they were */
  #count(): boolean {
    for (const [name, line] of this.#lines) {
      const { sent, life, handshakes } = this.#counted.get(name) ?? QUIET
      const more = line.sample?.(this.nowMs, this.#dice) ?? QUIET
      this.#counted.set(name, {
        sent: sent + more.sent,
        life: life + more.life,
        handshakes: handshakes + more.handshakes,
      })
    }
    if (this.nowMs < this.#readMs) return false
    this.#readMs = this.fleet.sample(new Map(this.#counted), this.nowMs)
    this.#counted.clear()
    return true
  }

  /** Our own loop is blocked for so long; what waits in the sockets is read after the timers. */
  block(durationMs: number): void {
    this.#heldUntilMs = this.nowMs + durationMs
    this.#sampleMs = Math.max(this.#sampleMs, this.#heldUntilMs)
    this.#wakeMs = Math.max(this.#wakeMs, this.#heldUntilMs)
    const readMs = this.#heldUntilMs + 1
    this.#answers = this.#answers.map((one) => ({ ...one, atMs: Math.max(one.atMs, readMs) }))
  }

  /** Until the next probe has left. */
  runUntilAsked(): this {
    for (const before = this.asked.length; this.asked.length === before;) this.runUntil(this.nowMs + 1)
    return this
  }

  report(line = 'line1'): LineReport {
    const report = this.fleet.reports(this.nowMs).find((one) => one.line === line)
    if (report === undefined) throw new Error(`there is no line ${line}`)
    return report
  }

  /** When the line became that, from a moment on. */
  when(health: LineHealth, sinceMs = 0, line = 'line1'): number | undefined {
    return this.changes.find((one) => one.line === line && one.health === health && one.atMs >= sinceMs)?.atMs
  }

  count(health: LineHealth, sinceMs = 0): number {
    return this.changes.filter((one) => one.health === health && one.atMs >= sinceMs).length
  }

  #next(): Event {
    const first = this.#answers[0]
    if (this.#sampleMs <= this.#wakeMs && this.#sampleMs < (first?.atMs ?? Number.POSITIVE_INFINITY)) {
      return { is: 'sample', atMs: this.#sampleMs }
    }
    if (first !== undefined && first.atMs <= this.#wakeMs) return first
    return { is: 'tick', atMs: this.#wakeMs }
  }

  #tick(): void {
    this.ticks++
    const { ask, wakeAtMs, changed } = this.fleet.tick(this.nowMs)
    this.#wakeMs = wakeAtMs
    const perLine = new Map<string, number>()
    for (const { probe, line, target } of ask) {
      this.asked.push({ atMs: this.nowMs, line, target })
      perLine.set(line, (perLine.get(line) ?? 0) + 1)
      const pretend = this.#lines.get(line)
      const comes =
        pretend?.answer === undefined ? answer(50) : pretend.answer(target, this.nowMs, this.#dice)
      if (comes !== undefined) this.#deliver(probe, comes)
    }
    for (const [line, probes] of perLine) if (probes >= 3) this.questions.push({ atMs: this.nowMs, line })
    if (!changed) return
    for (const report of this.fleet.reports(this.nowMs)) {
      if (this.#health.get(report.line) === report.health) continue
      this.#health.set(report.line, report.health)
      this.changes.push({ atMs: this.nowMs, line: report.line, health: report.health, report })
    }
  }

  #deliver(probe: number, comes: ProbeAnswer): void {
    const atMs = Math.max(this.nowMs + (comes.answered ? comes.delayMs : 0), this.#heldUntilMs + 1)
    const index = this.#answers.findIndex((one) => one.atMs > atMs)
    const event = { is: 'answer', atMs, probe, answer: comes } as const
    this.#answers.splice(index === -1 ? this.#answers.length : index, 0, event)
  }
}

/** Mulberry32: the same dice for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
