import { isScalar } from 'yaml'
import { fail, ok } from '../model/index.ts'
import type { Result, SegmentLimit } from '../model/index.ts'
import { MSS_RANGE, MSS_WORDS } from './limit-keys.ts'
import { readChoice, readNumber } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

const MSS_ELSEWHERE: ReadonlyMap<string, (typeof MSS_WORDS)[number]> = new Map([
  ...['true', 'yes', 'on', 'clamp', 'pmtu', 'clamp-mss-to-pmtu', 'mtu'].map(
    (word) => [word, 'auto'] as const,
  ),
  ...['false', 'no', 'none', 'disable'].map((word) => [word, 'off'] as const),
])

export function readMss(reading: Reading, item: Item): Written<SegmentLimit> | undefined {
  return isScalar(item.node) && typeof item.node.value === 'number'
    ? readNumber(reading, item, mss)
    : readChoice<SegmentLimit & string>(reading, item, MSS_WORDS, MSS_ELSEWHERE)
}

function mss(value: number, source: string): Result<number, Complaint> {
  const { min, max } = MSS_RANGE
  if (Number.isInteger(value) && value >= min && value <= max) return ok(value)
  return fail({
    code: 'MH210',
    message: `${plain(source)} is no size for a TCP segment`,
    label: `expected auto, off or a whole number of bytes from ${min} to ${max}`,
    ...(value < min ? { why: `every host takes segments of ${min} bytes; smaller ones only cost` } : {}),
  })
}

const plain = (source: string): string => quote(source).slice(1, -1)
