/** The Internet behind a live gateway is gone, while the line is in use by everything there is. */
import { DEFAULT_RELEASE } from '../../src/model/index.ts'
import type { FaultRow } from '../../src/lab/failover/fault-rows.ts'
import { outcomeOf, silenceOf } from '../../src/lab/failover/outcome.ts'
import type { Outcome } from '../../src/lab/failover/outcome.ts'
import type { DatagramKind, Recorded } from '../../src/lab/failover/recorded.ts'
import type { Figure, Group } from '../figure.ts'
import { countFigure, delayFigures } from './figures.ts'
import { series } from './series.ts'
import type { Series } from './series.ts'

export type DeathPart = 'silent' | 'stranded' | 'udp' | 'return'

const RELEASE_MS = Number(DEFAULT_RELEASE.afterMs)

const TITLES: Readonly<Record<DeathPart, string>> = {
  silent: 'The Internet behind a live gateway is gone, line in use',
  stranded: 'Whose TCP connection hangs on it',
  udp: 'UDP on it',
  return: 'The line returns',
}

const FIGURES: Readonly<
  Record<DeathPart, (outcomes: readonly Outcome[], recorded: readonly Recorded[]) => Figure[]>
> = {
  silent: (outcomes) => [
    ...delayFigures(
      'new connections succeed again',
      outcomes.map(({ fresh }) => fresh.worksAgainAfterMs),
      { medianMs: 250, p95Ms: 350 },
    ),
    ...delayFigures(
      'suspect',
      outcomes.map(({ suspectAfterMs }) => suspectAfterMs),
    ),
    ...delayFigures(
      'down',
      outcomes.map(({ downAfterMs }) => downAfterMs),
    ),
    countFigure(
      'new connections that failed',
      outcomes.map(({ fresh }) => fresh.failed),
    ),
    countFigure(
      'doubts without a reason',
      outcomes.map(({ falseAlarms }) => falseAlarms),
    ),
    countFigure(
      'connections of the other line that noticed',
      outcomes.map(({ hurt }) => hurt),
    ),
  ],
  stranded: (outcomes) =>
    (['waiting', 'sending', 'own'] as const).flatMap((who) =>
      delayFigures(
        `${WHO[who]}: an error after down`,
        outcomes.map((outcome) =>
          sinceDown(outcome, outcome[who].untold > 0 ? undefined : outcome[who].knowsAfterMs),
        ),
        { p95Ms: RELEASE_MS + 100 },
      ),
    ),
  udp: (_, recorded) => [
    ...(['stream', 'echo'] as const).flatMap((kind) =>
      delayFigures(
        `${SENDS[kind]}: answered again`,
        recorded.map((one) => slowestSilence(one, kind)),
      ),
    ),
    ...delayFigures(
      `${SENDS.stream}: answered again after it was let go`,
      recorded.map((one) => sinceLetGo(one)),
      { p95Ms: 50 },
    ),
  ],
  return: (outcomes) =>
    delayFigures(
      'used again after the mending',
      outcomes.map(({ usedAgainAfterMs }) => usedAgainAfterMs),
      { medianMs: 3050 },
    ),
}

const WHO = {
  waiting: 'client that only waits',
  sending: 'client that sends',
  own: 'program of the box',
} as const

const SENDS = { stream: 'fifty a second each way', echo: 'five questions a second' } as const

let played: Promise<Series> | undefined

export async function measureDeaths(part: DeathPart): Promise<Group> {
  const { recorded, roundTrip } = await (played ??= playDeaths())
  return {
    title: `${TITLES[part]}, ${roundTrip}`,
    figures: FIGURES[part](recorded.map(outcomeOf), recorded),
  }
}

export const INTERNET_GONE: FaultRow = {
  name: 'internet',
  what: 'gateway answers, Internet gone',
  acts: [{ inflict: { kind: 'internet-gone' }, on: 'fiber' }],
  lastsMs: RELEASE_MS + 2000,
  wishes: { backMs: 8000 },
}

const playDeaths = (): Promise<Series> => series(INTERNET_GONE)

const sinceDown = (outcome: Outcome | undefined, afterMs: number | undefined): number | undefined =>
  outcome?.downAfterMs === undefined || afterMs === undefined
    ? undefined
    : Math.max(0, afterMs - outcome.downAfterMs)

function slowestSilence(recorded: Recorded, kind: DatagramKind): number | undefined {
  const silence = recorded.flows
    .filter((flow) => flow.kind === kind && flow.from === 'lan')
    .map((flow) => silenceOf(flow, recorded))
    .filter((ms) => ms !== undefined)
  const slowest = Math.max(0, ...silence)
  return slowest === Infinity ? undefined : slowest
}

/** Flows that were answered before are given a second to stay where they are; what comes after that is ours. */
function sinceLetGo(recorded: Recorded): number | undefined {
  const silentMs = slowestSilence(recorded, 'stream')
  if (silentMs === undefined) return undefined
  const letGoMs = recorded.changes
    .filter(({ state }) => state === 'repicked')
    .map(({ atMs }) => atMs - recorded.faultAtMs)
    .filter((ms) => ms <= silentMs + EVERY_MS)
  return letGoMs.length === 0 ? undefined : Math.max(0, silentMs - Math.max(...letGoMs))
}

/** Between two datagrams of a stream. */
const EVERY_MS = 20
