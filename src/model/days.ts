const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** Local, `2026-11-22`. */
export function dayOf(atMs: number): string {
  const at = new Date(atMs)
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`
}

/** From its first day on, up to the first day of the next, which is not in it. Local times. */
export interface Month {
  /** In which it begins: `2026-11`. */
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

/**
 * A month as the bill has it.
 * @param name `2026-11`
 * @param firstDay 1 to 31; in a month that has no such day, its last one
 * @returns `undefined`: no month has this name
 */
export function monthNamed(name: string, firstDay: number): Month | undefined {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? []
  if (year === undefined || month === undefined) return undefined
  const index = Number(year) * 12 + Number(month) - 1
  return { name, fromMs: beginOf(index, firstDay), toMs: beginOf(index + 1, firstDay) }
}

/** In which a moment lies. @param ago so many months before that one */
export function monthAt(atMs: number, firstDay: number, ago = 0): Month {
  const at = new Date(atMs)
  const calendar = at.getFullYear() * 12 + at.getMonth()
  const index = (beginOf(calendar, firstDay) <= atMs ? calendar : calendar - 1) - ago
  const name = `${String(Math.floor(index / 12)).padStart(4, '0')}-${twoDigits((index % 12) + 1)}`
  return { name, fromMs: beginOf(index, firstDay), toMs: beginOf(index + 1, firstDay) }
}

/** @param index months since the year 0 */
function beginOf(index: number, firstDay: number): number {
  const [year, month] = [Math.floor(index / 12), index % 12]
  const lastDay = new Date(year, month + 1, 0).getDate()
  return new Date(year, month, Math.min(firstDay, lastDay)).getTime()
}
