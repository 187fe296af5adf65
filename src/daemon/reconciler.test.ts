import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import { ok, type Move, type Observed } from '../model/index.ts'
import { emptyMemory, refusals, slotsOf, type Memory } from '../plan/index.ts'
import { BOX, OTHER_LINES, TWO_LINES, configOf, reconciled, stateOf } from './examples.ts'
import { reconcile } from './reconciler.ts'
import { takeDown } from './take-down.ts'

const observe = async (kernel: FakeKernel): Promise<Observed> => {
  const observed = await kernel.observe([])
  assert.ok(observed.ok)
  return observed.value
}

/** What is chosen, spread over and routed for each line, by line id. */
async function inUse(kernel: FakeKernel): Promise<Record<string, readonly number[]>> {
  const { ruleset, nexthops, routes } = await observe(kernel)
  const elements = (name: string): number[] =>
    [...(ruleset?.maps.find((map) => map.name === name)?.elements.values() ?? [])]
      .map((verdict) => Number(/\d+$/.exec(verdict)?.[0]))
      .toSorted((a, b) => a - b)
  return {
    slots: [...new Set(slotsOf(ruleset, 'ipv4').map(Number))].toSorted((a, b) => a - b),
    alive: elements('alive'),
    known: elements('lines'),
    group: nexthops.flatMap((hop) => (hop.kind === 'group' ? hop.members.map(({ id }) => id - 222_000) : [])),
    defaults: routes.flatMap((route) =>
      route.protocol === 222 && route.via !== undefined ? [route.table - 200] : [],
    ),
  }
}

test('from nothing to two lines in one pass, and nothing left to do', async () => {
  const kernel = new FakeKernel(BOX)
  const first = await reconciled(kernel, TWO_LINES)
  assert.ok(first.report.moves.length > 20)
  const second = await reconciled(kernel, TWO_LINES, first.memory)
  assert.deepEqual(second.report.moves, [])
  assert.deepEqual(await inUse(kernel), {
    slots: [1, 2],
    alive: [1, 2],
    known: [1, 2],
    group: [1, 2],
    defaults: [1, 2],
  })
})

test('what must not be forgotten is written down before the kernel changes', async () => {
  const kernel = new FakeKernel(BOX)
  const remembered: { memory: Memory; applied: number }[] = []
  const done = await reconcile({
    kernel,
    config: TWO_LINES,
    memory: emptyMemory,
    health: new Map(),
    remember: async (memory) => void remembered.push({ memory, applied: kernel.applied.length }),
  })
  assert.ok(done.ok)
  for (const [i, move] of kernel.applied.entries()) {
    const { sysctls, addedAddresses, linksRaised } =
      remembered.findLast(({ applied }) => applied <= i)?.memory.originals ?? emptyMemory.originals
    if (move.do === 'set-sysctl')
      assert.deepEqual(
        sysctls.find(({ key }) => key === move.to.key),
        move.from,
      )
    if (move.do === 'add-address') assert.deepEqual(addedAddresses, [move.address])
    if (move.do === 'set-link') assert.deepEqual(linksRaised, [move.dev])
  }
  assert.deepEqual(remembered[0]?.memory.ids, { fiber: 1, dsl: 2 })
})

test('when nothing is to be done, nothing is written', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  const remember = (): Promise<void> => assert.fail('written without a reason')
  const again = await reconcile({ kernel, config: TWO_LINES, memory, health: new Map(), remember })
  assert.ok(again.ok)
})

test('a cable out: the line leaves slots, alive and group, its own table keeps its default; in again: as before', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  const before = await inUse(kernel)
  kernel.setCarrier('wan1', false)
  const out = await reconciled(kernel, TWO_LINES, memory)
  assert.deepEqual(await inUse(kernel), {
    slots: [2],
    alive: [2],
    known: [1, 2],
    group: [2],
    defaults: [1, 2],
  })
  kernel.setCarrier('wan1', true)
  await reconciled(kernel, TWO_LINES, out.memory)
  assert.deepEqual(await inUse(kernel), before)
})

test('a gateway that fell silent while its cable was out is asked anew before connections are given to its line', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  kernel.setCarrier('wan1', false)
  const out = await reconciled(kernel, TWO_LINES, memory)
  kernel.fallSilent({ dev: 'wan1', address: '198.51.1.1' })
  assert.deepEqual((await reconciled(kernel, TWO_LINES, out.memory)).report.moves, [], 'not while it is out')
  kernel.setCarrier('wan1', true)
  const back = await reconciled(kernel, TWO_LINES, out.memory)
  assert.equal(back.report.moves[0]?.do, 'forget-neighbour')
  assert.deepEqual((await observe(kernel)).silentNeighbours, [])
})

const ONE_CARD = configOf(`
lines:
  fiber: { interface: wan2, gateway: 198.51.2.1 }
  dsl: { interface: wan2, gateway: 198.51.2.14 }
`)

/** Its table of neighbours is full. */
class Forgetful extends FakeKernel {
  override apply(move: Move): ReturnType<FakeKernel['apply']> {
    return move.do === 'ask-neighbour' ? Promise.resolve(ok(undefined)) : super.apply(move)
  }
}

