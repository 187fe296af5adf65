/** What of a month's volume is used, in words and as a share: the same on a screen and on a page. Pure. */
import type { LineDocument } from '../api/contract.ts'
import { bytes } from './amounts.ts'

type Volume = NonNullable<LineDocument['volume']>

const DAY_MS = 86_400_000

/** `31 GB of 50 GB used, day 21 of 30`; without a quota `31 GB, day 21 of 30` */
export function volumeWords({ usedBytes, quotaBytes, from, to }: Volume, nowMs: number): string {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  const day = 1 + Math.floor((nowMs - fromMs) / DAY_MS)
  const used = quotaBytes === null ? bytes(usedBytes) : `${bytes(usedBytes)} of ${bytes(quotaBytes)} used`
  return `${used}, day ${day} of ${Math.round((toMs - fromMs) / DAY_MS)}`
}

/** How much of the month has gone, 0-1. */
export const shareOfMonth = ({ from, to }: Volume, nowMs: number): number =>
  Math.min(1, Math.max(0, (nowMs - Date.parse(from)) / (Date.parse(to) - Date.parse(from))))
