import { witnessAddresses, type ProbeKind, type ProbeTarget } from '../model/index.ts'
import { BENCH_MISSES_LEAST, OTHER_KIND_EVERY, QUESTION_PROBES, RESERVE_STAYS_MS } from './constants.ts'
import { missesForBench, type Loss } from './loss.ts'
import { hostOf, targetKey } from './target-key.ts'
import { Witness } from './witness.ts'

export interface LastAnswer {
  /** Absent: a SYN-ACK. */
  readonly by: Witness | undefined
  readonly sentAtMs: number
}

/** The targets of a line: who is asked next, in turn and without dice, and who is left out. */
export class Witnesses {
  #all: readonly Witness[] = []
  #turn = 0
  #scheduled = 0
  #reservesUntilMs = Number.NEGATIVE_INFINITY

  /** Those known stay known. */
  follow(targets: readonly ProbeTarget[]): void {
    const before = new Map(this.#all.map((one) => [`${one.key} ${one.reserve}`, one]))
    const known = (target: ProbeTarget, reserve: boolean): Witness =>
      before.get(`${targetKey(target)} ${reserve}`) ?? new Witness(target, reserve)
    this.#all = [
      ...targets.map((target) => known(target, false)),
      ...reservesOf(targets).map((target) => known(target, true)),
    ]
  }

  get all(): readonly Witness[] {
    return this.#all
  }

  /** Those of the file. */
  get ordinary(): readonly Witness[] {
    return this.#all.filter(({ reserve }) => !reserve)
  }

