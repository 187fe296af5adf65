/** What is wished of the outcome of a fault, and what of it was not so. Pure. */
import type { Outcome, StrandedOutcome } from './outcome.ts'

/**
 * What is absent is not looked at. That no other line is hurt, that nothing is doubted without a reason and that no
 * new connection fails is wished always, unless it says otherwise.
 */
export interface Wishes {
  /** At the latest. `never`: not at all, however long it lasts. */
  readonly suspectMs?: number | 'never'
  readonly downMs?: number | 'never'
  /** From then on new connections go through at once. */
  readonly throughMs?: number
  /** Everybody whose TCP connection hangs knows it by then. `nobody`: not a single one is ended. */
  readonly toldMs?: number | 'nobody'
  readonly udpMs?: number
  /** After the mending. */
  readonly backMs?: number
  /** `may-fail`: where no line is left, or a program is cheated. */
  readonly fresh?: 'may-fail'
}

/** Each completes "not as wished: ". */
export function unmet(outcome: Outcome, wishes: Wishes): string[] {
  const { fresh, waiting, sending, own, hurt, falseAlarms } = outcome
  return [
    ...byThen('suspected', outcome.suspectAfterMs, wishes.suspectMs),
    ...byThen('down', outcome.downAfterMs, wishes.downMs),
    ...byThen('new connections go through', fresh.worksAgainAfterMs, wishes.throughMs),
    ...told('clients that only wait', waiting, wishes.toldMs),
    ...told('clients that send', sending, wishes.toldMs),
    ...told('programs of the box', own, wishes.toldMs),
    ...some(
      typeof wishes.toldMs === 'number' ? outcome.ownHung : 0,
      'programs of the box hang that were connecting',
    ),
    ...(wishes.udpMs === undefined ? [] : udp(outcome, wishes.udpMs)),
    ...byThen('used again', outcome.usedAgainAfterMs, wishes.backMs),
    ...some(wishes.fresh === undefined ? fresh.failed : 0, 'new connections failed'),
    ...some(falseAlarms, 'doubts without a reason'),
    ...some(hurt, 'connections of other lines were hurt'),
  ]
}

function byThen(what: string, afterMs: number | undefined, wish: number | 'never' | undefined): string[] {
  if (wish === undefined) return []
  if (wish === 'never') return afterMs === undefined ? [] : [`${what} after ${seconds(afterMs)}`]
  if (afterMs === undefined) return [`${what}: never`]
  return afterMs <= wish ? [] : [`${what} after ${seconds(afterMs)} instead of ${seconds(wish)}`]
}

function told(
  who: string,
  { connections, knowsAfterMs, untold }: StrandedOutcome,
  wish: Wishes['toldMs'],
): string[] {
  if (wish === undefined) return []
  if (wish === 'nobody') return some(connections - untold, `of the ${who} were ended`)
  return [
    ...some(untold, `of the ${who} were not told`),
    ...(knowsAfterMs === undefined ? [] : byThen(`${who} know`, knowsAfterMs, wish)),
  ]
}

const udp = ({ udpAgainAfterMs, udpSilent }: Outcome, wish: number): string[] => [
  ...some(udpSilent, 'UDP flows stayed silent'),
  ...(udpAgainAfterMs === undefined ? [] : byThen('UDP works', udpAgainAfterMs, wish)),
]

const some = (count: number, what: string): string[] => (count === 0 ? [] : [`${count} ${what}`])

/** Two digits below a second, one above. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`
