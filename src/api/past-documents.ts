/** What is remembered of a line, as it goes on the wire. */
import type {
  LegReport,
  Outage,
  PastOfLeg,
  PastOfLine,
  Point,
  ReportedClients,
  ReportedMonth,
  SeriesQuestion,
  Spread,
} from '../daemon/control.ts'
import type {
  LineClientsDocument,
  LineHistoryDocument,
  LineReportDocument,
  PastOfLegDocument,
} from './contract.ts'
import { rfc3339, tenths } from './documents.ts'

export const lineHistoryDocument = (
  line: string,
  { fromMs, toMs }: SeriesQuestion,
  { main, ipv6 }: PastOfLine,
  nowMs: number,
): LineHistoryDocument => ({
  api: 'v1',
  kind: 'LineHistory',
  time: rfc3339(nowMs),
  line,
  from: rfc3339(fromMs),
  to: rfc3339(toMs),
  ...pastOfLeg(main, lineKeys),
  ...(ipv6 !== undefined && { ipv6: pastOfLeg(ipv6, () => ({})) }),
})

export const lineReportDocument = (
  line: string,
  { report, interface: dev, billingDay, hostname }: ReportedMonth,
  nowMs: number,
): LineReportDocument => ({
  api: 'v1',
  kind: 'LineReport',
  time: rfc3339(nowMs),
  hostname,
  line,
  interface: dev,
  month: report.month.name,
  billingDay,
  from: rfc3339(report.month.fromMs),
  to: rfc3339(report.untilMs),
  complete: report.untilMs >= report.month.toMs,
  receivedBytes: report.receivedBytes,
  sentBytes: report.sentBytes,
  days: report.days.map((day) => ({ ...day })),
  peakDownBitsPerSecond: Math.round(report.main.peakDownBitsPerSecond),
  peakUpBitsPerSecond: Math.round(report.main.peakUpBitsPerSecond),
  ...legReport(report.main),
  ...(report.ipv6 !== undefined && { ipv6: legReport(report.ipv6) }),
})

export const lineClientsDocument = (
  line: string,
  { month, untilMs, isCounted, clients }: ReportedClients,
  nowMs: number,
): LineClientsDocument => ({
  api: 'v1',
  kind: 'LineClients',
  time: rfc3339(nowMs),
  line,
  month: month.name,
  from: rfc3339(month.fromMs),
  to: rfc3339(untilMs),
  complete: untilMs >= month.toMs,
  counted: isCounted,
  clients: clients.map(({ client, ...volume }) => ({ client: client === '' ? null : client, ...volume })),
})

const pastOfLeg = (
  { stepMs, points, outages }: PastOfLeg,
  more: (point: Point) => Partial<PastOfLegDocument['points'][number]>,
): PastOfLegDocument => ({
  stepMs,
  points: points.map((point) => ({
    time: rfc3339(point.atMs),
    watchedMs: point.watchedMs,
    downMs: point.downMs,
    suspectMs: point.suspectMs,
    delayMs: spread(point.delayMs),
    jitterMs: spread(point.jitterMs),
    lossRatio: loss(point.lossRatio),
    ...more(point),
  })),
  outages: outages.map(outageDocument),
})

const lineKeys = (point: Point) => ({
  receivedBytes: point.receivedBytes,
  sentBytes: point.sentBytes,
  peakDownBitsPerSecond: point.peakDownBitsPerSecond,
  peakUpBitsPerSecond: point.peakUpBitsPerSecond,
  newConnections: point.chosen,
  newShareRatio: point.chosenShare ?? null,
})

const legReport = (leg: LegReport) => ({
  availabilityRatio: leg.availability ?? null,
  watchedMs: Math.round(leg.watchedMs),
  unwatchedMs: Math.round(leg.unwatchedMs),
  downMs: Math.round(leg.downMs),
  suspectMs: leg.suspectMs,
  delayMs: spread(leg.delayMs),
  jitterMs: spread(leg.jitterMs),
  lossRatio: loss(leg.lossRatio),
  outages: leg.outages.map(outageDocument),
})

const outageDocument = ({ fromMs, toMs, isCut, why, released }: Outage) => ({
  from: rfc3339(fromMs),
  to: toMs === undefined ? null : rfc3339(toMs),
  endSeen: toMs !== undefined && !isCut,
  why,
  released,
})

const spread = (values: Spread | undefined) =>
  values === undefined
    ? null
    : {
        min: tenths(values.min),
        p10: tenths(values.p10),
        median: tenths(values.median),
        p90: tenths(values.p90),
        max: tenths(values.max),
      }

const loss = (ratio: Point['lossRatio']) =>
  ratio === undefined ? null : { mean: tenThousandths(ratio.mean), max: tenThousandths(ratio.max) }

const tenThousandths = (ratio: number): number => Math.round(ratio * 10_000) / 10_000
