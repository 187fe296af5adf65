import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientUsage } from '../history/index.ts'
import { FakeKernel } from '../kernel/fake.ts'
import { fail, type ClientBytes } from '../model/index.ts'
import { ClientWatch, MOST_CLIENTS } from './client-watch.ts'

const LINES = [
  { name: 'fiber', interface: 'wan1' },
  { name: 'lte', interface: 'wan2' },
]
const DAY = '2026-11-22'

const had = (client: string, receivedBytes: number, sentBytes = 0, dev = 'wan1'): ClientBytes => ({
  interface: dev,
  client,
  receivedBytes,
  sentBytes,
})

function watched() {
  const kernel = new FakeKernel()
  const kept: ClientUsage[] = []
  const warnings: string[] = []
  const watch = new ClientWatch({
    kernel,
    keep: (usage) => kept.push(...usage),
    onWarning: (text) => warnings.push(text),
  })
  let nowMs = 0
  /** A minute later. */
  const sees = async (clients: readonly ClientBytes[]): Promise<string[]> => {
    kernel.clients = clients
    nowMs += 60_000
    await watch.look({ lines: LINES, day: DAY, nowMs })
    return kept
      .splice(0)
      .map(({ line, client, day, receivedBytes, sentBytes }) =>
        [line, client, day === DAY, receivedBytes, sentBytes].join(' '),
      )
  }
  return { kernel, watch, kept, warnings, sees }
}

test('what was counted before the first look is of an earlier run, and is not told twice', async () => {
  const { sees } = watched()
  assert.deepEqual(await sees([had('10.0.0.5', 1000)]), [])
  assert.deepEqual(await sees([had('10.0.0.5', 1500, 7)]), ['fiber 10.0.0.5 true 500 7'])
  assert.deepEqual(await sees([had('10.0.0.5', 1500, 7)]), [])
})

test('who only sends is forgotten as a receiver, and what was sent is not told twice for that', async () => {
  const { sees } = watched()
  await sees([had('10.0.0.5', 40, 5_000_000)])
  assert.deepEqual(await sees([had('10.0.0.5', 0, 5_000_700)]), ['fiber 10.0.0.5 true 0 700'])
})

test('who is new, or was forgotten by the kernel meanwhile, begins from nothing', async () => {
  const { sees } = watched()
  await sees([had('10.0.0.5', 1000)])
  assert.deepEqual(await sees([had('10.0.0.5', 40), had('10.0.0.6', 9, 1, 'wan2')]), [
    'fiber 10.0.0.5 true 40 0',
    'lte 10.0.0.6 true 9 1',
  ])
})

test("lines that share an interface are each told all of it, and one that is none of a line is nobody's", async () => {
  const kernel = new FakeKernel()
  const kept: ClientUsage[] = []
  const watch = new ClientWatch({ kernel, keep: (usage) => kept.push(...usage), onWarning: assert.fail })
  const lines = [...LINES, { name: 'dsl', interface: 'wan1' }]
  await watch.look({ lines, day: DAY, nowMs: 0 })
  kernel.clients = [had('10.0.0.5', 8), had('10.0.0.5', 9, 9, 'eth9')]
  await watch.look({ lines, day: DAY, nowMs: 1 })
  assert.deepEqual(kept, [], 'not before it is time')
  await watch.look({ lines, day: DAY, nowMs: 1 }, true)
  assert.deepEqual(
    kept.map(({ line, receivedBytes }) => [line, receivedBytes]),
    [
      ['fiber', 8],
      ['dsl', 8],
    ],
  )
})

test('a client that invents addresses does not fill the disk: those with the least are told as one', async () => {
  const { sees } = watched()
  await sees([])
  const many = Array.from({ length: MOST_CLIENTS + 20 }, (_, i) => had(`10.1.${i >> 8}.${i & 255}`, i + 1))
  const told = await sees(many)
  assert.equal(told.length, MOST_CLIENTS + 1)
  assert.equal(told.at(-1), `fiber  true ${(20 * 21) / 2} 0`)
})

test('when nobody wishes it for a while, what went through meanwhile is not counted', async () => {
  const { sees, watch } = watched()
  await sees([had('10.0.0.5', 1000)])
  watch.forget()
  assert.deepEqual(await sees([had('10.0.0.5', 9000)]), [])
  assert.deepEqual(await sees([had('10.0.0.5', 9001)]), ['fiber 10.0.0.5 true 1 0'])
})

test('a kernel that does not tell is complained of once, and counted on from when it does', async () => {
  const { sees, kernel, warnings } = watched()
  await sees([had('10.0.0.5', 1000)])
  const tells = kernel.clientBytes.bind(kernel)
  kernel.clientBytes = () => Promise.resolve(fail({ code: 'refused', what: 'nft', said: 'no' }))
  await sees([])
  await sees([])
  assert.deepEqual(warnings, ['what clients use is not counted: no'])
  kernel.clientBytes = tells
  assert.deepEqual(await sees([had('10.0.0.5', 1200)]), ['fiber 10.0.0.5 true 200 0'])
})
