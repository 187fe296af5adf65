/** What a report says of a line, in words: the same on a screen and on paper. Pure. */
import type { LineReportDocument } from '../api/contract.ts'
import { bytes, counted, megabits, milliseconds } from './amounts.ts'
import { formatDuration } from './duration.ts'

type LegReport = Pick<
  LineReportDocument,
  | 'availabilityRatio'
  | 'watchedMs'
  | 'unwatchedMs'
  | 'downMs'
  | 'suspectMs'
  | 'delayMs'
  | 'jitterMs'
  | 'lossRatio'
  | 'outages'
>
type Outage = LineReportDocument['outages'][number]

export interface Fact {
  readonly about: string
  readonly says: string
}

/** Each family that there is, the main one without a title. */
export interface LegFacts {
  readonly title?: string
  readonly facts: readonly Fact[]
  readonly outages: readonly OutageFact[]
}

export interface OutageFact {
  /** Local: `2026-11-03 03:11:20`. */
  readonly began: string
  readonly lasted: string
  readonly connections: string
  readonly why: string
}

/** `fiber, November 2026` */
export const titleOf = ({ line, month }: Pick<LineReportDocument, 'line' | 'month'>): string =>
  `${line}, ${monthWords(month)}`

/** `1 to 22 November 2026, so far; on wan1 of router1` */
export const spanOf = (report: LineReportDocument): string =>
  `${daysWords(report)}; ${report.interface} of ${report.hostname}`

/** `1 November 2026 to 22 November 2026, so far` */
export function daysWords({
  from,
  to,
  complete,
}: Pick<LineReportDocument, 'from' | 'to' | 'complete'>): string {
  // The end is the first moment that is not in it.
  const [first, last] = [new Date(from), new Date(Date.parse(to) - 1)]
  return `${dayWords(first)} to ${dayWords(last)}${complete ? '' : ', so far'}`
}

export function factsOf(report: LineReportDocument): LegFacts[] {
  const { receivedBytes, sentBytes, days, peakDownBitsPerSecond, peakUpBitsPerSecond, ipv6 } = report
  const isKnown = report.watchedMs > 0 || days.length > 0
  const ofLine: Fact[] = [
    {
      about: 'data',
      says: isKnown ? `${bytes(receivedBytes)} down, ${bytes(sentBytes)} up` : 'not known',
    },
    {
      about: 'speed',
      says: !isKnown
        ? 'not known'
        : `up to ${megabits(peakDownBitsPerSecond)} Mbit/s down, ${megabits(peakUpBitsPerSecond)} Mbit/s up (the most of ten seconds)`,
    },
  ]
  const main = { facts: [...legFacts(report), ...ofLine], outages: outageFacts(report, report.time) }
  if (ipv6 === undefined) return [main]
  return [main, { title: 'IPv6', facts: legFacts(ipv6), outages: outageFacts(ipv6, report.time) }]
}

const legFacts = (leg: LegReport): Fact[] => [
  { about: 'available', says: available(leg) },
  ...(leg.unwatchedMs < 1000
    ? []
    : [
        {
          about: 'unknown',
          says: `${formatDuration(leg.unwatchedMs)} were not watched; of them nothing is said`,
        },
      ]),
  { about: 'delay', says: spread(leg.delayMs) },
  { about: 'varies by', says: spread(leg.jitterMs) },
  {
    about: 'loss',
    says:
      leg.lossRatio === null
        ? 'not known'
        : `${inPercent(leg.lossRatio.mean, 'up')} % of our checks on average, ${inPercent(leg.lossRatio.max, 'up')} % at worst`,
  },
]

function available({ availabilityRatio, watchedMs, downMs, suspectMs, outages }: LegReport): string {
  if (availabilityRatio === null) return 'not known: nobody watched'
  const down =
    outages.length === 0 ? 'no outage' : `down ${lasting(downMs)} in ${counted(outages.length, 'outage')}`
  const doubt = suspectMs < 1000 ? '' : `, in doubt ${formatDuration(suspectMs)}`
  return `${inPercent(availabilityRatio, 'down')} % of ${formatDuration(watchedMs)} that were watched: ${down}${doubt}`
}

const spread = (values: LegReport['delayMs']): string =>
  values === null
    ? 'not known'
    : `${milliseconds(values.median)} median, ${milliseconds(values.p10)} to ${milliseconds(values.p90)} in 8 of 10 cases, ${milliseconds(values.max)} at worst`

const outageFacts = ({ outages }: LegReport, nowTime: string): OutageFact[] =>
  outages.map((outage) => ({
    began: momentWords(new Date(outage.from)),
    lasted: lasted(outage, nowTime),
    connections: outage.released === 0 ? '' : counted(outage.released, 'connection'),
    why: outage.why,
  }))

function lasted({ from, to, endSeen }: Outage, nowTime: string): string {
  const ms = Date.parse(to ?? nowTime) - Date.parse(from)
  if (to === null) return `${lasting(ms)}, goes on`
  return endSeen ? lasting(ms) : `${lasting(ms)} at least`
}

const lasting = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms))

/** What is rounded never makes a line better than it was: 100 is all of it, and 0 is none. */
const inPercent = (ratio: number, way: 'up' | 'down'): string =>
  String((way === 'up' ? Math.ceil(ratio * 10_000) : Math.floor(ratio * 10_000)) / 100)

const monthWords = (month: string): string =>
  new Date(`${month}-15T12:00`).toLocaleDateString('en-GB', { month: 'long', year: 'numeric' })

const dayWords = (at: Date): string =>
  at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })

function momentWords(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${at.toTimeString().slice(0, 8)}`
}
