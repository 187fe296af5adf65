import { createHash } from 'node:crypto'

/**
 * What became of the texts of the configuration file. The file itself is the operator's and never written by us: after
 * an undo it still holds what was undone, and only what stands here tells the next start not to take it.
 */
export interface ConfigHistory {
  /** Texts that were in force and not on trial, newest first. The first is what to go back to from a trial. */
  readonly accepted: readonly AcceptedText[]
  /** In force now, and not for long unless somebody confirms. */
  readonly trial?: { readonly fingerprint: string; readonly sinceMs: number }
  /** Texts that were in force and are not to be again, unless they are applied once more. */
  readonly undone: readonly UndoneText[]
}

export interface AcceptedText {
  readonly text: string
  /** Wall time, as all times here: they outlive the boot. */
  readonly atMs: number
}

export interface UndoneText {
  readonly fingerprint: string
  readonly atMs: number
  /** `no answer in 60 s` */
  readonly why: string
}

export const emptyHistory: ConfigHistory = { accepted: [], undone: [] }

/** Enough for an evening of trying; each may have a megabyte. */
const KEEP_ACCEPTED = 8
const KEEP_UNDONE = 32

/** In force for good. Whoever wants this text wants none that was undone before. */
export function accept({ accepted }: ConfigHistory, text: string, atMs: number): ConfigHistory {
  const isNew = accepted[0]?.text !== text
  return { accepted: isNew ? [{ text, atMs }, ...accepted].slice(0, KEEP_ACCEPTED) : accepted, undone: [] }
}

export const beginTrial = (history: ConfigHistory, text: string, sinceMs: number): ConfigHistory => ({
  ...history,
  trial: { fingerprint: fingerprintOf(text), sinceMs },
})

/** Back to the text before the one in force: that of the trial, or else the newest accepted one. */
export function undo(history: ConfigHistory, atMs: number, why: string): ConfigHistory {
  const { trial, accepted, undone } = history
  const [newest, ...older] = accepted
  const left = trial ?? (newest && { fingerprint: fingerprintOf(newest.text) })
  if (left === undefined) return history
  return {
    accepted: trial === undefined ? older : accepted,
    undone: [{ fingerprint: left.fingerprint, atMs, why }, ...undone].slice(0, KEEP_UNDONE),
  }
}

/** Is there anything to go back to? */
export const canUndo = ({ trial, accepted }: ConfigHistory): boolean =>
  accepted.length >= (trial === undefined ? 2 : 1)

/** When and why this text was undone; `undefined` when it was not, or was applied again since. */
export const undoneEntry = (history: ConfigHistory, text: string): UndoneText | undefined => {
  const fingerprint = fingerprintOf(text)
  return history.undone.find((entry) => entry.fingerprint === fingerprint)
}

const fingerprintOf = (text: string): string => createHash('sha256').update(text).digest('hex')
