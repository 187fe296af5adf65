import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { openLinuxKernel } from '../../kernel/index.ts'
import type { Kernel } from '../../kernel/index.ts'
import type { Shaper } from '../../model/index.ts'

const ip = (words: string): string => execFileSync('ip', words.split(' ')).toString()
const tc = (words: string): string => execFileSync('tc', words.split(' ')).toString()

const up: Shaper = { dev: 'one', direction: 'up', bitsPerSecond: 18e6, through: 'mhin-one' }
const down: Shaper = { ...up, direction: 'down', bitsPerSecond: 90e6 }
let kernel: Kernel

before(async () => {
  ip('link add one type veth peer name two')
  for (const dev of ['one', 'two']) ip(`link set ${dev} up`)
  const opened = await openLinuxKernel()
  assert.ok(opened.ok)
  kernel = opened.value
})
after(() => {
  kernel.close()
  ip('link del one')
})

/** As a pass finds them. */
async function found(): Promise<readonly string[]> {
  const seen = await kernel.observe([], [], [up])
  assert.ok(seen.ok)
  return seen.value.shapers.map(({ direction, bitsPerSecond, by }) => `${direction} ${bitsPerSecond} ${by}`)
}

test('a line is held back by cake, both ways, and a pass finds the speeds as it left them', async () => {
  for (const shaper of [up, down]) assert.deepEqual(await kernel.apply({ do: 'add-shaper', shaper }), { ok: true, value: undefined }) // prettier-ignore
  assert.deepEqual(await found(), ['up 18000000 cake', 'down 90000000 cake'])
  assert.match(tc('qdisc show dev one root'), /cake de: .*bandwidth 18Mbit .* nat /)
  assert.match(tc('qdisc show dev mhin-one root'), /cake de: .*bandwidth 90Mbit .* nat .* ingress /)
})

test('another speed is set in place', async () => {
  const faster = { ...down, bitsPerSecond: 2_500_000_000 }
  assert.ok((await kernel.apply({ do: 'change-shaper', from: down, to: faster })).ok)
  assert.deepEqual(await found(), ['up 18000000 cake', 'down 2500000000 cake'])
})

test('let go, the interface has the queue of the kernel again', async () => {
  for (const shaper of [up, down]) assert.ok((await kernel.apply({ do: 'delete-shaper', shaper })).ok)
  assert.deepEqual(await found(), [])
  assert.match(tc('qdisc show dev one'), /^qdisc noqueue 0: root/)
})

test('a queue that is there by tbf keeps its kind, with fq_codel in it, and takes the new speed', async () => {
  tc('qdisc add dev one root handle de: tbf rate 5mbit burst 16000 latency 50ms')
  assert.deepEqual(await kernel.apply({ do: 'change-shaper', from: up, to: up }), {
    ok: true,
    value: undefined,
  })
  assert.deepEqual(await found(), ['up 18000000 tbf'])
  assert.match(tc('qdisc show dev one'), /fq_codel .*parent de:1/)
})