  /** Those whose silence says something of the line. */
  witnesses(nowMs: number): readonly Witness[] {
    const ordinary = this.#all.filter((one) => one.witness && !one.reserve)
    if (ordinary.length > 1 && nowMs >= this.#reservesUntilMs) return ordinary
    return this.#all.filter((one) => one.witness)
  }

  /** Whom a question asks: three different ones of two kinds, as far as there are; else some of them again. */
  forQuestion(nowMs: number): readonly Witness[] {
    const witnesses = this.witnesses(nowMs)
    if (witnesses.length === 0) return this.ordinary
    const turn = this.#turn++
    const kinds = [...Map.groupBy(witnesses, ({ target }) => target.kind).values()]
    const picked: Witness[] = []
    for (let i = 0; i < QUESTION_PROBES; i++) {
      // Of two kinds the first gives two; three kinds give one each.
      const kind = kinds[i % kinds.length] ?? witnesses
      picked.push(unlike(picked, rotated(kind, turn + i), rotated(witnesses, turn + i)))
    }
    return picked
  }

  /** Whom the next probe of a burst asks. */
  next(nowMs: number): Witness | undefined {
    const witnesses = this.witnesses(nowMs)
    return at(witnesses.length > 0 ? witnesses : this.ordinary, this.#turn++)
  }

  /** Whom the next probe of a survey asks. */
  nextCheap(nowMs: number): Witness | undefined {
    return at(cheap(this.witnesses(nowMs)), this.#turn++)
  }

  /** Whom the next scheduled probe asks: who missed the last one, else a cheap one, and now and then one of another kind. */
  nextScheduled(nowMs: number): Witness | undefined {
    const witnesses = this.witnesses(nowMs)
    const turn = this.#scheduled++
    const doubted = witnesses.filter(({ silent }) => silent > 0)
    if (doubted.length > 0 && turn % 2 === 0) return at(doubted, turn / 2)
    const cheapest = cheap(witnesses)
    const others = witnesses.filter((one) => !cheapest.includes(one))
    const isOthersTurn = turn % OTHER_KIND_EVERY === OTHER_KIND_EVERY - 1
    return others.length > 0 && isOthersTurn ? at(others, turn / OTHER_KIND_EVERY) : at(cheapest, turn)
  }

  /** One that is no witness, and is to be asked again whether it would be. */
  onTrial(nowMs: number): Witness | undefined {
    return this.#all.find((one) => !one.reserve && !one.witness && nowMs >= one.trialAtMs)
  }

  /** One of a kind that the file does not name, for when all that it names are silent. */
  nextReserve(): Witness | undefined {
    return at(
      this.#all.filter(({ reserve }) => reserve),
      this.#turn,
    )
  }

  /** Believe the reserves for a while: those of the file were silent when they spoke. */
  callReserves(nowMs: number): void {
    this.#reservesUntilMs = nowMs + RESERVE_STAYS_MS
  }

  /** A probe sent then is missing. */
  missed(
    one: Witness,
    sentAtMs: number,
    lastAnswer: LastAnswer | undefined,
    loss: Loss,
    nowMs: number,
  ): void {
    one.missed(sentAtMs, nowMs)
    if (lastAnswer === undefined || lastAnswer.by === one || lastAnswer.sentAtMs < sentAtMs) return
    this.#benchIfDue(one, lastAnswer.sentAtMs, loss, nowMs)
  }

  /** Is silent on another line as well, where others answer: it is its own fault, and not for a line to find out again. */
  benchEverywhere(key: string, nowMs: number): void {
    const one = this.#all.find((each) => each.key === key && each.witness)
    if (one !== undefined && one.ownMisses > 0 && one.silent > 1) one.bench(nowMs)
  }

  /** An answer to a probe sent then: whoever was silent at that time was so by its own fault. */
  answered(by: Witness | undefined, sentAtMs: number, loss: Loss, nowMs: number): void {
    for (const one of this.#all) {
      if (one !== by) this.#benchIfDue(one, sentAtMs, loss, nowMs)
    }
  }

  #benchIfDue(one: Witness, answeredSentAtMs: number, loss: Loss, nowMs: number): void {
    if (!one.witness) return
    const misses = one.anotherAnswered(answeredSentAtMs)
    if (misses < missesForBench(loss.ratio)) return
    loss.takeBack(misses)
    one.bench(nowMs)
  }

  /** All name servers are silent or lie, while others answer. */
  get namesFail(): boolean {
    const servers = this.#all.filter(({ target, reserve }) => target.kind === 'dns' && !reserve)
    return (
      servers.length > 0 &&
      servers.every(({ benched, lying, ownMisses }) => benched || lying || ownMisses >= BENCH_MISSES_LEAST) &&
      this.#all.some((one) => one.witness && one.target.kind !== 'dns' && one.silent === 0)
    )
  }
}

/**
 * A connection to a witness of ours, for lines that drop echoes and names and carry all else. Only where the file
 * names that witness: whoever names his own targets does not want others asked.
 */
function reservesOf(targets: readonly ProbeTarget[]): ProbeTarget[] {
  const kinds = new Set<ProbeKind>(targets.map(({ kind }) => kind))
  if (kinds.has('tcp')) return []
  const hosts = new Set(targets.map(hostOf))
  const known = [...witnessAddresses('ipv4'), ...witnessAddresses('ipv6')]
  return known.filter((address) => hosts.has(address)).map((address) => ({ kind: 'tcp', address }))
}

/** The first that was not picked and is at a host that was not; if need be of the wider circle; if need be again. */
function unlike(picked: readonly Witness[], kind: readonly Witness[], any: readonly Witness[]): Witness {
  const hosts = picked.map(({ target }) => hostOf(target))
  const one =
    kind.find((each) => !hosts.includes(hostOf(each.target))) ??
    kind.find((each) => !picked.includes(each)) ??
    any.find((each) => !picked.includes(each)) ??
    kind[0]
  if (one === undefined) throw new Error('a question was asked of nobody')
  return one
}

/** The echoes, where there are any. */
function cheap(witnesses: readonly Witness[]): readonly Witness[] {
  const cheapest = Math.min(...witnesses.map(priceOf))
  return witnesses.filter((one) => priceOf(one) === cheapest)
}

const priceOf = ({ bytes }: Witness): number => bytes.asks + bytes.answers

const rotated = <T>(list: readonly T[], turn: number): T[] => {
  const from = list.length === 0 ? 0 : turn % list.length
  return [...list.slice(from), ...list.slice(0, from)]
}

const at = <T>(list: readonly T[], turn: number): T | undefined => list[Math.floor(turn) % list.length]
