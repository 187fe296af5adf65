import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { LAN, ROUTER } from '../index.ts'
import { box } from './box.ts'
import { ip } from './tunnel.ts'

/** As Tailscale asks for its own packets: by a mark of its own, table main and nothing else. */
const MARK = 0x8_0000
const ITS_RULES = [
  'rule add pref 5210 fwmark 0x80000/0xff0000 lookup main',
  'rule add pref 5250 fwmark 0x80000/0xff0000 type unreachable',
]

describe('a program that asks the main table itself, past the rules', () => {
  const lines = ['fiber', 'dsl'].map((name) => ({ name, addressing: 'by-provider' }) as const)
  const router = box({
    lines,
    clients: 1,
    wishes: { lines: { fiber: 1, dsl: 1 } },
    beforeStart: (lab) => ip(lab, ...ITS_RULES),
  })
  const carriers = async (): Promise<Set<string | undefined>> => {
    const { lab } = router
    const seen = lab.topology.servers.map((server) => lab.askUdp(ROUTER, server, { mark: MARK }))
    return new Set((await Promise.all(seen)).map(({ client }) => lab.lineOfAddress(client)))
  }
  const file = (
    mainDefault: string,
  ): string => `lan: { interfaces: [{ name: ${LAN.device}, address: ${LAN.router}/${LAN.length} }] }
lines: { fiber: { interface: wan1 }, dsl: { interface: wan2 } }
mainDefault: ${mainDefault}
`
  const apply = async (mainDefault: string): Promise<void> => {
    await writeFile(router.lab.daemonPaths.config, file(mainDefault))
    const applied = await router.client.apply()
    assert.ok(applied.ok, JSON.stringify(applied))
  }

  test('left alone it has one line, and is cut off with it', async () => {
    assert.deepEqual(await carriers(), new Set(['fiber']))
    await router.lab.cut('fiber')
    await router.becomes('fiber', 'down')
    await assert.rejects(carriers())
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
  })

  test('with mainDefault: lines it is spread over those that work, and lives on when one goes', async () => {
    await apply('lines')
    assert.deepEqual(await carriers(), new Set(['fiber', 'dsl']))
    await router.lab.cut('fiber')
    await router.becomes('fiber', 'down')
    assert.deepEqual(await carriers(), new Set(['dsl']))
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
    assert.deepEqual(await carriers(), new Set(['fiber', 'dsl']))
  })

  test('the defaults of DHCP stay, and ours goes when it is no longer asked for', async () => {
    const defaults = async (): Promise<string[]> =>
      (await ip(router.lab, 'route show default'))
        .trim()
        .split('\n')
        .map((route) => route.trim())
    assert.equal((await defaults()).filter((route) => /^default via .* dhcp/.test(route)).length, 2)
    await apply('leave')
    assert.deepEqual(
      (await defaults()).filter((route) => !route.includes('dhcp')),
      [],
    )
    assert.equal((await defaults()).length, 2)
  })
})
