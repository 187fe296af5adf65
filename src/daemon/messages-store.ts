import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { keptText, nothingKept, parseKept, type Kept } from '../notify/index.ts'
import { readOwnFile, writeWhole } from './own-file.ts'

export const MESSAGES_FILE = 'messages.json'
/** Fifty messages a channel, and a week of outages. */
const MAX_BYTES = 8 << 20
/** Nobody but us: when a line failed is nobody's business. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o750

/**
 * One that is torn or not ours is passed over: what is lost with it are messages that waited.
 * @param offsetMs from the monotonic clock to the wall's
 */
export async function loadMessages(
  directory: string,
  offsetMs: number,
  onWarning: (text: string) => void,
): Promise<Kept> {
  const nothing = nothingKept(randomBytes(4).toString('hex'))
  const file = await readOwnFile(directory, MESSAGES_FILE, MAX_BYTES)
  if (file.is === 'absent') return nothing
  const kept = file.is === 'usable' ? parseKept(file.text, offsetMs) : undefined
  if (kept !== undefined) return kept
  const why =
    file.is === 'unusable' ? file.why : `${join(directory, MESSAGES_FILE)} holds no messages of ours`
  onWarning(`${why}; what waited to be sent is lost`)
  return nothing
}

/** @throws when the directory cannot be written */
export const saveMessages = (directory: string, kept: Kept, offsetMs: number): Promise<void> =>
  writeWhole(
    { directory, directoryMode: DIRECTORY_MODE, name: MESSAGES_FILE, mode: FILE_MODE },
    keptText(kept, offsetMs),
  )
