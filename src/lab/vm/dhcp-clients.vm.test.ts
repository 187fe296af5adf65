import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { eventually, ROUTER } from '../index.ts'
import { DIES_WITH_US, spawnIn } from '../run.ts'
import { box } from '../scenarios/box.ts'
import { serveDhcp, type DhcpServer } from '../scenarios/dhcp-server.ts'
import { ip } from '../scenarios/tunnel.ts'
import { uses } from './uses.ts'

const [FIRST, SECOND] = ['198.51.100.6', '198.51.100.9']
const MTU_BYTES = 1450

/** In the foreground; files of theirs in the directory. */
const CLIENTS: Readonly<Record<string, (directory: string) => string>> = {
  dhclient: (directory) =>
    `dhclient -d -4 -pf ${directory}/dhclient.pid -lf ${directory}/dhclient.leases wan1`,
  dhcpcd: () => 'dhcpcd --nobackground -4 wan1',
}

for (const [name, command] of Object.entries(CLIENTS))
  describe(`a line by ${name}`, () => {
    let server: DhcpServer
    let client: ChildProcess
    const router = box({
      lines: [{ name: 'fiber', addressing: 'by-provider' }, { name: 'dsl' }],
      clients: 1,
      wishes: { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' } },
      beforeStart: async (lab) => {
        await ip(lab, 'address flush dev wan1', 'route flush dev wan1')
        await lab.assignAddresses('fiber', [FIRST, SECOND])
        const { host, gateway } = lab.line('fiber')
        server = await serveDhcp(lab.host(host), 'customer', {
          address: FIRST,
          length: 28,
          router: gateway,
          dns: '203.0.113.10',
          leaseS: 30,
          mtuBytes: MTU_BYTES,
          mood: 'gives',
        })
      },
    })
    before(async () => {
      await router.becomes('fiber', 'down')
      client = spawnIn(
        router.lab.host(ROUTER),
        [...DIES_WITH_US, ...command(router.lab.directory).split(' ')],
        {
          stdio: 'ignore',
        },
      )
    })
    after(async () => {
      client.kill()
      await once(client, 'exit')
      server.close()
    })
    const has = (address: string): Promise<unknown> =>
      eventually(
        async () => (await router.status()).lines[0],
        (line) => line?.state === 'up' && line.address === address,
        { what: `fiber has ${address}`, timeoutMs: 30_000 },
      )

    test('its address and gateway make the line, and segments fit through as it was told', async () => {
      await has(FIRST)
      await uses(router.lab, 'client-1', ['fiber', 'dsl'])
      assert.match(await ip(router.lab, 'route show table 201'), /default via 198\.51\.100\.1 dev wan1/)
      const clamped = await router.lab.must(ROUTER, ['nft', 'list', 'chain', 'inet', 'multihomed', 'clamp'])
      assert.match(clamped, new RegExp(`"wan1".* size set ${MTU_BYTES - 40}`))
    })

    test('another address of the provider is followed', async () => {
      server.offer.address = SECOND
      await has(SECOND)
      await uses(router.lab, 'client-1', ['fiber', 'dsl'])
    })
  })
