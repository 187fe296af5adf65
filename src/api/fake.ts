import { ok } from '../model/index.ts'
/** For tests: a daemon that only pretends, and one document of each kind. */
import type { Control } from '../daemon/control.ts'
import { VALUES } from './examples.ts'

export { EXAMPLES, VALUES } from './examples.ts'

/** A wish about the first line, fulfilled. */
const wished = { is: 'done', status: VALUES.status, line: VALUES.status.lines[0] ?? VALUES.drained } as const

const [token] = VALUES.tokens

const fakeTokens: Control['tokens'] = {
  list: () => VALUES.tokens,
  add: (name, right) =>
    Promise.resolve({
      is: 'added',
      token: { name, right, createdAtMs: token?.createdAtMs ?? 0 },
      secret: 'secret',
    }),
  remove: () => Promise.resolve({ is: 'removed' }),
  rightOf: (secret) => (({ 'may-read': 'read', 'may-change': 'change' }) as const)[secret],
}

/** Hand in the answers that matter. */
export const fakeControl = (answers: Partial<Control> = {}): Control => ({
  status: () => Promise.resolve(VALUES.status),
  look: () => Promise.resolve(VALUES.status),
  connections: () => Promise.resolve(ok(VALUES.connections)),
  onEvent: () => () => undefined,
  onChange: () => () => undefined,
  tokens: fakeTokens,
  events: () => VALUES.history,
  pastEvents: () => Promise.resolve(VALUES.history),
  channels: () => VALUES.channels,
  testChannels: () => Promise.resolve({ is: 'done', channels: VALUES.tested }),
  pastOf: () => Promise.resolve({ is: 'done', ...VALUES.past }),
  monthOf: () => Promise.resolve({ is: 'done', ...VALUES.month }),
  clientsOf: () => Promise.resolve({ is: 'done', ...VALUES.ofClients }),
  probe: () => Promise.resolve(VALUES.probe),
  drain: () => Promise.resolve({ is: 'done', status: VALUES.status, line: VALUES.drained }),
  undrain: () => Promise.resolve(wished),
  weigh: () => Promise.resolve(wished),
  apply: ({ confirmMs } = {}) =>
    Promise.resolve(
      confirmMs === undefined ? { is: 'applied', plan: VALUES.plan, tookMs: 38.4 } : VALUES.applied,
    ),
  configReport: () => Promise.resolve(VALUES.configReport),
  formerConfigs: () => VALUES.formerConfigs,
  checkText: () => Promise.resolve(VALUES.checkedText),
  applyText: () => Promise.resolve(VALUES.applied),
  hold: () => Promise.resolve(wished),
  letGo: () => Promise.resolve(),
  confirm: () => Promise.resolve({ is: 'confirmed' }),
  undo: () => Promise.resolve({ is: 'undone', undo: VALUES.undo }),
  down: ({ dryRun }) => Promise.resolve(ok({ ...VALUES.down, dryRun })),
  trace: () => Promise.resolve(ok(VALUES.trace)),
  ...answers,
})
