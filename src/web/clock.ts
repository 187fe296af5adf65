/** Local time, as the person in front of the screen has it. */
const two = (value: number): string => String(value).padStart(2, '0')

/** `15:06:43` */
export function clock(atMs: number): string {
  const at = new Date(atMs)
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
}

/** `15:06:43.551`: a failover takes less than a second. */
export const clockToMs = (atMs: number): string => `${clock(atMs)}.${String(atMs % 1000).padStart(3, '0')}`

/** `15:06` today, else `22 Nov 15:06`. */
export const moment = (atMs: number, nowMs: number): string => momentToSecond(atMs, nowMs).slice(0, -3)

/** `15:06:43` today, else `22 Nov 15:06:43`. */
export function momentToSecond(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString()
  return isToday ? clock(atMs) : `${dayOf(atMs)} ${clock(atMs)}`
}

/** `22 Nov` */
export function dayOf(atMs: number): string {
  const at = new Date(atMs)
  return `${at.getDate()} ${MONTHS[at.getMonth()] ?? ''}`
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** For those who compare logs: RFC 3339, UTC. */
export const utc = (atMs: number): string => new Date(atMs).toISOString()
