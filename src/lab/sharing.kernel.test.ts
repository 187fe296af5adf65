import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLab, ROUTER } from './index.ts'
import type { Lab, Sharing } from './index.ts'

const KINDS: readonly Sharing[] = ['card', 'card-and-network', 'card-and-address', 'address-and-gateway']

for (const what of KINDS)
  test(`lines that share ${what.replaceAll('-', ' ')}: each carries to the internet and back, and is seen as itself`, async () => {
    await using lab = await createLab({
      lines: [{ name: 'fiber' }, { name: 'dsl', sharing: { with: 'fiber', what } }],
      clients: 0,
      servers: 1,
    })
    for (const name of ['fiber', 'dsl']) {
      await useOnly(lab, name)
      const { publicAddress, address } = lab.line(name)
      assert.equal(lab.lineOfAddress((await lab.httpGet(ROUTER, '203.0.113.10')).client), name)
      const server = await lab.listen(ROUTER, 'echo', address, 8022)
      const connection = await lab.openConnection('internet', publicAddress, { port: 8022 })
      await connection.exchange()
      await lab.cut(name)
      await assert.rejects(lab.httpGet(ROUTER, '203.0.113.10', { timeoutMs: 300 }))
      await lab.restore(name)
      await connection.exchange()
      server.close()
    }
    assert.equal(await lab.wrongSourcePackets(), 0)
  })

test('a card that leads to two providers is unplugged and plugged in again for both', async () => {
  await using lab = await createLab({
    lines: [
      { name: 'fiber', addressing: 'by-provider' },
      { name: 'dsl', addressing: 'by-provider', sharing: { with: 'fiber', what: 'card' } },
    ],
    clients: 0,
    servers: 1,
  })
  const lease = (): Promise<string> => lab.must(ROUTER, ['ip', 'route', 'show', 'default'])
  const before = await lease()
  assert.match(before, /via 198\.51\.100\.1 dev wan1 .*\n.*via 192\.0\.2\.1 dev wan1/)
  await lab.unplug('dsl')
  assert.equal(await lease(), '')
  await lab.replug('dsl')
  assert.equal(await lease(), before)
  await lab.httpGet(ROUTER, '203.0.113.10')
})

/** One line alone, by hand. */
async function useOnly(lab: Lab, name: string): Promise<void> {
  const { device, addressWithLength, gateway } = lab.line(name)
  const others = lab.topology.lines.map((line) => line.device).filter((other) => other !== device)
  await lab.must(ROUTER, ['ip', '-batch', '-'], {
    input: [
      ...others.map((other) => `link set ${other} down`),
      `address flush dev ${device}`,
      `link set ${device} up`,
      `address add ${addressWithLength} dev ${device}`,
      `route replace default via ${gateway} dev ${device}`,
    ].join('\n'),
  })
}
