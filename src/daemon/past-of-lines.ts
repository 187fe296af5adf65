import { hostname } from 'node:os'
import type { History, SeriesQuestion } from '../history/index.ts'
import { monthAt, monthNamed, type Month } from '../model/index.ts'
import { legsOf, wholeLines, type LineFacts } from '../plan/index.ts'
import type { PastOfLeg, PastOfLine, Remembered, ReportedClients, ReportedMonth } from './control.ts'

/** Where the answers come from. */
export interface PastSource {
  readonly lines: readonly LineFacts[]
  /** Brought up to date; `undefined`: nothing is remembered. */
  readonly history: () => Promise<History | undefined>
  /** Wall time. */
  readonly nowMs: number
}

const NOTHING = {
  is: 'nothing',
  why: 'nothing is remembered: history is off, or its file cannot be read',
} as const

export async function pastOf(
  { lines, history }: PastSource,
  name: string,
  question: SeriesQuestion,
): Promise<Remembered<PastOfLine>> {
  const line = find(lines, name)
  if (line === undefined) return unknown(lines)
  const source = await history()
  const main = source && (await pastOfLeg(source, line.main, question))
  if (source === undefined || main === undefined) return NOTHING
  const ipv6 = line.second === undefined ? undefined : await pastOfLeg(source, line.second, question)
  return { is: 'done', main, ...(ipv6 !== undefined && { ipv6 }) }
}

/** @param month `2026-11`, checked; `last`; absent: the one that goes on */
export async function monthOf(
  { lines, history, nowMs }: PastSource,
  name: string,
  month?: string,
): Promise<Remembered<ReportedMonth>> {
  const line = find(lines, name)
  if (line === undefined) return unknown(lines)
  const { billingDay, interface: dev } = line.config
  const wanted = monthOfLine(billingDay, month, nowMs)
  const report = await (await history())?.month(name, line, wanted, nowMs)
  if (report === undefined) return NOTHING
  return { is: 'done', report, interface: dev, billingDay, hostname: hostname() }
}

/** Who had how much of a line in a month. @param month as above. @param isCounted now */
export async function clientsOf(
  { lines, history, nowMs }: PastSource,
  name: string,
  { month, isCounted }: { readonly month: string | undefined; readonly isCounted: boolean },
): Promise<Remembered<ReportedClients>> {
  const line = find(lines, name)
  if (line === undefined) return unknown(lines)
  const wanted = monthOfLine(line.config.billingDay, month, nowMs)
  const clients = await (await history())?.clients(name, wanted)
  if (clients === undefined) return NOTHING
  const untilMs = Math.max(wanted.fromMs, Math.min(wanted.toMs, nowMs))
  return { is: 'done', month: wanted, untilMs, isCounted, clients }
}

function monthOfLine(billingDay: number, month: string | undefined, nowMs: number): Month {
  const named = month === undefined ? undefined : monthNamed(month, billingDay)
  return named ?? monthAt(nowMs, billingDay, month === 'last' ? 1 : 0)
}

/** A line by its name, with the names of its legs. */
function find(lines: readonly LineFacts[], name: string) {
  const whole = wholeLines(lines).find(({ config }) => config.name === name)
  const [main, second] = whole === undefined ? [] : legsOf(whole).map(({ leg }) => leg)
  return main === undefined || whole === undefined ? undefined : { config: whole.config, main, second }
}

const unknown = (lines: readonly LineFacts[]) => ({
  is: 'unknown' as const,
  lines: wholeLines(lines).map(({ config: { name } }) => ({ name })),
})

async function pastOfLeg(
  history: History,
  leg: string,
  question: SeriesQuestion,
): Promise<PastOfLeg | undefined> {
  const series = await history.series(leg, question)
  const outages = await history.outages(leg, question.fromMs, question.toMs)
  return series && outages && { ...series, outages }
}
