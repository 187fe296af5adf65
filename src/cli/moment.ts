import { InvalidArgumentError } from 'commander'

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const DAY_MS = UNIT_MS.d

/** For an option that takes a moment of the past: `10m`, `14:00`, `14:00:30`, `2026-11-22`, RFC 3339. Local times. */
export const pastMoment =
  (nowMs: () => number) =>
  (text: string): number => {
    const moment = ago(text, nowMs()) ?? clockOf(text, nowMs()) ?? dateOf(text)
    if (moment !== undefined) return moment
    throw new InvalidArgumentError('A moment is 10m, 2h, 14:00, 2026-11-22 or 2026-11-22T14:00.')
  }

function ago(text: string, nowMs: number): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  return isUnit(unit) ? nowMs - Number(count) * UNIT_MS[unit] : undefined
}

const isUnit = (unit: string | undefined): unit is keyof typeof UNIT_MS =>
  unit !== undefined && unit in UNIT_MS

/** The last time a clock showed it. */
function clockOf(text: string, nowMs: number): number | undefined {
  if (!/^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text)) return undefined
  const [hour = 0, minute = 0, second = 0] = text.split(':').map(Number)
  const today = new Date(nowMs).setHours(hour, minute, second, 0)
  return today <= nowMs ? today : new Date(today - DAY_MS).setHours(hour, minute, second, 0)
}

function dateOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined
  // A day alone would be read as UTC.
  const atMs = Date.parse(text.length === 'yyyy-mm-dd'.length ? `${text}T00:00` : text.replace(' ', 'T'))
  return Number.isNaN(atMs) ? undefined : atMs
}
