import type { Store } from './store.ts'

/** Within a job that writes. A number instead of the name in every row; a name that is new gets one. */
export function legId(store: Store, leg: string): number {
  store.run('INSERT OR IGNORE INTO leg (name) VALUES (?)', leg)
  return knownLeg(store, leg)
}

/** Within a job. @returns 0, which no leg has, for one that was never seen */
export const knownLeg = (store: Store, leg: string): number =>
  Number(store.rows('SELECT id FROM leg WHERE name = ?', leg)[0]?.['id'] ?? 0)
