import { isMap } from 'yaml'
import type { HistoryConfig } from '../model/index.ts'
import { HISTORY_KEYS } from './keys.ts'
import { readAmount, readFields, readFlag, readOff } from './node-reader.ts'
import type { Item, Reading } from './node-reader.ts'
import { BOUNDS } from './policy-keys.ts'
import { size, sizeBytes } from './quantities.ts'

const OFF_ELSEWHERE: ReadonlyMap<string, 'off'> = new Map(
  ['false', 'no', 'none', 'never', 'disabled'].map((word) => [word, 'off']),
)

export const DEFAULT_HISTORY: HistoryConfig = {
  sizeBytes: sizeBytes(HISTORY_KEYS.size.default),
  clients: HISTORY_KEYS.clients.default,
}

/** @returns `off`: nothing is remembered; `undefined`: it cannot be read */
export function readHistory(reading: Reading, item: Item): HistoryConfig | 'off' | undefined {
  if (!isMap(item.node)) return readOff(reading, item, OFF_ELSEWHERE)?.value
  const fields = readFields(reading, item, 'history', HISTORY_KEYS)
  const written = fields?.items.size
  const bytes = written && readAmount(reading, written, (text) => size(text, BOUNDS.history))
  const clients = fields?.items.clients && readFlag(reading, fields.items.clients)
  return {
    ...DEFAULT_HISTORY,
    ...(bytes && { sizeBytes: bytes.value }),
    ...(clients && { clients: clients.value }),
  }
}
