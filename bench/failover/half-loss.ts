/** Half of the packets are lost, each way: is the line avoided, or judged and kept at less? */
import type { Recorded } from '../../src/lab/failover/recorded.ts'
import type { Group } from '../figure.ts'
import { countFigure, delayFigures } from './figures.ts'
import { series } from './series.ts'

export async function measureHalfLoss(): Promise<Group> {
  const { recorded, roundTrip } = await series({
    name: 'loss-50',
    what: '50 % of packets lost',
    acts: [{ inflict: { kind: 'loss', ratio: 0.5 }, on: 'fiber' }],
    lastsMs: 8000,
    wishes: {},
  })
  const first = (states: readonly string[]): (number | undefined)[] =>
    recorded.map((one) => firstOf(states, one))
  return {
    title: `50 % of packets lost each way, line in use, ${roundTrip}`,
    figures: [
      ...delayFigures('doubted or judged lossy', first(['suspect', 'degraded', 'down']), { medianMs: 1500 }),
      ...(['suspect', 'degraded', 'down'] as const).map((state) => ({
        what: `runs in which it was ${state}`,
        value: first([state]).filter((ms) => ms !== undefined).length,
        unit: `of ${recorded.length}`,
      })),
      {
        what: 'new connections on it, of all that succeeded',
        value: 100 * share(recorded),
        unit: '%',
        note: '50 when all is well',
      },
      countFigure(
        'connections of the other line that ended',
        recorded.map((one) => one.lasting.filter(({ line, ended }) => line !== 'fiber' && ended).length),
      ),
    ],
  }
}

const firstOf = (states: readonly string[], { changes, faultAtMs }: Recorded): number | undefined => {
  const found = changes.find(
    ({ line, state, atMs }) => line === 'fiber' && atMs >= faultAtMs && states.includes(state),
  )
  return found && found.atMs - faultAtMs
}

function share(recorded: readonly Recorded[]): number {
  const good = recorded.flatMap(({ newConnections, faultAtMs, mendedAtMs }) =>
    newConnections.flatMap(({ startedAtMs, outcome }) =>
      outcome.ok && startedAtMs >= faultAtMs && startedAtMs < mendedAtMs ? [outcome.line] : [],
    ),
  )
  return good.filter((line) => line === 'fiber').length / good.length
}
