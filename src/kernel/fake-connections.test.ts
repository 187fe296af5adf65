import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { mark, PROBE } from '../model/index.ts'
import { FakeKernel } from './fake.ts'

const MASK = mark(0x3f00_0000)
const FIBER = { family: 'ipv4', mark: mark(0x100_0000), mask: MASK, dev: 'wan1' } as const
const DSL = mark(0x200_0000)

let kernel: FakeKernel
beforeEach(() => {
  kernel = new FakeKernel()
  kernel.connect(FIBER.mark, 3)
  kernel.connect(FIBER.mark, 2, { begunBy: 'box' })
  kernel.connect(FIBER.mark, 1, { begunBy: 'outside' })
  kernel.connect(FIBER.mark, 4, { answered: false })
  kernel.connect(FIBER.mark, 5, { kind: 'fleeting' })
  kernel.connect(mark(FIBER.mark | PROBE), 1, { kind: 'fleeting', answered: false })
  kernel.connect(DSL, 7)
  kernel.connect(FIBER.mark, 8, { family: 'ipv6' })
})

for (const [what, end, comesTo, stay] of [
  ['unanswered ones are forgotten', () => kernel.forgetConnections(FIBER, 'unanswered'), 4, 12],
  ['fleeting ones are forgotten', () => kernel.forgetConnections(FIBER, 'fleeting'), 5, 11],
  [
    'established ones are told',
    () => kernel.tellStranded(FIBER, { own: true }),
    { told: 4, ended: 2, left: 0 },
    10,
  ],
  [
    'what began inside is moved',
    () => kernel.endFlows(FIBER, { own: true }),
    { told: 12, ended: 2, left: 0 },
    2,
  ],
  [
    'a line that is back is left alone',
    () => kernel.tellStranded(FIBER, { own: true, signal: AbortSignal.abort() }),
    { told: 0, ended: 0, left: 0 },
    16,
  ],
] as const)
  test(`on the pretend kernel ${what}; the others, our probe, the other line's and the other family's stay`, async () => {
    assert.deepEqual(await end(), { ok: true, value: comesTo })
    assert.deepEqual(
      await kernel.openConnections(MASK),
      new Map([
        [FIBER.mark, stay + 8],
        [DSL, 7],
      ]),
    )
  })

test('what was decided and what was ended stand in one row, so that a test can tell which came first', async () => {
  kernel.addLink('wan1')
  await kernel.apply({ do: 'set-link', dev: 'wan1', up: true })
  await kernel.forgetConnections(FIBER, 'unanswered')
  assert.deepEqual(
    kernel.deeds.map((deed) => deed.do),
    ['set-link', 'forget-connections'],
  )
})
