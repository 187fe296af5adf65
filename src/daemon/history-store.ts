import { join } from 'node:path'
import {
  emptyHistory,
  type AcceptedText,
  type ConfigHistory,
  type TriedText,
  type UndoneText,
} from './config-history.ts'
import { fieldsOf, listOf, parseJson } from './json-values.ts'
import { readOwnFile, writeWhole } from './own-file.ts'

export const HISTORY_FILE = 'configurations.json'
const VERSION = 1
/** Thirteen texts of a megabyte, with every quote escaped. */
const MAX_BYTES = 48 << 20
/** Nobody but us: a configuration may hold more than everybody should read. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o750

/**
 * One that is torn or not ours is left aside: what is lost with it is the way back from a change, not from us.
 * @param onWarning told so
 */
export async function loadHistory(
  directory: string,
  onWarning: (text: string) => void,
): Promise<ConfigHistory> {
  const file = await readOwnFile(directory, HISTORY_FILE, MAX_BYTES)
  if (file.is === 'absent') return emptyHistory
  const history = file.is === 'usable' ? parseHistory(file.text) : undefined
  if (history !== undefined) return history
  const why =
    file.is === 'unusable' ? file.why : `${join(directory, HISTORY_FILE)} holds no configurations of ours`
  onWarning(`${why}; earlier configurations are forgotten`)
  return emptyHistory
}

/** @throws when the directory cannot be written */
export const saveHistory = (directory: string, history: ConfigHistory): Promise<void> =>
  writeWhole(
    { directory, directoryMode: DIRECTORY_MODE, name: HISTORY_FILE, mode: FILE_MODE },
    historyText(history),
  )

export const historyText = (history: ConfigHistory): string =>
  `${JSON.stringify({ version: VERSION, ...history })}\n`

/** @returns `undefined` when anything in it is not as we write it */
export function parseHistory(text: string): ConfigHistory | undefined {
  const file = fieldsOf(parseJson(text))
  if (file === undefined || file['version'] !== VERSION) return undefined
  const accepted = listOf(file['accepted'], readAccepted)
  const undone = listOf(file['undone'], readUndone)
  // Earlier releases knew none.
  const tried = listOf(file['tried'] ?? [], readTried)
  const trial = file['trial'] === undefined ? undefined : readTrial(file['trial'])
  if (accepted === undefined || undone === undefined || tried === undefined) return undefined
  if (file['trial'] !== undefined && trial === undefined) return undefined
  return { accepted, undone, tried, ...(trial !== undefined && { trial }) }
}

function readAccepted(value: unknown): AcceptedText | undefined {
  const { text, atMs } = fieldsOf(value) ?? {}
  return typeof text === 'string' && isTime(atMs) ? { text, atMs } : undefined
}

function readTrial(value: unknown): ConfigHistory['trial'] {
  const { fingerprint, sinceMs, text } = fieldsOf(value) ?? {}
  if (typeof fingerprint !== 'string' || !isTime(sinceMs)) return undefined
  if (text !== undefined && typeof text !== 'string') return undefined
  return { fingerprint, sinceMs, ...(text !== undefined && { text }) }
}

function readTried(value: unknown): TriedText | undefined {
  const accepted = readAccepted(value)
  const { why } = fieldsOf(value) ?? {}
  return accepted !== undefined && typeof why === 'string' ? { ...accepted, why } : undefined
}

function readUndone(value: unknown): UndoneText | undefined {
  const { fingerprint, atMs, why } = fieldsOf(value) ?? {}
  return typeof fingerprint === 'string' && typeof why === 'string' && isTime(atMs)
    ? { fingerprint, atMs, why }
    : undefined
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value)
