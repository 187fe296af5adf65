import { isMap } from 'yaml'
import { DEFAULT_RELEASE, fail, ok } from '../model/index.ts'
import type { FailbackPolicy, ReleasePolicy, Result } from '../model/index.ts'
import { nearest } from './nearest.ts'
import { readAmount, readFields, readFlag } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { BOUNDS, FAILBACKS, RELEASE_KEYS } from './policy-keys.ts'
import type { Complaint } from './problem.ts'
import { duration } from './quantities.ts'
import { quote } from './quote.ts'

type AfterMs = ReleasePolicy['afterMs']

export interface DraftRelease {
  readonly afterMs?: Written<AfterMs> | undefined
  readonly repick?: Written<boolean> | undefined
  readonly own?: Written<boolean> | undefined
}

/** A time alone, or a map. */
export function readRelease(reading: Reading, item: Item): DraftRelease | undefined {
  if (!isMap(item.node)) {
    const afterMs = readAmount(reading, item, after)
    return afterMs && { afterMs }
  }
  const fields = readFields(reading, item, 'release', RELEASE_KEYS)
  if (fields === undefined) return undefined
  const { after: time, repick, own } = fields.items
  return {
    afterMs: time && readAmount(reading, time, after),
    repick: repick && readFlag(reading, repick),
    own: own && readFlag(reading, own),
  }
}

/** Each key from the line, else from the file, else the default. */
export const releaseOf = (line: DraftRelease = {}, file: DraftRelease = {}): ReleasePolicy => ({
  afterMs: (line.afterMs ?? file.afterMs)?.value ?? DEFAULT_RELEASE.afterMs,
  repick: (line.repick ?? file.repick)?.value ?? DEFAULT_RELEASE.repick,
  own: (line.own ?? file.own)?.value ?? DEFAULT_RELEASE.own,
})

function after(text: string): Result<AfterMs, Complaint> {
  if (text === 'never') return ok('never')
  const read = duration(text, BOUNDS.after)
  if (read.ok || /\d/.test(text)) return read
  const isNever = NEVER_ELSEWHERE.includes(text.toLowerCase()) || nearest(text, ['never']) !== undefined
  const label = isNever ? 'did you mean "never"?' : 'expected never, or a time such as 3s'
  return fail({ code: 'MH205', message: `when to end connections is ${quote(text)}`, label })
}

const NEVER_ELSEWHERE = ['off', 'none', 'no', 'keep', 'leave', 'false']

/** `leave`, `move`, `drain 10m` */
export function failbackPolicy(text: string): Result<FailbackPolicy, Complaint> {
  if (text === 'leave' || text === 'move') return ok({ is: text })
  const [, time] = /^drain (.+)$/.exec(text) ?? []
  if (time !== undefined) {
    const deadline = duration(time, BOUNDS.drain)
    return deadline.ok ? ok({ is: 'drain', deadlineMs: deadline.value }) : deadline
  }
  const [first = ''] = text.trim().split(/[\s:=(]/, 1)
  const meant = FAILBACK_WORDS.get(first.toLowerCase()) ?? nearest(first, FAILBACKS)
  return fail({
    code: 'MH205',
    message: `"failback" is ${quote(text)}`,
    label:
      meant === undefined
        ? 'expected leave, move, or drain with a time'
        : `did you mean ${quote(meant === 'drain' ? 'drain 10m' : meant)}?`,
    help: 'it can be leave, move, or drain with a time, such as drain 10m',
  })
}

const FAILBACK_WORDS: ReadonlyMap<string, FailbackPolicy['is']> = new Map([
  ...['keep', 'never', 'off', 'no', 'none', 'stay', 'manual'].map((word) => [word, 'leave'] as const),
  ...['kill', 'immediate', 'now', 'always', 'yes', 'on', 'reset'].map((word) => [word, 'move'] as const),
  ...['wait', 'slow', 'lazy'].map((word) => [word, 'drain'] as const),
])
