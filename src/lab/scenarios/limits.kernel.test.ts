import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, ROUTER } from '../index.ts'
import { box } from './box.ts'
import type { Wishes } from './box.ts'
import { plugIpv6, tryTcp, V6 } from './ipv6.ts'
import { placeWitness } from './witness.ts'

/** Of a service that nobody else asks. */
const PORT = 4711

describe('what goes through a line at once', () => {
  const wishes = (fiber: object): Wishes => ({ lines: { fiber: 1 }, more: { fiber } })
  const router = box({ lines: [{ name: 'fiber' }], clients: 1, servers: 1, wishes: wishes({}) })

  before(async () => {
    await plugIpv6(router.lab)
  })

  /** How long a segment may be, as the server and then the client hear it from each other. */
  async function agreedSizes(server: string): Promise<readonly string[]> {
    const { lab } = router
    const ends = [
      [INTERNET, `tcp dport ${PORT}`],
      ['client-1', `tcp sport ${PORT}`],
    ].map(([host = '', match]) =>
      placeWitness(lab, host, {
        hook: 'input',
        match: `${match} tcp flags & (syn | rst) == syn`,
        of: ['tcp option maxseg size'],
      }),
    )
    const witnesses = await Promise.all(ends)
    const script = `require('node:net').createServer((socket) => process.exit(socket.destroy() && 0)).listen(${PORT}, '${server}')`
    const listening = lab.must(INTERNET, [process.execPath, '-e', script])
    await eventually(
      () => tryTcp(lab, 'client-1', server, PORT),
      (word) => word === 'connected',
      { what: `somebody listens at ${server}` },
    )
    await listening
    return (await Promise.all(witnesses.map((witness) => witness.seen()))).map((sizes) => sizes.join(' '))
  }

  /** As pppd and others change it. */
  async function narrow(mtuBytes: number): Promise<void> {
    const { lab } = router
    await lab.must(ROUTER, ['ip', 'link', 'set', lab.line('fiber').device, 'mtu', String(mtuBytes)])
    await eventually(
      () => lab.run(ROUTER, ['nft', 'list', 'chain', 'inet', 'multihomed', 'clamp']),
      ({ stdout }) => stdout.includes(`maxseg size set ${mtuBytes - 40}`),
      { what: `the ruleset knows of ${mtuBytes} bytes` },
    )
  }

  test('through a line like any other the hosts agree as they like', async () => {
    assert.deepEqual(await agreedSizes(router.lab.topology.servers[0] ?? ''), ['1460', '1460'])
  })

  test('through a narrow line neither end sends what does not fit, over IPv4 and IPv6', async () => {
    await narrow(1400)
    assert.deepEqual(await agreedSizes(router.lab.topology.servers[0] ?? ''), ['1360', '1360'])
    assert.deepEqual(await agreedSizes(V6.server), ['1340', '1340'])
  })

  test('what the file says holds in both directions, and nothing is ever raised', async () => {
    await router.apply(wishes({ mss: 1200 }))
    assert.deepEqual(await agreedSizes(V6.server), ['1200', '1200'])
    await router.apply(wishes({ mss: 9000 }))
    assert.deepEqual(await agreedSizes(V6.server), ['1440', '1440'])
    await router.apply(wishes({ mss: 'off' }))
    assert.deepEqual(await agreedSizes(V6.server), ['1440', '1440'])
  })
})
