import type { LegDocument, StatusDocument } from '../api/contract.ts'

/** Old news is never shown as good news: of all that moves nothing is known now. */
export const withoutNews = (status: StatusDocument, heardAtMs: number): StatusDocument => ({
  ...status,
  verdict: { text: 'Nothing is known now.', level: 'none' },
  lines: status.lines.map((line) => ({
    ...line,
    state: 'unknown',
    since: new Date(heardAtMs).toISOString(),
    why: 'no news from the daemon',
    inReserve: false,
    wantedShareRatio: 0,
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

/** Nor of those who are asked. */
const withoutHealth = ({ health }: Pick<LegDocument, 'health'>): Pick<LegDocument, 'health'> =>
  health === undefined
    ? {}
    : { health: { ...health, state: 'unknown', delayMs: null, jitterMs: null, lossRatio: null, targets: [] } }
