import { clockTime } from '../model/index.ts'
import type { Note } from '../plan/index.ts'

/** A file that was to be applied and was not. */
export interface RefusedFile {
  /** `refused`: the file itself is wrong. `failed`: the box would not have it. */
  readonly is: 'refused' | 'failed'
  readonly atMs: number
  /** `2 errors`, or what the kernel said. */
  readonly why: string
}

/**
 * Whoever edited the file and was called away must not take for in force what he reads there.
 * @param times wall times
 */
export function refusedFileNote(
  file: string,
  { is, why }: RefusedFile,
  times: { readonly refusedAtMs: number; readonly appliedAtMs: number; readonly nowMs: number },
): Note {
  const [refusedAt, appliedAt] = [times.refusedAtMs, times.appliedAtMs].map((at) =>
    clockTime(at, times.nowMs),
  )
  const what = is === 'refused' ? 'was refused' : 'could not be applied'
  return {
    code: 'file-refused',
    severity: 'warning',
    text: `${file} ${what} at ${refusedAt}: ${why.split('\n')[0]}; what runs is the configuration of ${appliedAt}`,
    help: 'multihome check shows what is wrong, multihome apply takes it once it is right',
  }
}
