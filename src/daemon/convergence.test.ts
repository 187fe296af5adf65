import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { FakeKernel } from '../kernel/fake.ts'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { BOX, configOf, reconciled, stateOf } from './examples.ts'
import { takeDown } from './take-down.ts'

/** Any file: some of four lines, on some of four cards, fixed or by DHCP. */
const file = fc
  .record({
    lines: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('fiber', 'dsl', 'cable', 'lte'),
        card: fc.integer({ min: 1, max: 4 }),
        weight: fc.integer({ min: 1, max: 5 }),
        fixed: fc.boolean(),
        nat: fc.constantFrom('auto', 'masquerade', 'off'),
      }),
      { minLength: 1, maxLength: 4, selector: ({ name }) => name },
    ),
    affinity: fc.constantFrom('connection', 'pair', 'client'),
    base: fc.constantFrom(0, 30_000),
    firewall: fc.constantFrom('allow', 'drop', 'drop, open: [tcp/22]', 'drop, open: [tcp/23, udp/1-9]'),
    lan: fc.constantFrom(
      '{}',
      '{ interfaces: [lan0] }',
      '{ interfaces: [{ name: lan0, address: 10.9.0.1/24 }] }',
    ),
  })
  .map(({ lines, affinity, base, firewall, lan }) => {
    const cards = new Set<number>()
    const own = lines.filter(({ card }) => !cards.has(card) && cards.add(card))
    const text = own.map(({ name, card, weight, fixed, nat }) => {
      const keys = fixed ? `, address: 198.51.${card}.9/24, gateway: 198.51.${card}.1` : ''
      return `  ${name}: { interface: wan${card}, weight: ${weight}, nat: ${nat}${keys} }`
    })
    const head = lan === '{}' ? [] : [`lan: ${lan}`]
    return [
      ...head,
      'lines:',
      ...text,
      `affinity: ${affinity}`,
      `rulePriorityBase: ${base}`,
      `firewall: { inbound: ${firewall} }`,
    ].join('\n')
  })

const wan = fc.integer({ min: 1, max: 4 }).map((n) => `wan${n}`)
const event = fc.oneof(
  fc.record({ is: fc.constantFrom('plug', 'unplug', 'on', 'off', 'gone', 'back'), dev: wan }),
  fc.record({
    is: fc.constantFrom('no-rules', 'no-nexthops', 'no-ruleset', 'no-routes'),
    dev: fc.constant(''),
  }),
)
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never

/** What others do to the box, as far as it can be done. */
async function happen(kernel: FakeKernel, { is, dev }: Event): Promise<void> {
  const observed = await kernel.observe([])
  assert.ok(observed.ok)
  const { links, rules, nexthops, routes } = observed.value
  const isThere = links.some(({ name }) => name === dev)
  if (is === 'back' && !isThere) kernel.addLink(dev)
  if (is === 'gone' && isThere) kernel.removeLink(dev)
  if ((is === 'plug' || is === 'unplug') && isThere) kernel.setCarrier(dev, is === 'plug')
  if ((is === 'on' || is === 'off') && isThere) kernel.setLink(dev, is === 'on')
  if (is === 'no-ruleset') kernel.flushRuleset()
  if (is === 'no-rules') for (const rule of rules) if (rule.protocol === 222) kernel.removeRule(rule)
  if (is === 'no-routes') for (const route of routes) if (route.protocol === 222) kernel.removeRoute(route)
  if (is === 'no-nexthops') {
    const [first] = nexthops
    if (first !== undefined) kernel.removeNexthop(first.id)
  }
}

const moment = fc.record({ events: fc.array(event, { maxLength: 3 }), file: fc.option(file) })

test('whatever file follows whatever file, and whatever happens to the box: a pass settles it, a second finds nothing', async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.array(moment, { maxLength: 6 }), async (first, moments) => {
      const kernel = new FakeKernel(BOX)
      let config = configOf(first)
      let { memory } = await reconciled(kernel, config)
      for (const { events, file: next } of moments) {
        for (const one of events) await happen(kernel, one)
        if (next !== null) config = configOf(next)
        memory = (await reconciled(kernel, config, memory)).memory
        const applied = kernel.applied.length
        assert.deepEqual((await reconciled(kernel, config, memory)).report.moves, [])
        assert.equal(kernel.applied.length, applied)
      }
    }),
    { numRuns: 60 },
  )
})

test('whatever files were in force, the last one alone decides what is in the kernel', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 4 }), file, async (before, last) => {
      // A card that was switched on stays on until `down`, so here all are on from the start.
      const [travelled, direct] = [new FakeKernel(BOX), new FakeKernel(BOX)]
      for (const kernel of [travelled, direct]) kernel.setLink('wan1', true)
      let memory: Memory = emptyMemory
      for (const text of before) memory = (await reconciled(travelled, configOf(text), memory)).memory
      memory = (await reconciled(travelled, configOf(last), memory)).memory
      await reconciled(direct, configOf(last), { ...emptyMemory, ids: memory.ids })
      const [a, b] = await Promise.all([withoutSlots(travelled), withoutSlots(direct)])
      assert.equal(a, b)
    }),
    { numRuns: 60 },
  )
})

test('after down the box is what it was before the first start, to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 4 }), async (files) => {
      const kernel = new FakeKernel(BOX)
      const before = await stateOf(kernel)
      let memory: Memory = emptyMemory
      for (const text of files) memory = (await reconciled(kernel, configOf(text), memory)).memory
      const down = await takeDown(kernel, memory, false)
      assert.ok(down.ok, down.ok ? '' : down.error)
      assert.equal(await stateOf(kernel), before)
    }),
    { numRuns: 60 },
  )
})

/** Which of several slots moves depends on where they were; how many each line has is held elsewhere. */
async function withoutSlots(kernel: FakeKernel): Promise<string> {
  const text = await stateOf(kernel)
  return text.replaceAll(/\["\d+","goto pick_\d+"\],?/g, '')
}
