/** The Internet behind the gateway goes while two seconds of queue stand on the line. */
import { outcomeOf } from '../../src/lab/failover/outcome.ts'
import type { Group } from '../figure.ts'
import { countFigure, delayFigures } from './figures.ts'
import { RUNS, series } from './series.ts'

/** Until the line has learned how late answers are. */
const QUEUE_STANDS_MS = 12_000

export async function measureStandingQueue(): Promise<Group> {
  const { recorded } = await series(
    {
      name: 'queue',
      what: 'Internet gone, 2 s of queue',
      acts: [
        { inflict: { kind: 'saturation', queueMs: 2000 }, on: 'fiber', harmless: true },
        { inflict: { kind: 'internet-gone' }, on: 'fiber', afterMs: QUEUE_STANDS_MS },
      ],
      lastsMs: 9000,
      wishes: {},
    },
    RUNS,
  )
  const outcomes = recorded.map(outcomeOf)
  return {
    title: 'The same, while 2 s of queue stand',
    figures: [
      ...delayFigures(
        'suspect',
        outcomes.map(({ suspectAfterMs }) => suspectAfterMs),
        { p95Ms: 4000 },
      ),
      ...delayFigures(
        'down',
        outcomes.map(({ downAfterMs }) => downAfterMs),
        { p95Ms: 7000 },
      ),
      countFigure(
        'doubts before it died',
        outcomes.map(({ falseAlarms }) => falseAlarms),
      ),
    ],
  }
}
