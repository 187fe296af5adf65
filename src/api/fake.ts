import type { Control } from '../daemon/control.ts'
import { VALUES } from './examples.ts'

/** A daemon that only pretends: a test hands in the answers that matter to it. */
export const fakeControl = (answers: Partial<Control> = {}): Control => ({
  status: () => Promise.resolve(VALUES.status),
  apply: () => Promise.resolve({ is: 'applied', plan: VALUES.plan, tookMs: 38.4 }),
  down: ({ dryRun }) => Promise.resolve({ ...VALUES.down, dryRun }),
  ...answers,
})
