/** What a recorded fault did to those who were on the line, and to others. Pure. */
import { PATIENCE_MS } from './recorded.ts'
import type {
  DatagramFlow,
  From,
  LastingConnection,
  LineChange,
  NewConnection,
  Recorded,
} from './recorded.ts'

/** A first packet that was lost is sent again after a second (RFC 6298): whoever took as long had to wait. */
const SENT_AGAIN_MS = 900

export interface Outcome {
  /** From the fault to the first doubt, and to certainty; `undefined`: it never came to that. */
  readonly suspectAfterMs: number | undefined
  readonly downAfterMs: number | undefined
  /** New connections of the LAN, begun while the fault lasted, without those of the moment in which it came. */
  readonly fresh: FreshOutcome
  /**
   * Of the box itself: those that nobody ended though they got nowhere. One whose first packet left by a dead line has
   * that line's address, and cannot go on over another.
   */
  readonly ownHung: number
  /** TCP connections that were open on the lines of the fault. */
  readonly waiting: StrandedOutcome
  readonly sending: StrandedOutcome
  readonly own: StrandedOutcome
  /** From the fault until UDP flows of those lines were answered again, the slowest one's; `undefined`: none fell silent. */
  readonly udpAgainAfterMs: number | undefined
  /** UDP flows that were silent to the end of the fault. */
  readonly udpSilent: number
  /** From the mending to the first new connection over each of the lines, the slowest one's; `undefined`: not all came. */
  readonly usedAgainAfterMs: number | undefined
  /** Doubts about lines without a fault, or before it. */
  readonly falseAlarms: number
  /** Connections and UDP flows of lines without a fault that ended, moved or fell silent. */
  readonly hurt: number
}

export interface FreshOutcome {
  readonly begun: number
  readonly failed: number
  /** Went through, but only after their first packet was sent again. */
  readonly waited: number
  /** From the fault to the beginning of the last one that failed or waited; 0: none did. */
  readonly worksAgainAfterMs: number
}

export interface StrandedOutcome {
  readonly connections: number
  /** Until the last of those that were told knew it; `undefined`: none was. */
  readonly knowsAfterMs: number | undefined
  /** Still open when the fault was mended. */
  readonly untold: number
}

export function outcomeOf(recorded: Recorded): Outcome {
  const { ailingSinceMs, changes, lasting, flows } = recorded
  const stranded = lasting.filter((connection) => isStranded(connection, recorded))
  const lan = stranded.filter(({ from }) => from === 'lan')
  const silence = flows.map((flow) => silenceOf(flow, recorded)).filter((ms) => ms !== undefined)
  const isWell = (line: string): boolean => !ailingSinceMs.has(line)
  return {
    suspectAfterMs: noticedAfter(['suspect', 'down', 'absent'], recorded),
    downAfterMs: noticedAfter(['down', 'absent'], recorded),
    fresh: freshOutcome(freshOf('lan', recorded), recorded),
    ownHung: freshOf('box', recorded).filter(({ outcome, tookMs }) => !outcome.ok && tookMs >= PATIENCE_MS)
      .length,
    waiting: strandedOutcome(
      lan.filter(({ kind }) => kind === 'download'),
      recorded,
    ),
    sending: strandedOutcome(
      lan.filter(({ kind }) => kind !== 'download'),
      recorded,
    ),
    own: strandedOutcome(
      stranded.filter(({ from }) => from === 'box'),
      recorded,
    ),
    udpAgainAfterMs: largest(silence.filter((ms) => ms !== Infinity)),
    udpSilent: silence.filter((ms) => ms === Infinity).length,
    usedAgainAfterMs: usedAgain(recorded),
    falseAlarms: changes.filter((change) => isFalseAlarm(change, recorded)).length,
    hurt:
      lasting.filter(({ line, ended }) => isWell(line) && ended !== undefined).length +
      flows.filter((flow) => isWell(flow.line) && wasHurt(flow, recorded)).length,
  }
}

function isStranded({ line, ended }: LastingConnection, { ailingSinceMs }: Recorded): boolean {
  const sinceMs = ailingSinceMs.get(line)
  return sinceMs !== undefined && (ended === undefined || ended.atMs >= sinceMs)
}

const isFalseAlarm = ({ line, state, atMs }: LineChange, { ailingSinceMs }: Recorded): boolean =>
  ['suspect', 'down', 'absent'].includes(state) && atMs < (ailingSinceMs.get(line) ?? Infinity)

