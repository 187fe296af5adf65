import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineId } from '../model/index.ts'
import { emptyMemory, type LineFacts } from '../plan/index.ts'
import { Drains } from './drains.ts'
import { TWO_LINES } from './examples.ts'
import { Journal } from './journal.ts'
import { WallClock } from './wall-clock.ts'

const [config] = TWO_LINES.lines
assert.ok(config)
const only = (as: 'wished' | 'fail-open'): LineFacts => ({
  config,
  id: lineId(1),
  family: 'ipv4',
  leg: config.name,
  presence: { is: 'usable' },
  linkUp: true,
  onlink: false,
  pointToPoint: false,
  sharesDevice: false,
  released: false,
  verdict: { health: as === 'wished' ? 'up' : 'down' },
  standing: { takes: true, as },
  weight: 1,
  eligible: true,
})

for (const [as, works] of [
  ['wished', true],
  ['fail-open', false],
] as const) {
  test(`the only line in use is not drained, and ${works ? 'that it works' : 'nobody is told that it works, for it does not'}`, async () => {
    const nothing = (): never => assert.fail('it is refused')
    const host = {
      memory: () => emptyMemory,
      keep: nothing,
      lines: () => [only(as)],
      exclusive: nothing,
      pass: nothing,
      passAgain: nothing,
      status: () => Promise.resolve({ lines: [] } as never), // of a status only its lines are looked at
    }
    const drains = new Drains(host, new Journal(new WallClock()), nothing)
    assert.deepEqual(await drains.drain('fiber', { force: false }), { is: 'last-line', works, others: [] })
  })
}
