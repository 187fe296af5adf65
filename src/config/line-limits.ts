import { isMap, isScalar } from 'yaml'
import { fail, ok } from '../model/index.ts'
import type { Result, SegmentLimit, Shape } from '../model/index.ts'
import { MSS_RANGE, MSS_WORDS, MTU_RANGE, SHAPE_BOUNDS, SHAPE_KEYS } from './limit-keys.ts'
import { readAmount, readChoice, readFields, readNumber } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { problem } from './problem.ts'
import type { Complaint } from './problem.ts'
import { rate } from './quantities.ts'
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

export const readMtu = (reading: Reading, item: Item): Written<number> | undefined =>
  readNumber(reading, item, mtu)

function mtu(value: number, source: string): Result<number, Complaint> {
  const { min, max } = MTU_RANGE
  if (Number.isInteger(value) && value >= min && value <= max) return ok(value)
  return fail({
    code: 'MH210',
    message: `an MTU of ${plain(source)} cannot be`,
    label: `expected a whole number of bytes from ${min} to ${max}`,
    ...(value < min
      ? { why: `below ${min} bytes the kernel takes IPv6 off the interface; PPPoE has 1492, WireGuard 1420` }
      : {}),
  })
}

/** A speed alone, or one for each direction. */
export function readShape(reading: Reading, item: Item): Written<Shape> | undefined {
  const { place } = item
  if (!isMap(item.node)) {
    const up = readRate(reading, item)
    return up && { value: { upBitsPerSecond: up.value }, place }
  }
  const fields = readFields(reading, item, 'shape', SHAPE_KEYS)
  if (fields === undefined) return undefined
  const { items, meant } = fields
  if (items.up === undefined && items.down === undefined && meant.size === 0) {
    const label = 'expected "up: SPEED", "down: SPEED" or both in it'
    reading.problems.push(problem('MH202', place, '"shape" names no speed', { label }))
  }
  const up = items.up && readRate(reading, items.up)
  const down = items.down && readRate(reading, items.down)
  return {
    value: { ...(up && { upBitsPerSecond: up.value }), ...(down && { downBitsPerSecond: down.value }) },
    place,
  }
}

const readRate = (reading: Reading, item: Item): Written<number> | undefined =>
  readAmount(reading, item, (text) => rate(text, SHAPE_BOUNDS))

const plain = (source: string): string => quote(source).slice(1, -1)
