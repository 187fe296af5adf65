import type { LegDocument, LineDocument, StatusDocument } from '../api/contract.ts'

/** A line as it is on the screen: the daemon always knows what a line is to get, and old news knows nothing. */
export interface ShownLine extends Omit<LineDocument, 'wantedShareRatio'> {
  readonly wantedShareRatio: number | null
}

export interface ShownStatus extends Omit<StatusDocument, 'lines'> {
  readonly lines: readonly ShownLine[]
}

/**
 * Old news is never shown as good news: of all that moves nothing is known now.
 * @param silentMs how long ago it was heard: for so long nothing has been known, and time went on
 */
export const withoutNews = (status: StatusDocument, silentMs: number): ShownStatus => ({
  ...status,
  time: new Date(Date.parse(status.time) + silentMs).toISOString(),
  verdict: { text: 'Nothing is known now.', level: 'none' },
  lines: status.lines.map((line) => ({
    ...line,
    state: 'unknown',
    since: status.time,
    why: 'no news from the daemon',
    inReserve: false,
    wantedShareRatio: null,
    newShareRatio: null,
    openConnections: null,
    downBitsPerSecond: null,
    upBitsPerSecond: null,
    ...withoutHealth(line),
    ...(line.ipv6 && {
      ipv6: { ...line.ipv6, ...withoutHealth(line.ipv6), state: 'unknown', newShareRatio: null },
    }),
  })),
  notes: [],
})

/** Nor of those who are asked, nor of what was wrong. */
const withoutHealth = ({ health }: Pick<LegDocument, 'health'>): Pick<LegDocument, 'health'> =>
  health === undefined
    ? {}
    : {
        health: {
          state: 'unknown',
          since: health.since,
          delayMs: null,
          jitterMs: null,
          lossRatio: null,
          penalty: health.penalty,
          probes: health.probes,
          targets: [],
        },
      }
