import { parseConfig } from '../config/index.ts'
import type { Config } from '../model/index.ts'
import { accept, isInFileByNow, undo, undoneEntry, type ConfigHistory } from './config-history.ts'
import type { ReadConfig } from './read-config.ts'

/** What a start is to run. */
export interface Choice {
  readonly config: Config
  readonly source: string
  readonly history: ConfigHistory
  /** Not what the file holds, which was undone. */
  readonly isFormer: boolean
}

/**
 * The file, unless it holds a text that was undone, or one that nobody confirmed before the daemon ended: then what was
 * accepted before it.
 */
export function chooseConfig(reading: ReadConfig, found: ConfigHistory, nowMs: number): Choice {
  const history = settled(found, reading.source, nowMs)
  const [former] = history.accepted
  const asInFile = { config: reading.config, source: reading.source, history, isFormer: false }
  if (former === undefined || undoneEntry(history, reading.source) === undefined) return asInFile
  // What an older version accepted may mean nothing to this one.
  const parsed = parseConfig(former.text, reading.config.file)
  return parsed.ok ? { config: parsed.value.config, source: former.text, history, isFormer: true } : asInFile
}

/** What of a trial was left when the daemon ended. */
function settled(found: ConfigHistory, fileText: string, nowMs: number): ConfigHistory {
  if (found.trial === undefined) return found
  if (isInFileByNow(found, fileText)) return accept(found, fileText, nowMs)
  return undo(found, nowMs, 'multihomed ended before it was confirmed')
}
