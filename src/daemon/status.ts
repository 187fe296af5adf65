import { hostname } from 'node:os'
import type { Config, Family, LineId, LineReport, Ruleset } from '../model/index.ts'
import {
  chosenCounter,
  legsOf,
  numbersOf,
  slotsOf,
  wholeLines,
  type Desired,
  type LineFacts,
  type Note,
  type WholeLine,
} from '../plan/index.ts'
import type { LegStatus, LineStatus, Released, Status, Trial, UndoReport } from './control.ts'
import { SHARE_WINDOW_MS, type CounterWindow } from './counters.ts'
import { judged, type TrackedState } from './line-tracker.ts'
import type { Volume } from './volume-watch.ts'
import type { WallClock } from './wall-clock.ts'

/** What belongs together after a pass; taken as one, because the next pass may change all of it. Times are monotonic. */
export interface Picture {
  readonly config: Config
  readonly wanted: Desired
  /** Of every leg in `wanted`. */
  readonly states: ReadonlyMap<string, TrackedState>
  /** Of legs that are watched. */
  readonly reports: ReadonlyMap<string, LineReport>
  /** Of legs that were released since the start. */
  readonly released: ReadonlyMap<string, Released>
  /** By line. */
  readonly volumes: ReadonlyMap<string, Volume>
  readonly configAppliedAtMs: number
  /** Why the kernel is not as wished; absent when it is. */
  readonly trouble?: string
  readonly trial: Trial | undefined
  readonly undone: UndoReport | undefined
  /** Beside those of `wanted`. */
  readonly notes: readonly Note[]
}

/** What does not change while the daemon runs. */
export interface Identity {
  readonly version: string
  /** Monotonic. */
  readonly startedAtMs: number
  readonly clock: WallClock
}

/** @param open entries of connection tracking by mark; `undefined` when they were not asked for or cannot be read */
export function statusOf(
  {
    config,
    wanted,
    states,
    reports,
    released,
    volumes,
    configAppliedAtMs,
    trouble,
    trial,
    undone,
    notes,
  }: Picture,
  { version, startedAtMs, clock }: Identity,
  counters: CounterWindow,
  open: ReadonlyMap<number, number> | undefined,
): Status {
  const numbers = numbersOf(config)
  const shares = wantedShares(wanted.state.ruleset)
  const whole = wholeLines(wanted.lines)
  const recent = new Map(whole.flatMap((line) => [...chosenLately(line, counters)]))
  const inAll = (family: Family): number =>
    wanted.lines.reduce((sum, leg) => sum + (leg.family === family ? (recent.get(leg.leg) ?? 0) : 0), 0)
  const recentInAll = { ipv4: inAll('ipv4'), ipv6: inAll('ipv6') }

  const legStatus = (leg: LineFacts): LegStatus | undefined => {
    const { drain, address, gateway } = leg
    const tracked = states.get(leg.leg)
    const report = reports.get(leg.leg)
    const freed = released.get(leg.leg)
    if (tracked === undefined) return undefined
    const state = { ...tracked, ...judged(tracked, report) }
    return {
      ...state,
      sinceMs: state.state === 'draining' && drain ? drain.sinceMs : clock.at(state.sinceMs),
      ...(address === undefined ? {} : { address: address.address }),
      ...(gateway === undefined ? {} : { gateway }),
      ...(report === undefined ? {} : { health: inWallTimes(report, clock) }),
      ...(freed === undefined ? {} : { released: { ...freed, atMs: clock.at(freed.atMs) } }),
      wantedShare: shares[leg.family].get(leg.id) ?? 0,
      ...(recentInAll[leg.family] === 0
        ? {}
        : { newShare: (recent.get(leg.leg) ?? 0) / recentInAll[leg.family] }),
    }
  }

  const lines = whole.flatMap((each): LineStatus[] => {
    const { id, config: line } = each
    const [main, second] = legsOf(each)
    const status = main && legStatus(main)
    if (main === undefined || status === undefined) return []
    const inIpv6 = second && legStatus(second)
    const { drain } = main
    const volume = volumes.get(line.name)
    const { rxBytes, txBytes } = counters.bytes(line.interface)
    const others = config.lines
      .filter((other) => other.name !== line.name && other.interface === line.interface)
      .map((other) => other.name)
    return [
      {
        name: line.name,
        id,
        ...status,
        ...(drain === undefined ? {} : { drain }),
        interface: line.interface,
        ...(others.length === 0 ? {} : { sharesInterfaceWith: others }),
        ...(inIpv6 === undefined ? {} : { ipv6: inIpv6 }),
        weight: line.weight,
        ...(line.weightInFile === undefined ? {} : { weightInFile: line.weightInFile }),
        role: line.role,
        metered: line.metered,
        inReserve: line.role === 'backup' && status.state === 'up' && status.wantedShare === 0,
        newConnections: counters.total(chosenCounter(id)),
        ...(open === undefined ? {} : { openConnections: open.get(numbers.markOf(id)) ?? 0 }),
        receivedBytes: rxBytes,
        sentBytes: txBytes,
        ...(volume === undefined ? {} : { volume }),
        ...counters.rates(line.interface),
      },
    ]
  })
  return {
    version,
    pid: process.pid,
    hostname: hostname(),
    startedAtMs: clock.at(startedAtMs),
    configFile: config.file,
    configAppliedAtMs: clock.at(configAppliedAtMs),
    matches: trouble === undefined,
    ...(trouble === undefined ? {} : { trouble }),
    ...(trial === undefined ? {} : { trial }),
    ...(undone === undefined ? {} : { undone }),
    shareWindowMs: SHARE_WINDOW_MS,
    lines,
    notes: [...wanted.notes, ...notes],
  }
}