test('gateways on a shared card are asked who they are, and one that never answers is no reason to try for ever', async () => {
  const kernel = new FakeKernel(BOX)
  const asked = (moves: readonly Move[]): number => moves.filter((move) => move.do === 'ask-neighbour').length
  const first = await reconciled(kernel, ONE_CARD)
  assert.equal(asked(first.report.moves), 2)
  assert.deepEqual((await reconciled(kernel, ONE_CARD, first.memory)).report.moves, [])

  const forgetful = new Forgetful(BOX)
  assert.equal(asked((await reconciled(forgetful, ONE_CARD)).report.moves), 2)
})

test('a gateway that answers, or is exchanged, costs one change of the table and nothing else', async () => {
  const kernel = new FakeKernel(BOX)
  let { memory } = await reconciled(kernel, ONE_CARD)
  for (const mac of ['02:00:00:00:00:01', '02:00:00:00:00:02']) {
    kernel.meet({ dev: 'wan2', address: '198.51.2.14', mac })
    const pass = await reconciled(kernel, ONE_CARD, memory)
    assert.deepEqual(pass.report.moves.map((move) => move.do), ['change-ruleset']) // prettier-ignore
    memory = pass.memory
    const { ruleset } = await observe(kernel)
    const known = ruleset?.maps.find(({ name }) => name === 'by_gateway')?.elements
    assert.deepEqual([...(known ?? [])], [[`"wan2" . ${mac}`, 'goto in_2']])
  }
})

test('a device unplugged leaves prohibit behind; back again it has its fixed address and its share', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  const before = await inUse(kernel)
  kernel.removeLink('wan1')
  const out = await reconciled(kernel, TWO_LINES, memory)
  assert.deepEqual(await inUse(kernel), { slots: [2], alive: [2], known: [1, 2], group: [2], defaults: [2] })
  assert.deepEqual(
    (await observe(kernel)).routes.filter((route) => route.table === 201).map((route) => route.type),
    ['prohibit'],
  )
  kernel.addLink('wan1', { up: false })
  await reconciled(kernel, TWO_LINES, out.memory)
  assert.deepEqual(await inUse(kernel), before)
})

test('a card that takes seconds to its carrier is switched on, and joins when the carrier is there', async () => {
  const kernel = new FakeKernel(BOX)
  kernel.setCarrier('wan1', false) // out of action whatever is set, until the cards have agreed on a speed
  const { memory } = await reconciled(kernel, TWO_LINES)
  assert.deepEqual((await inUse(kernel))['group'], [2])
  assert.ok((await observe(kernel)).links.find(({ name }) => name === 'wan1')?.up)
  kernel.setCarrier('wan1', true)
  await reconciled(kernel, TWO_LINES, memory)
  assert.deepEqual((await inUse(kernel))['group'], [1, 2])
})

test('an interface that the admin switches off stays off', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  kernel.setLink('wan1', false)
  await reconciled(kernel, TWO_LINES, memory)
  assert.equal((await observe(kernel)).links.find(({ name }) => name === 'wan1')?.up, false)
})

test('DHCP moves a line: its route, rule and NAT follow, and the gateway is remembered while it is away', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  assert.deepEqual(memory.gateways, { dsl: '198.51.2.1' })
  const { routes } = await observe(kernel)
  const leftover = routes.find(
    (route) => route.dev === 'wan2' && route.via !== undefined && route.table === 254,
  )
  assert.ok(leftover)
  kernel.removeRoute(leftover)
  const without = await reconciled(kernel, TWO_LINES, memory)
  assert.deepEqual(without.report.moves, [])
  kernel.addAddress('wan2', '192.0.2.5/24')
  kernel.removeAddress('wan2', '198.51.2.77/24')
  kernel.addForeignRoute({ ...leftover, via: '192.0.2.1' })
  await reconciled(kernel, TWO_LINES, without.memory)
  const { routes: now, rules } = await observe(kernel)
  const own = now.find((route) => route.table === 202 && route.type === 'unicast')
  assert.deepEqual([own?.via, own?.src], ['192.0.2.1', '192.0.2.5'])
  assert.deepEqual(
    rules.filter((rule) => rule.table === 202 && rule.from !== undefined).map((rule) => rule.from?.address),
    ['192.0.2.5'],
  )
})

test('what others took away is put back', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  const before = await stateOf(kernel)
  const { rules } = await observe(kernel)
  for (const rule of rules) if (rule.protocol === 222) kernel.removeRule(rule)
  kernel.removeNexthop(222_001)
  kernel.flushRuleset()
  await reconciled(kernel, TWO_LINES, memory)
  assert.equal(await stateOf(kernel), before)
})

test('what changes between reading and doing is met by another look', async () => {
  const kernel = new FakeKernel(BOX)
  kernel.failNext('add-route', 0, 'busy')
  await reconciled(kernel, TWO_LINES)
  assert.deepEqual((await inUse(kernel))['slots'], [1, 2])
})

