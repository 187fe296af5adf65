import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineEvent } from './line-events.ts'
import type { Transition } from './line-tracker.ts'

type State = NonNullable<Transition['from']>
interface Row {
  readonly name: string
  readonly from?: State
  readonly to: readonly [State, why?: string]
  readonly event: readonly [kind: string, text: string] | undefined
}

const ROWS: readonly Row[] = [
  { name: 'found in order: nothing happened', to: ['up'], event: undefined },
  { name: 'back', from: 'down', to: ['up'], event: ['up', 'it can be used again'] },
  { name: 'unplugged', from: 'up', to: ['down', 'no carrier'], event: ['down', 'no carrier'] },
  { name: 'another cause', from: 'down', to: ['down', 'no address yet'], event: ['down', 'no address yet'] },
  { name: 'gone', from: 'up', to: ['absent', 'no interface'], event: ['down', 'no interface'] },
  { name: 'drained just now: the wish is told', from: 'up', to: ['draining'], event: undefined },
  { name: 'undrained: the wish is told', from: 'draining', to: ['up'], event: undefined },
  {
    name: 'drained before the start',
    to: ['draining'],
    event: ['draining', 'it takes no new connections, as was wished before'],
  },
  {
    name: 'drained, and used all the same',
    from: 'draining',
    to: ['draining', 'used all the same'],
    event: ['draining', 'used all the same'],
  },
]

test('the journal says which family of a line it is about, in words and in a field of its own', () => {
  const to = { state: 'down', sinceMs: 0, why: 'no gateway known yet' } as const
  assert.deepEqual(lineEvent({ leg: 'lte/ipv6', from: 'up', to }), {
    kind: 'down',
    line: 'lte',
    family: 'ipv6',
    text: 'IPv6: no gateway known yet',
  })
})

for (const { name, from, to, event } of ROWS) {
  test(`the journal tells of a line that is ${name}`, () => {
    const [state, why] = to
    const told = lineEvent({
      leg: 'lte',
      from,
      to: { state, sinceMs: 0, ...(why !== undefined && { why }) },
    })
    assert.deepEqual(told && [told.kind, told.text], event)
    if (told !== undefined) assert.equal(told.line, 'lte')
  })
}
