import { fail, mark, ok } from '../model/index.ts'
import type { Mark, Result } from '../model/index.ts'
import { MAX_RULE_PRIORITY_BASE, TAKEN_MARK_BITS } from './keys.ts'
import { WEIGHT_RANGE } from './line-keys.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

type Parsed<T> = Result<T, Complaint>

export function weight(value: number, source: string): Parsed<number> {
  const { min, max } = WEIGHT_RANGE
  if (value >= min && value <= max) return ok(value)
  return fail({
    code: 'MH210',
    message: `a weight of ${plain(source)} cannot be kept`,
    label: `expected a number from ${min} to ${max}`,
    ...(value === 0 ? { help: 'for a line that shall get no connections, comment it out' } : {}),
  })
}

export function billingDay(value: number, source: string): Parsed<number> {
  if (Number.isInteger(value) && value >= 1 && value <= 31) return ok(value)
  return fail({
    code: 'MH210',
    message: `${plain(source)} is no day of a month`,
    label: 'expected a whole number from 1 to 31',
  })
}

export function rulePriorityBase(value: number, source: string): Parsed<number> {
  if (Number.isInteger(value) && value >= 0 && value <= MAX_RULE_PRIORITY_BASE) return ok(value)
  return fail({
    code: 'MH210',
    message: `${plain(source)} cannot be added to our rule priorities`,
    label: `expected a whole number from 0 to ${MAX_RULE_PRIORITY_BASE}`,
    ...(value > MAX_RULE_PRIORITY_BASE
      ? { why: 'our last rule, base + 222, must come before the kernel looks at table main at 32766' }
      : {}),
  })
}

export function markMask(value: number, source: string): Parsed<Mark> {
  const complain = (message: string, why?: string): Parsed<Mark> =>
    fail({
      code: 'MH211',
      message: `the mask ${plain(source)} ${message}`,
      label: 'expected one run of bits, such as 0x3f000000',
      ...(why === undefined ? {} : { why }),
    })
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) return complain('is no 32-bit number')
  if (value === 0) return complain('has no bit')
  if ((value & TAKEN_MARK_BITS) !== 0) {
    return complain(
      'covers bits that are taken',
      '0x40000000 marks packets of our own making, 0x80000000 our probes; the mask must stay below',
    )
  }
  const lowestBit = value & -value
  if (((value + lowestBit) & value) !== 0) return complain('has gaps')
  if (value === lowestBit)
    return complain('has one bit', 'none and all bits set are no line, so one bit is room for no line')
  return ok(mark(value))
}

const plain = (source: string): string => quote(source).slice(1, -1)
