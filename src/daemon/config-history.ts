import { createHash } from 'node:crypto'

/**
 * What became of the texts of the configuration. After an undo the file still holds what was undone, for it is the
 * operator's, and only what stands here tells the next start not to take it. What came by the API and was undone never
 * came into the file, and would be lost.
 */
export interface ConfigHistory {
  /** Texts that were in force and not on trial, newest first. The first is what to go back to from a trial. */
  readonly accepted: readonly AcceptedText[]
  /** In force now, and not for long unless somebody confirms. */
  readonly trial?: TextOnTrial
  /** Texts that were in force and are not to be again, unless they are applied once more. */
  readonly undone: readonly UndoneText[]
  /** That came by the API, were in force and were undone, newest first. */
  readonly tried: readonly TriedText[]
}

export interface TextOnTrial {
  readonly fingerprint: string
  readonly sinceMs: number
  /** It came by the API and becomes the file only when it is confirmed; absent: it is what the file held. */
  readonly text?: string
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

export interface TriedText extends AcceptedText {
  /** Why it was undone. */
  readonly why: string
}

export const emptyHistory: ConfigHistory = { accepted: [], undone: [], tried: [] }

/** Enough for an evening of trying; each may have a megabyte. */
const KEEP_ACCEPTED = 8
const KEEP_UNDONE = 32
const KEEP_TRIED = 4

/** In force for good. Whoever wants this text wants none that was undone before. */
export function accept({ accepted, tried }: ConfigHistory, text: string, atMs: number): ConfigHistory {
  const isNew = accepted[0]?.text !== text
  return {
    accepted: isNew ? [{ text, atMs }, ...accepted].slice(0, KEEP_ACCEPTED) : accepted,
    undone: [],
    tried: without(tried, text),
  }
}

const without = (tried: readonly TriedText[], text: string): TriedText[] =>
  tried.filter((one) => one.text !== text)

/** @param from where the text is */
export const beginTrial = (
  history: ConfigHistory,
  text: string,
  sinceMs: number,
  from: 'file' | 'api' = 'file',
): ConfigHistory => ({
  ...history,
  trial: { fingerprint: fingerprintOf(text), sinceMs, ...(from === 'api' && { text }) },
})

/** Nobody but a confirmation of ours, or the operator himself, can have made the file what was on trial by the API. */
export const isInFileByNow = ({ trial }: ConfigHistory, fileText: string): boolean =>
  trial?.text !== undefined && trial.text === fileText

/** Back to the text before the one in force: that of the trial, or else the newest accepted one. */
export function undo(history: ConfigHistory, atMs: number, why: string): ConfigHistory {
  const { trial, accepted, undone, tried } = history
  if (trial?.text !== undefined) {
    return {
      accepted,
      undone,
      tried: [{ text: trial.text, atMs, why }, ...without(tried, trial.text)].slice(0, KEEP_TRIED),
    }
  }
  const [newest, ...older] = accepted
  const left = trial ?? (newest && { fingerprint: fingerprintOf(newest.text) })
  if (left === undefined) return history
  return {
    accepted: trial === undefined ? older : accepted,
    undone: [{ fingerprint: left.fingerprint, atMs, why }, ...undone].slice(0, KEEP_UNDONE),
    tried,
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

/** What was undone last, wherever it came from. */
export const lastUndone = ({
  undone: [undone],
  tried: [tried],
}: ConfigHistory): { readonly atMs: number; readonly why: string } | undefined =>
  undone !== undefined && (tried === undefined || undone.atMs >= tried.atMs) ? undone : tried

/** What tells one text from another. */
export const fingerprintOf = (text: string): string => createHash('sha256').update(text).digest('hex')
