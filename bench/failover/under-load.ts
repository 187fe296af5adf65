/** The same death with many guests at the daemon's door and without, in turn: does anybody who asks delay it? */
import { outcomeOf } from '../../src/lab/failover/outcome.ts'
import type { Outcome } from '../../src/lab/failover/outcome.ts'
import { MANY_GUESTS, PER_SECOND, STREAMS } from '../api-questions.ts'
import type { Figure, Group } from '../figure.ts'
import { startGuests } from '../load/worker.ts'
import { INTERNET_GONE } from './deaths.ts'
import { countFigure, delayFigures } from './figures.ts'
import { RUNS, series } from './series.ts'

export async function measureUnderLoad(): Promise<Group> {
  const alone: Outcome[] = []
  const asked: Outcome[] = []
  for (let i = 0; i < RUNS; i += 1) {
    // A neighbour who slows the machine down for a while slows down both.
    for (const [outcomes, beside] of [
      [alone, undefined],
      [asked, (lab) => startGuests(lab.daemonPaths.socket, MANY_GUESTS)],
    ] as const satisfies [Outcome[], Parameters<typeof series>[2]][]) {
      const { recorded } = await series(INTERNET_GONE, 1, beside)
      outcomes.push(...recorded.map(outcomeOf))
    }
  }
  return {
    title: `The Internet behind a live gateway is gone: nobody asks, and ${STREAMS} streams with ${PER_SECOND} questions a second`,
    figures: [...figuresOf('nobody asks', alone), ...figuresOf('many ask', asked)],
  }
}

const figuresOf = (when: string, outcomes: readonly Outcome[]): Figure[] => [
  ...delayFigures(
    `${when}: new connections succeed again`,
    outcomes.map(({ fresh }) => fresh.worksAgainAfterMs),
    { medianMs: 250, p95Ms: 350 },
  ),
  ...delayFigures(
    `${when}: suspect`,
    outcomes.map(({ suspectAfterMs }) => suspectAfterMs),
  ),
  ...delayFigures(
    `${when}: down`,
    outcomes.map(({ downAfterMs }) => downAfterMs),
  ),
  countFigure(
    `${when}: new connections that failed`,
    outcomes.map(({ fresh }) => fresh.failed),
  ),
  countFigure(
    `${when}: doubts without a reason`,
    outcomes.map(({ falseAlarms }) => falseAlarms),
  ),
]