/** Of the line where it took longest: a fault of several lines is noticed when it is noticed on each. */
function noticedAfter(
  states: readonly string[],
  { ailingSinceMs, mendedAtMs, changes }: Recorded,
): number | undefined {
  const delays = Array.from(ailingSinceMs, ([line, sinceMs]) => {
    const first = changes.find(
      (change) =>
        change.line === line &&
        change.atMs >= sinceMs &&
        change.atMs <= mendedAtMs &&
        states.includes(change.state),
    )
    return first ? first.atMs - sinceMs : Infinity
  })
  return delays.includes(Infinity) ? undefined : largest(delays)
}

const freshOf = (
  whose: From,
  { newConnections, faultAtMs, mendedAtMs, takingHold }: Recorded,
): readonly NewConnection[] =>
  newConnections.filter(
    ({ from, startedAtMs }) =>
      from === whose &&
      startedAtMs >= faultAtMs &&
      startedAtMs < mendedAtMs &&
      !takingHold.some(({ fromMs, toMs }) => startedAtMs >= fromMs && startedAtMs <= toMs),
  )

function freshOutcome(begun: readonly NewConnection[], { ailingSinceMs, faultAtMs }: Recorded): FreshOutcome {
  const failed = begun.filter(({ outcome }) => !outcome.ok)
  const waited = begun.filter(({ outcome, tookMs }) => outcome.ok && tookMs >= SENT_AGAIN_MS)
  /** Since the last fault before it. */
  const into = ({ startedAtMs }: NewConnection): number =>
    startedAtMs -
    Math.max(faultAtMs, ...[...ailingSinceMs.values()].filter((sinceMs) => sinceMs <= startedAtMs))
  return {
    begun: begun.length,
    failed: failed.length,
    waited: waited.length,
    worksAgainAfterMs: largest([...failed, ...waited].map(into)) ?? 0,
  }
}

function strandedOutcome(
  stranded: readonly LastingConnection[],
  { ailingSinceMs, mendedAtMs }: Recorded,
): StrandedOutcome {
  const toldAfterMs = stranded.flatMap(({ line, ended }) =>
    ended !== undefined && ended.atMs < mendedAtMs ? [ended.atMs - (ailingSinceMs.get(line) ?? 0)] : [],
  )
  return {
    connections: stranded.length,
    knowsAfterMs: largest(toldAfterMs),
    untold: stranded.length - toldAfterMs.length,
  }
}

/** From the fault to the first answered datagram behind a lost one; `Infinity`: none; `undefined`: none was lost. */
export function silenceOf(
  { line, datagrams }: DatagramFlow,
  { ailingSinceMs, mendedAtMs }: Recorded,
): number | undefined {
  const sinceMs = ailingSinceMs.get(line)
  if (sinceMs === undefined) return undefined
  const sent = datagrams.filter(({ sentAtMs }) => sentAtMs >= sinceMs && sentAtMs < mendedAtMs)
  const firstLost = sent.findIndex(({ answer }) => answer === undefined)
  if (firstLost === -1) return undefined
  const next = sent.slice(firstLost).find(({ answer }) => answer !== undefined)
  return next === undefined ? Infinity : next.sentAtMs - sinceMs
}

/** A datagram may get lost, several in a row hurt; and nobody may be moved whose line is well. */
function wasHurt({ line, datagrams }: DatagramFlow, { faultAtMs }: Recorded): boolean {
  const sent = datagrams.filter(({ sentAtMs }) => sentAtMs >= faultAtMs)
  return sent.some(
    ({ answer }, i) =>
      (answer !== undefined && answer.line !== line) ||
      sent.slice(i, i + LOST_IN_A_ROW).filter((one) => one.answer === undefined).length === LOST_IN_A_ROW,
  )
}

const LOST_IN_A_ROW = 3

function usedAgain({ newConnections, ailingSinceMs, mendedAtMs }: Recorded): number | undefined {
  const delays = Array.from(ailingSinceMs.keys(), (line) =>
    Math.min(
      ...newConnections.flatMap(({ startedAtMs, outcome }) =>
        startedAtMs >= mendedAtMs && outcome.ok && outcome.line === line ? [startedAtMs - mendedAtMs] : [],
      ),
    ),
  )
  return delays.includes(Infinity) ? undefined : largest(delays)
}

const largest = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : Math.max(...numbers)