type Shares = Readonly<Record<Family, ReadonlyMap<LineId, number>>>

/** Many ask between two passes. */
const knownShares = new WeakMap<Ruleset, Shares>()

/** By what each line was given of the slots. */
function wantedShares(ruleset: Ruleset | undefined): Shares {
  if (ruleset === undefined) return { ipv4: new Map(), ipv6: new Map() }
  const known = knownShares.get(ruleset)
  if (known !== undefined) return known
  const shares = { ipv4: sharesIn(ruleset, 'ipv4'), ipv6: sharesIn(ruleset, 'ipv6') }
  knownShares.set(ruleset, shares)
  return shares
}

function sharesIn(ruleset: Ruleset, family: Family): Map<LineId, number> {
  const slots = slotsOf(ruleset, family)
  const counts = Map.groupBy(slots, (slot) => slot)
  return new Map(
    [...counts].flatMap(([id, of]) => (id === undefined ? [] : [[id, of.length / slots.length]])),
  )
}

/** How often the line was chosen lately in each family, by leg. */
function chosenLately(line: WholeLine, counters: CounterWindow): ReadonlyMap<string, number> {
  const [main, second] = legsOf(line)
  const both = counters.recent(chosenCounter(line.id))
  if (second === undefined) return new Map(main === undefined ? [] : [[main.leg, both]])
  // Made anew while the other goes on, it may be ahead for a moment.
  const inIpv6 = Math.min(both, counters.recent(chosenCounter(line.id, 'ipv6')))
  return new Map(legsOf(line).map(({ leg, family }) => [leg, family === 'ipv6' ? inIpv6 : both - inIpv6]))
}

const inWallTimes = (report: LineReport, clock: WallClock): LineReport => ({
  ...report,
  sinceMs: clock.at(report.sinceMs),
  ...(report.backAtMs === undefined ? {} : { backAtMs: clock.at(report.backAtMs) }),
  ...(report.nextProbeAtMs === undefined ? {} : { nextProbeAtMs: clock.at(report.nextProbeAtMs) }),
})
