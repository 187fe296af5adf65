/** What a guest tells of its test files, line by line: see run-files.sh. */

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0 }

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

export const sentence = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`

export type Word =
  | { readonly is: 'begin'; readonly file: string }
  | { readonly is: 'end'; readonly file: string; readonly counts: Counts; readonly tooLong: boolean }

/** What `timeout` exits with when it had to end the command: gently, or not. */
const TOO_LONG = [124, 137]

/** @returns `undefined` for a line that is for the reader */
export function readWord(line: string): Word | undefined {
  const begin = /^::begin (\S+)$/.exec(line)
  if (begin?.[1] !== undefined) return { is: 'begin', file: begin[1] }
  const end = /^::end (\S+) ((?:\d+ ?){5})$/.exec(line)
  if (end?.[1] === undefined) return undefined
  const [status = 0, passed = 0, fail = 0, cancelled = 0, skipped = 0] = (end[2] ?? '').split(' ').map(Number)
  // Node that ended badly without a failed test (killed, refused an option) is a failure all the same.
  const failed = fail + cancelled === 0 && status !== 0 ? 1 : fail + cancelled
  return { is: 'end', file: end[1], counts: { passed, failed, skipped }, tooLong: TOO_LONG.includes(status) }
}
