/** A fault from its beginning to its end, under traffic of every kind, and all of it written down. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '../lab.ts'
import type { Recorded } from './recorded.ts'
import { startTraffic } from './traffic.ts'
import type { TrafficOptions } from './traffic.ts'
import { untilKnown } from './until-known.ts'
import { watchLines } from './watch-lines.ts'

export interface FaultPlay {
  /** Lines on which there is traffic. */
  readonly carrying: readonly string[]
  /** Lines that are still to come back when all is mended. */
  readonly returning: readonly string[]
  /**
   * @param takesHold does what makes a line ail, from that moment on; of no line when none is given
   * @returns what mends it all
   */
  readonly begin: (takesHold: TakesHold) => Promise<() => Promise<unknown>>
  readonly lastsMs: number
  /** The longest it is waited after the mending for those lines. */
  readonly returnsWithinMs: number
  readonly only?: TrafficOptions['only']
  readonly signal?: AbortSignal
}

export type TakesHold = <T>(line: string | undefined, act: () => Promise<T>) => Promise<T>

/**
 * The daemon runs. It begins at a moment that nobody can foresee, so that no clock of the daemon's is met always at
 * the same place.
 */
export async function playFault(lab: Lab, play: FaultPlay): Promise<Recorded> {
  const signal = play.signal ? { signal: play.signal } : {}
  using watch = watchLines(lab)
  using traffic = await startTraffic(lab, {
    lines: play.carrying,
    ...(play.only && { only: play.only }),
  })
  await untilKnown(lab, play.carrying, play.signal)
  await sleep(QUIET_MS + Math.random() * AT_RANDOM_MS, undefined, signal)
  const faultAtMs = performance.now()
  const ailingSinceMs = new Map<string, number>()
  const takingHold: Recorded['takingHold'][number][] = []
  const mend = await play.begin(async (line, act) => {
    const fromMs = performance.now()
    if (line !== undefined) ailingSinceMs.set(line, fromMs)
    const done = await act()
    takingHold.push({ fromMs, toMs: performance.now() })
    return done
  })
  await sleep(play.lastsMs, undefined, signal)
  const mendedAtMs = performance.now()
  await mend()
  await isUsedAgain(
    play,
    () => traffic.newConnections().filter(({ startedAtMs }) => startedAtMs >= mendedAtMs),
    mendedAtMs,
  )
  return {
    faultAtMs,
    mendedAtMs,
    ailingSinceMs,
    takingHold,
    ...(await traffic.stop()),
    changes: await watch.changes(),
  }
}

/** Traffic has been flowing for a while. */
const QUIET_MS = 1000
const AT_RANDOM_MS = 500

async function isUsedAgain(
  { returning, returnsWithinMs, signal }: FaultPlay,
  sinceThen: () => Recorded['newConnections'],
  mendedAtMs: number,
): Promise<void> {
  const isBack = (line: string): boolean =>
    sinceThen().some(({ outcome }) => outcome.ok && outcome.line === line)
  while (performance.now() < mendedAtMs + returnsWithinMs && !returning.every(isBack))
    await sleep(LOOK_EVERY_MS, undefined, signal && { signal })
}

const LOOK_EVERY_MS = 50
