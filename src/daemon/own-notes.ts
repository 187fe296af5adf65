import { clockTime } from '../model/index.ts'
import type { Note } from '../plan/index.ts'
import type { ConfigHistory } from './config-history.ts'
import type { Trial } from './control.ts'

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

/**
 * The file still holds what was undone, and whoever reads it must not take it for in force.
 * @param nowMs by the wall clock
 */
export function undoneFileNote(file: string, history: ConfigHistory, nowMs: number): Note | undefined {
  const [undone] = history.undone
  const [running] = history.accepted
  if (undone === undefined || running === undefined) return undefined
  return {
    code: 'file-undone',
    severity: 'warning',
    text: `${file} was undone at ${clockTime(undone.atMs, nowMs)}: ${undone.why}; what runs is the configuration of ${clockTime(running.atMs, nowMs)}`,
    help: 'multihome apply takes the file all the same',
  }
}

/** @param nowMs by the wall clock */
export function trialNote({ undoAtMs, formerAtMs }: Trial, nowMs: number): Note {
  const left = Math.max(0, Math.ceil((undoAtMs - nowMs) / 1000))
  return {
    code: 'unconfirmed',
    severity: 'warning',
    text: `what runs is on trial: in ${left} s the configuration of ${clockTime(formerAtMs, nowMs)} comes back`,
    help: 'multihome confirm keeps it, multihome undo goes back at once',
  }
}
