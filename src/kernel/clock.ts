import { hasFfi } from './with-ffi.ts'

/** linux/timex.h: nobody has set the clock by another one lately. */
const TIME_ERROR = 5

/** Whether somebody keeps the clock right (NTP, PTP, GPS). @returns `undefined` where that cannot be asked */
export async function isClockKept(): Promise<boolean | undefined> {
  if (!(await hasFfi())) return undefined
  const { clockState, SystemError } = await import('./ffi.ts')
  try {
    return clockState() !== TIME_ERROR
  } catch (cause) {
    if (cause instanceof SystemError) return undefined
    throw cause
  }
}
