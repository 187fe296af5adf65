import type { QuietHours } from '../model/index.ts'

/**
 * When quiet hours that are now end.
 * @param wallMs now, since 1970
 * @returns wall time; `undefined`: nobody sleeps
 */
export function quietUntil({ fromMinute, toMinute }: QuietHours, wallMs: number): number | undefined {
  const now = new Date(wallMs)
  const minute = now.getHours() * 60 + now.getMinutes()
  const isQuiet =
    fromMinute < toMinute
      ? fromMinute <= minute && minute < toMinute
      : fromMinute <= minute || minute < toMinute
  if (!isQuiet) return undefined
  // By the calendar, not by adding up: a night may have 25 hours.
  const end = new Date(wallMs)
  end.setHours(Math.floor(toMinute / 60), toMinute % 60, 0, 0)
  if (end.getTime() <= wallMs) end.setDate(end.getDate() + 1)
  return end.getTime()
}
