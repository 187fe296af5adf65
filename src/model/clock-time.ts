const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June'].concat([
  'July', 'August', 'September', 'October', 'November', 'December',
]) // prettier-ignore

/** Local time: `14:02` today, `3 March 14:02` this year, else `3 March 2025`. */
export function clockTime(atMs: number, nowMs: number): string {
  const at = new Date(atMs)
  const now = new Date(nowMs)
  const clock = `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`
  if (at.toDateString() === now.toDateString()) return clock
  const day = `${at.getDate()} ${MONTHS[at.getMonth()] ?? ''}`
  return at.getFullYear() === now.getFullYear() ? `${day} ${clock}` : `${day} ${at.getFullYear()}`
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')
