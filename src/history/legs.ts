import type { Store } from './store.ts'

/** Within a job. A number instead of the name in every row; a name that is new gets one. */
export function legId(store: Store, leg: string): number {
  store.run('INSERT OR IGNORE INTO leg (name) VALUES (?)', leg)
  return Number(store.rows('SELECT id FROM leg WHERE name = ?', leg)[0]?.['id'])
}
