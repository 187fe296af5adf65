import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { openLinuxKernel } from '../../kernel/index.ts'
import type { TunnelSign } from '../../model/index.ts'

const ip = (words: string): string => execFileSync('ip', words.split(' ')).toString()

/** By what the own packets of an interface are known. */
async function signsOf(name: string): Promise<readonly TunnelSign[] | undefined> {
  const kernel = await openLinuxKernel()
  assert.ok(kernel.ok)
  const seen = await kernel.value.observe([])
  kernel.value.close()
  assert.ok(seen.ok)
  return seen.value.links.find((link) => link.name === name)?.tunnel
}

test('WireGuard is known by the port it sends from, once it is on', async () => {
  ip('link add wg0 type wireguard')
  assert.deepEqual(await signsOf('wg0'), [])
  ip('link set wg0 up')
  const ports = [
    ...execFileSync('ss', ['-Hlun4'])
      .toString()
      .matchAll(/0\.0\.0\.0:(\d+)/g),
  ]
  assert.deepEqual(
    await signsOf('wg0'),
    ports.map(([, port]) => ({ fromUdpPort: Number(port) })),
  )
  assert.equal(ports.length, 1)
  ip('link del wg0')
})

for (const kind of ['gre', 'ipip', 'sit', 'vxlan id 7 dstport 4789', 'geneve id 7'])
  test(`a tunnel of the kind ${kind} is known by where it sends`, async () => {
    ip(`link add one type ${kind} remote 192.0.2.7`)
    assert.deepEqual(await signsOf('one'), [{ to: '192.0.2.7' }])
    ip('link del one')
  })

for (const kind of ['ip6gre', 'ip6tnl mode any', 'vxlan id 7 dstport 4789', 'geneve id 7'])
  test(`a tunnel of the kind ${kind} to an IPv6 address is known by where it sends`, async () => {
    ip(`link add one type ${kind} remote 2001:db8::7`)
    assert.deepEqual(await signsOf('one'), [{ to: '2001:db8::7' }])
    ip('link del one')
  })
