import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from '../config/index.ts'
import { FakeKernel } from '../kernel/fake.ts'
import { fail, mark, ok, tableId, type KernelRoute, type RouteQuestion } from '../model/index.ts'
import { affinityKeyOf, emptyMemory } from '../plan/index.ts'
import type { TraceRequest } from './control.ts'
import { BOX } from './examples.ts'
import { withLineIds } from './reconciler.ts'
import { traceOn } from './trace.ts'

const TWO = `
lan: { interfaces: [lan0] }
lines:
  fiber: { interface: wan1, weight: 3, address: 198.51.1.2/24, gateway: 198.51.1.1 }
  dsl: { interface: wan2, address: 198.51.2.2/24, gateway: 198.51.2.1 }
`
const CLIENT = '10.0.0.11'
const SERVER = '203.0.113.80'

async function traced(kernel: FakeKernel, request: TraceRequest) {
  const parsed = parseConfig(TWO, 'config.yaml')
  assert.ok(parsed.ok)
  const { config } = parsed.value
  const observed = await kernel.observe([])
  assert.ok(observed.ok)
  const memory = withLineIds(emptyMemory, config)
  const moment = { config, observed: observed.value, memory, health: new Map() }
  return traceOn(kernel, () => Promise.resolve(ok(moment)), request)
}

const overFiber = ({ mark: carried }: RouteQuestion): KernelRoute => ({
  is: 'hop',
  dev: carried === 0x200_0000 ? 'wan2' : 'wan1',
  via: carried === 0x200_0000 ? '198.51.2.1' : '198.51.1.1',
  table: tableId(carried === 0x200_0000 ? 202 : 201),
})

const boxOfTests = (): FakeKernel => {
  const kernel = new FakeKernel(BOX)
  kernel.answerRoute = (question) => ok(overFiber(question))
  return kernel
}

test('the kernel is asked for every line that may be drawn, with its mark', async () => {
  const answer = await traced(boxOfTests(), { from: CLIENT, to: SERVER })
  assert.ok(answer.ok)
  assert.equal(answer.value.kernel.is, 'same')
  assert.deepEqual(
    answer.value.kernel.answers.map(({ command }) => command),
    [1, 2].map((id) => `ip route get ${SERVER} from ${CLIENT} iif lan0 mark 0x${id}000000`),
  )
})

test('a line that is taken to be gone takes nothing, and the kernel, which knows better, is not asked', async () => {
  const kernel = boxOfTests()
  const answer = await traced(kernel, { from: CLIENT, to: SERVER, without: ['fiber'] })
  assert.ok(answer.ok, JSON.stringify(answer))
  const { report, without } = answer.value
  assert.deepEqual([report.outcome.ways.map(({ line }) => line), without, answer.value.kernel.is], [['dsl'], ['fiber'], 'not-asked']) // prettier-ignore
  assert.deepEqual(report.ifLost.map(({ lines }) => lines), [['dsl']]) // prettier-ignore
  const typo = await traced(kernel, { from: CLIENT, to: SERVER, without: ['fibre'] })
  assert.ok(!typo.ok && typo.error.is === 'no-such-line' && typo.error.name === 'fibre')
})

test('a kernel that routes otherwise is not smoothed over', async () => {
  const kernel = boxOfTests()
  kernel.answerRoute = () => ok({ is: 'hop', dev: 'wan1', via: '198.51.1.1', table: tableId(254) })
  const { value } = await traced(kernel, { from: CLIENT, to: SERVER }).then((answer) => {
    assert.ok(answer.ok)
    return answer
  })
  assert.equal(value.kernel.is, 'different')
  assert.deepEqual(
    value.kernel.answers.map(({ agrees, says }) => [agrees, says]),
    [
      [true, 'wan1 through 198.51.1.1, table 254'],
      [false, 'wan1 through 198.51.1.1, table 254'],
    ],
  )
})

test('a kernel that cannot be asked does not agree either', async () => {
  const kernel = boxOfTests()
  kernel.answerRoute = () => fail({ code: 'refused', what: 'ip', said: 'Cannot find device "lan0"' })
  const answer = await traced(kernel, { from: CLIENT, to: SERVER })
  assert.equal(answer.ok && answer.value.kernel.is, 'different')
})

test('what the kernel remembers of these two is looked up under their number', async () => {
  const kernel = boxOfTests()
  const key = affinityKeyOf('pair', CLIENT, SERVER) ?? assert.fail()
  kernel.remembered.set(key, { mark: mark(0x200_0000), expiresMs: 540_000 })
  const answer = await traced(kernel, { from: CLIENT, to: SERVER })
  assert.ok(answer.ok)
  assert.deepEqual(
    answer.value.report.outcome.ways.map(({ line }) => line),
    ['dsl'],
  )
})

test('of the addresses of a name one of the right family is traced, and the others are told', async () => {
  const kernel = boxOfTests()
  kernel.names.set('example.org', ['2001:db8::80', SERVER, '203.0.113.81'])
  const answer = await traced(kernel, { from: CLIENT, to: 'example.org' })
  assert.ok(answer.ok)
  assert.equal(answer.value.to.address, SERVER)
  assert.deepEqual(answer.value.to.others, ['2001:db8::80', '203.0.113.81'])
})

const TROUBLES = [
  { name: 'a name that is none', to: 'exmaple.org', is: 'no-such-name' },
  { name: 'one end of each family', to: '2001:db8::80', is: 'two-families' },
] as const

for (const { name, to, is } of TROUBLES) {
  test(`${name} is told, and nothing is guessed`, async () => {
    const answer = await traced(boxOfTests(), { from: CLIENT, to })
    assert.equal(!answer.ok && answer.error.is, is)
  })
}

test('of an IPv6 address the kernel alone is heard', async () => {
  const answer = await traced(boxOfTests(), { from: 'me', to: '2001:db8::80' })
  assert.ok(answer.ok)
  assert.equal(answer.value.kernel.is, 'told')
  assert.equal(answer.value.kernel.answers[0]?.command, 'ip route get 2001:db8::80')
})
