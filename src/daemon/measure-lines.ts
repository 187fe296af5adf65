import { setTimeout as sleep } from 'node:timers/promises'
import {
  PROBE,
  legWords,
  mark,
  witnessesBy,
  type Family,
  type ProbeAnswer,
  type ProbePath,
  type ProbeTarget,
} from '../model/index.ts'
import { presence, type LineFacts, type Numbers } from '../plan/index.ts'
import type { LineMeasure } from './control.ts'

export type Probe = (path: ProbePath, target: ProbeTarget, timeoutMs: number) => Promise<ProbeAnswer>

const TIMEOUT_MS = 2000
/** For a neighbour that must be found first, a card that takes seconds to its carrier. */
const PATIENCE_MS = 6000
const BETWEEN_TRIES_MS = 250

/** Three kinds, because there are providers that drop one of them: a line that answers any of them works. */
const targetsIn = (family: Family): ProbeTarget[] =>
  (['icmp', 'tcp', 'dns'] as const).flatMap((kind) => witnessesBy(kind, family))

export interface Measuring {
  /** As they are at the moment of asking. */
  readonly lines: () => readonly LineFacts[]
  readonly numbers: Numbers
  readonly probe: Probe
  /** Lines that should work, by leg: they get some seconds more before they are called dead. */
  readonly expected: ReadonlySet<string>
}

/** Asks the Internet over every line at once, in each of its families: does it answer there? */
export function measureLines(measuring: Measuring): Promise<LineMeasure[]> {
  return Promise.all(measuring.lines().map(({ leg }) => measure(leg, measuring)))
}

async function measure(leg: string, { lines, numbers, probe, expected }: Measuring): Promise<LineMeasure> {
  const endsAtMs = expected.has(leg) ? performance.now() + PATIENCE_MS : 0
  for (;;) {
    const facts = lines().find((line) => line.leg === leg)
    const answer = facts === undefined ? GONE : await ask(facts, numbers, probe)
    if (answer.answered) return { line: leg, works: true, delayMs: answer.delayMs }
    if (performance.now() >= endsAtMs) return { line: leg, works: false, why: answer.why }
    await sleep(BETWEEN_TRIES_MS)
  }
}

const GONE = { answered: false, why: 'it is no line any more' } as const

async function ask(line: LineFacts, numbers: Numbers, probe: Probe): Promise<ProbeAnswer> {
  if (line.presence.is !== 'usable') return { answered: false, why: presence(line.presence) }
  // With the bit of our probes: they are nobody's connections.
  const path = { dev: line.config.interface, mark: mark(numbers.markOf(line.id) | PROBE) }
  return firstAnswer(targetsIn(line.family).map((target) => probe(path, target, TIMEOUT_MS)))
}

/** The quickest of all; none answers: the last to say so. */
const firstAnswer = (asked: readonly Promise<ProbeAnswer>[]): Promise<ProbeAnswer> =>
  new Promise((resolve, reject) => {
    let silent = 0
    for (const asking of asked) {
      asking.then((answer) => {
        if (answer.answered || ++silent === asked.length) resolve(answer)
      }, reject)
    }
  })

/**
 * What is worse after a change than before it; `undefined`: nothing. A line that was taken out of the file on purpose
 * is missed only when no other line works.
 */
export function whatIsWorse(
  before: readonly LineMeasure[],
  after: readonly LineMeasure[],
): string | undefined {
  const worked = new Set(before.filter(({ works }) => works).map(({ line }) => line))
  const lost = after.filter(({ line, works }) => !works && worked.has(line))
  if (lost.length > 0) {
    return lost
      .map(({ line, why }) => `${legWords(line)} answered before and does not now (${why ?? 'no answer'})`)
      .join('; ')
  }
  return worked.size > 0 && !after.some(({ works }) => works)
    ? `no line works any more; before ${[...worked].map(legWords).join(', ')} did`
    : undefined
}
