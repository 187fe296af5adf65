import { parseConfig } from '../config/index.ts'
import type { Config } from '../model/index.ts'
import {
  accept,
  fingerprintOf,
  isInFileByNow,
  undo,
  undoneEntry,
  type ConfigHistory,
} from './config-history.ts'
import type { ReadConfig } from './read-config.ts'

/** What a start is to run. */
export interface Choice {
  readonly config: Config
  /** What was in force before; absent: nobody knows. */
  readonly former?: Config | undefined
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
  const before = lastApplied(found, reading)
  const asInFile = {
    config: reading.config,
    former: before,
    source: reading.source,
    history,
    isFormer: false,
  }
  if (former === undefined || undoneEntry(history, reading.source) === undefined) return asInFile
  // What an older version accepted may mean nothing to this one.
  const parsed = parseConfig(former.text, reading.config.file)
  return parsed.ok
    ? { config: parsed.value.config, former: before, source: former.text, history, isFormer: true }
    : asInFile
}

/** What is in force, or was when the daemon ended; `undefined` where nobody knows. @param reading of the file as it is now */
export function lastApplied(
  { trial, accepted: [newest] }: ConfigHistory,
  reading: Pick<ReadConfig, 'config' | 'source'>,
): Config | undefined {
  const { config, source } = reading
  const isOnTrial =
    trial !== undefined && trial.text === undefined && trial.fingerprint === fingerprintOf(source)
  const text = isOnTrial ? source : trial === undefined ? newest?.text : trial.text
  if (text === undefined) return undefined
  if (text === source) return config
  const parsed = parseConfig(text, config.file)
  return parsed.ok ? parsed.value.config : undefined
}

/** What of a trial was left when the daemon ended. */
function settled(found: ConfigHistory, fileText: string, nowMs: number): ConfigHistory {
  if (found.trial === undefined) return found
  if (isInFileByNow(found, fileText)) return accept(found, fileText, nowMs)
  return undo(found, nowMs, 'multihomed ended before it was confirmed')
}
