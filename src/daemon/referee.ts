import type { KernelEvent } from '../kernel/index.ts'
import type { Culprit, KernelState, Move } from '../model/index.ts'
import type { Chapter, Note } from '../plan/index.ts'
import { LONGEST_PAUSE_MS, PEACE, REPAIRS, missed, quiet, repaired, waitMs, type Fight } from './fight.ts'
import type { Journal } from './journal.ts'
import type { Log } from './log.ts'
import { countRepairs, describeCulprits, kindsOf, repairsAmong, type Repair } from './repairs.ts'
import { Takers } from './takers.ts'

/**
 * Between us and others who lay hands on what is ours: says who it was, and when it is wiser to wait with a repair.
 * `before` is always what was wished, and so, after the last pass.
 */
export class Referee {
  readonly #log: Log
  readonly #journal: Journal
  readonly #nowMs: () => number
  readonly #takers = new Takers()
  #fight: Fight = PEACE
  /** Of the fight, as it was told last. */
  #opponent = NOBODY
  /** Since the last pass; what goes with a link goes without a culprit, and a line that comes back waits for nobody. */
  #linksMoved = false

  constructor(log: Log, journal: Journal, nowMs: () => number = () => performance.now()) {
    this.#log = log
    this.#journal = journal
    this.#nowMs = nowMs
  }

  heard({ about, took, by }: KernelEvent): void {
    if (took !== undefined && by !== undefined) this.#takers.note(took, by, this.#nowMs())
    else if (about === 'link') this.#linksMoved = true
  }

  /** How long all of this must wait, because it is fought over; 0: it is to be done now. */
  waitMs(moves: readonly Move[], before: KernelState | undefined): number {
    if (moves.length === 0) return 0
    const repairs = this.#repairs(moves, before)
    const [things, nowMs] = [repairs.map(({ thing }) => thing), this.#nowMs()]
    this.#fight = missed(this.#fight, things, nowMs)
    return this.#linksMoved || repairs.length < moves.length ? 0 : waitMs(this.#fight, things, nowMs)
  }

  /** Why something is left as it is. */
  whyNot(moves: readonly Move[], before: KernelState | undefined): string {
    const repairs = this.#repairs(moves, before)
    const [are, them] = repairs.length === 1 ? ['is', 'it'] : ['are', 'them']
    return `${countRepairs(repairs)} of ours ${are} missing, because ${this.#opponent.by} keeps removing ${them}`
  }

  /**
   * A pass put this right, as far as it stayed so. Tells who made that necessary.
   * @returns the chapters, with the culprit as the reason
   */
  judge(
    moves: readonly Move[],
    before: KernelState | undefined,
    chapters: readonly Chapter[],
  ): readonly Chapter[] {
    const nowMs = this.#nowMs()
    const repairs = this.#repairs(moves, before)
    const things = repairs.map(({ thing }) => thing)
    const culprits = this.#takers.of(things, nowMs)
    const wentByItself = culprits.length === 0 && this.#linksMoved
    this.#linksMoved = false
    this.#takers.forget(things)
    if (moves.length === 0) this.#calmDown(nowMs)
    if (repairs.length === 0 || wentByItself) return chapters
    this.#tell(repairs, culprits, repaired(this.#fight, [...new Set(things)], nowMs))
    return named(chapters, repairs, `removed by ${describeCulprits(culprits)}, not by us`)
  }

  /** For `status`, while a fight lasts. */
  get note(): Note | undefined {
    return this.#fight.contest === undefined
      ? undefined
      : {
          code: 'fought-over',
          severity: 'warning',
          text: this.#complaint(this.#fight.contest.pauseMs),
          help: 'stop that program from removing what it did not make: multihome explain MH532',
        }
  }

  #repairs(moves: readonly Move[], before: KernelState | undefined): Repair[] {
    const nowMs = this.#nowMs()
    return repairsAmong(moves, before, (thing) => this.#takers.has(thing, nowMs))
  }

  #tell(repairs: readonly Repair[], culprits: readonly Culprit[], now: Fight): void {
    const before = this.#fight.contest?.things
    this.#fight = now
    const { contest } = now
    const fought = repairs.filter(({ thing }) => contest?.things.has(thing) === true)
    if (contest !== undefined && fought.length > 0) {
      const isKnown = culprits.length > 0 || this.#opponent.by === ''
      const by = isKnown ? describeCulprits(culprits) : this.#opponent.by
      this.#opponent = { by, kinds: kindsOf(fought) }
      if (!fought.every(({ thing }) => before?.has(thing))) this.#warn(this.#complaint(contest.pauseMs))
    }
    if (fought.length === repairs.length) return
    const verb = repairs.every(({ move }) => isChange(move)) ? 'changed' : 'removed'
    const what = countRepairs(repairs)
    this.#warn(`${verb} by ${describeCulprits(culprits)}, not by us: ${what}; put back`)
  }

  #warn(text: string): void {
    this.#log.warn(text)
    this.#journal.add({ kind: 'repaired', text })
  }

  #complaint(pauseMs: number): string {
    const { by, kinds } = this.#opponent
    const seconds = `${pauseMs / 1000} s`
    const how =
      pauseMs === 0
        ? 'put back each time'
        : pauseMs < LONGEST_PAUSE_MS
          ? `repairing later and later, after ${seconds} now`
          : `repairing every ${seconds} now`
    return `${by} keeps removing our ${kinds}: ${REPAIRS} times in 1 min; ${how}`
  }

  #calmDown(nowMs: number): void {
    const now = quiet(this.#fight, nowMs)
    if (now !== this.#fight)
      this.#log.info('nothing of ours was removed for 1 min: repairs are immediate again')
    if (now === PEACE) this.#opponent = NOBODY
    this.#fight = now
  }
}

const NOBODY = { by: '', kinds: '' }

const isChange = (move: Move): boolean =>
  move.do === 'set-sysctl' ||
  move.do === 'set-mtu' ||
  move.do === 'change-route' ||
  move.do === 'change-nexthop'

/** What was repaired has its culprit for a reason. */
function named(chapters: readonly Chapter[], repairs: readonly Repair[], why: string): readonly Chapter[] {
  const repairing = new Set(repairs.map(({ move }) => move))
  return chapters.map((chapter) => {
    const steps = chapter.steps.map((step) => (repairing.has(step.move) ? { ...step, why } : step))
    return { ...chapter, steps, why: [...new Set(steps.map((step) => step.why))] }
  })
}