test('a step that is refused for good undoes the pass and names the step', async () => {
  const kernel = new FakeKernel(BOX)
  kernel.setLink('wan1', true)
  const before = await stateOf(kernel)
  kernel.failNext('change-ruleset')
  const done = await reconcile({
    kernel,
    config: TWO_LINES,
    memory: emptyMemory,
    health: new Map(),
    remember: async () => undefined,
  })
  assert.ok(!done.ok && done.error.is === 'failed')
  assert.equal(done.error.failure.move.do, 'change-ruleset')
  assert.equal(await stateOf(kernel), before)
})

test('what lines can do without may be refused: they work, it is told, and a later pass tries again', async () => {
  const kernel = new FakeKernel(BOX)
  const config = configOf(`
lan: { interfaces: [lan0] }
lines:
  fiber: { interface: wan1, address: 198.51.1.2/24, gateway: 198.51.1.1, mtu: 1492 }
  dsl: { interface: wan2, shape: { up: 8 Mbit, down: 40 Mbit } }
`)
  kernel.failNext('set-mtu')
  kernel.failNext('add-shaper')
  const first = await reconciled(kernel, config)
  assert.equal(first.report.warnings.length, 2)
  assert.deepEqual((await inUse(kernel))['group'], [1, 2])
  const told = first.report.chapters.flatMap(({ steps }) => steps)
  assert.equal(told.length, first.report.moves.length)
  const second = await reconciled(kernel, config, first.memory)
  assert.deepEqual(
    second.report.moves.map((move) => move.do),
    ['set-mtu', 'add-shaper'],
  )
  assert.deepEqual((await reconciled(kernel, config, second.memory)).report.moves, [])

  const down = await takeDown(kernel, second.memory, false)
  assert.ok(down.ok)
  assert.deepEqual([down.value.removed.queues, down.value.restoredMtus], [2, 1])
  assert.equal((await observe(kernel)).links.find(({ name }) => name === 'wan1')?.mtuBytes, 1500)
})

test('what must be settled first stops a start, and touches nothing', async () => {
  const kernel = new FakeKernel(BOX)
  const { routes } = await observe(kernel)
  kernel.addForeignRoute({ ...(routes[0] as Observed['routes'][number]), table: 201 as never })
  const before = await stateOf(kernel)
  const done = await reconcile({
    kernel,
    config: TWO_LINES,
    memory: emptyMemory,
    health: new Map(),
    remember: () => assert.fail('nothing is worth remembering'),
    refuse: refusals,
  })
  assert.ok(!done.ok && done.error.is === 'refused')
  assert.equal(await stateOf(kernel), before)
})

test('a setting that somebody else changes back all the time ends the pass, not the daemon', async () => {
  const kernel = new FakeKernel(BOX)
  const stubborn = Object.create(kernel) as FakeKernel
  stubborn.observe = (...question) => kernel.observe(...question)
  stubborn.apply = async (move) =>
    move.do === 'set-sysctl' ? { ok: true, value: undefined } : kernel.apply(move)
  const done = await reconcile({
    kernel: stubborn,
    config: TWO_LINES,
    memory: emptyMemory,
    health: new Map(),
    remember: async () => undefined,
  })
  assert.ok(!done.ok && done.error.is === 'unsettled')
})

test('after down the box is what it was, to the byte, whatever files were in force', async () => {
  const kernel = new FakeKernel(BOX)
  const before = await stateOf(kernel)
  const first = await reconciled(kernel, TWO_LINES)
  const second = await reconciled(kernel, OTHER_LINES, first.memory)
  const dry = await takeDown(kernel, second.memory, true)
  assert.ok(dry.ok && dry.value.commands.length > 10)
  assert.notEqual(await stateOf(kernel), before)
  const down = await takeDown(kernel, second.memory, false)
  assert.deepEqual(down.ok && down.value.commands, dry.value.commands)
  assert.equal(await stateOf(kernel), before)
  assert.deepEqual(
    await takeDown(kernel, second.memory, false).then((again) => again.ok && again.value.commands),
    [],
  )
})

test('a fixed address that changes within its network is there in the end, though the kernel takes it along', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  await reconciled(kernel, OTHER_LINES, memory)
  const { addresses, routes } = await observe(kernel)
  assert.deepEqual(
    addresses.filter(({ dev }) => dev === 'wan1').map((one) => one.address),
    ['198.51.1.3'],
  )
  assert.equal(routes.find((route) => route.table === 201)?.src, '198.51.1.3')
})

test('a line taken out of the file goes whole, and no other line is touched', async () => {
  const kernel = new FakeKernel(BOX)
  const { memory } = await reconciled(kernel, TWO_LINES)
  const only = configOf('lan: { interfaces: [lan0] }\nlines: { dsl: { interface: wan2 } }')
  await reconciled(kernel, only, memory)
  assert.deepEqual(await inUse(kernel), { slots: [2], alive: [2], known: [2], group: [2], defaults: [2] })
  assert.ok(!(await stateOf(kernel)).includes('198.51.1.2'))
})
