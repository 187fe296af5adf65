import { setTimeout as pause } from 'node:timers/promises'
import type { BogusSender } from './bogus-packet.ts'
import { inTurns } from './in-turns.ts'
import type { End } from './port.ts'

/** Somebody behind this box who has a connection, and who is at its far end. */
export interface Waiting {
  readonly near: End
  readonly far: End
}

/** @returns those to whom a packet went out; the kernel may refuse it. */
export async function tellAtOnce<W extends Waiting>(
  sender: BogusSender,
  waiting: readonly W[],
  signal?: AbortSignal,
): Promise<W[]> {
  const told: W[] = []
  for await (const turn of inTurns(waiting, PACKETS_AT_A_TIME, signal))
    told.push(...turn.filter(({ far, near }) => sender.send('ack', far, near)))
  return told
}

/**
 * Tells those once more who did not answer, in the way that second routers and strict firewalls let through.
 * @param silent looks who they are
 */
export async function tellAgain<W extends Waiting>(
  sender: BogusSender,
  told: readonly W[],
  silent: () => Promise<readonly W[]>,
  signal?: AbortSignal,
): Promise<void> {
  if (told.length === 0 || !(await passes(SOCKETS_REST_MS, signal))) return
  for (const round of roundsOf(await silent())) {
    for await (const turn of inTurns(round, PACKETS_AT_A_TIME, signal))
      for (const { far, near } of turn) sender.send('syn-ack', far, near)
    if (!(await passes(ROUND_MS, signal))) return
  }
}

/** One every tenth of a second: what every host may get in it. */
export function roundsOf<W extends Waiting>(waiting: readonly W[]): W[][] {
  const rounds: W[][] = []
  for (const all of Map.groupBy(waiting, ({ near }) => near.address).values())
    for (const [i, one] of all.entries()) (rounds[Math.floor(i / PER_HOST_AND_ROUND)] ??= []).push(one)
  return rounds
}

/** @returns whether nobody called it off meanwhile */
async function passes(ms: number, signal?: AbortSignal): Promise<boolean> {
  await pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  return signal?.aborted !== true
}

/** Linux answers to one packet that does not fit per connection and half a second (`tcp_invalid_ratelimit`). */
const SOCKETS_REST_MS = 600
/** Older hosts answer to a hundred SYN/ACKs a second, all connections together (`tcp_challenge_ack_limit`). */
const PER_HOST_AND_ROUND = 9
const ROUND_MS = 100
/** About a millisecond's worth. */
const PACKETS_AT_A_TIME = 32
