import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../index.ts'
import type { Lab, Seen } from '../index.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { openFlows } from './flows.ts'
import type { Flow } from './flows.ts'

const clientsOf = (lab: Lab): string[] => lab.topology.clients.map(({ host }) => host)

/** Two normal lines would hide whether the backup is left in peace; the second backup is never needed. */
const boxWith = (failback: string): Box =>
  box({
    lines: [{ name: 'fiber' }, { name: 'lte' }, { name: 'satellite' }],
    clients: 4,
    wishes: {
      lines: { fiber: 1, lte: 1, satellite: 1 },
      health: { rise: '0s' },
      release: '1s',
      more: { lte: { role: 'backup', failback }, satellite: { role: 'backup' } },
    },
  })

async function assertUsed({ lab }: Box, line: string): Promise<void> {
  const { failed, lines } = await lab.load({ connections: 40, timeoutMs: 3000 })
  const used = Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0)
  assert.deepEqual([failed, used], [0, [line]])
}

/** @returns connections that were begun while only the backup worked */
async function throughAnOutage(router: Box): Promise<{ tcp: readonly Flow[]; askUdp: () => Promise<Seen> }> {
  const { lab } = router
  await router.knows('fiber', 'lte')
  await assertUsed(router, 'fiber')
  await lab.blackhole('fiber')
  await router.becomes('fiber', 'down')
  await assertUsed(router, 'lte')
  const tcp = (await openFlows(lab, clientsOf(lab), 6)).filter(({ name }) => name.startsWith('TCP'))
  assert.deepEqual(new Set(tcp.map(({ line }) => line)), new Set(['lte']))
  const talker = await lab.openUdpTalker('client-1')
  const askUdp = (): Promise<Seen> => talker.ask(lab.topology.servers[0] ?? '', { timeoutMs: 300 })
  assert.equal(lab.lineOfAddress((await askUdp()).client), 'lte')
  await lab.restore('fiber')
  await router.becomes('fiber', 'up')
  await assertUsed(router, 'fiber')
  return { tcp, askUdp }
}

describe('a backup', () => {
  const router = boxWith('leave')

  test('takes connections only while no normal line does, the first one alone; what it carries it keeps', async () => {
    const { tcp, askUdp } = await throughAnOutage(router)
    await Promise.all(tcp.map((flow) => flow.talk()))
    assert.equal(router.lab.lineOfAddress((await askUdp()).client), 'lte')
  })
})

for (const failback of ['move', 'drain 1s'])
  describe(`a backup with failback: ${failback}`, () => {
    const router = boxWith(failback)

    test('gives back what it carries: TCP is told to begin again, UDP goes on over the normal line', async () => {
      const { tcp, askUdp } = await throughAnOutage(router)
      const codes = await Promise.all(tcp.map(({ ended }) => ended))
      assert.deepEqual(new Set(codes), new Set(['ECONNRESET']))
      await eventually(askUdp, ({ client }) => router.lab.lineOfAddress(client) === 'fiber', {
        what: 'the flow goes on over fiber',
        timeoutMs: 15_000,
      })
      await assertUsed(router, 'fiber')
    })
  })
