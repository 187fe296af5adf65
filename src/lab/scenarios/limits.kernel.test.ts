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

  /** The queues of an interface of the router, with what has gone through each. */
  async function queuesOf(device: string): Promise<readonly Queue[]> {
    const shown = await router.lab.run(ROUTER, ['tc', '-s', '-json', 'qdisc', 'show', 'dev', device])
    return shown.stdout === '' ? [] : (JSON.parse(shown.stdout) as Queue[])
  }
  const speedsOf = (queues: readonly Queue[]): readonly number[] =>
    queues.flatMap(({ handle, options }) =>
      handle === 'de:' ? [8 * (options.rate ?? options.bandwidth ?? 0)] : [],
    )

  test('a line is held to its speeds, each way, and keeps to them over a device that goes and comes', async () => {
    const { lab } = router
    const { device } = lab.line('fiber')
    await router.apply(wishes({ shape: { up: '8 Mbit', down: '4 Mbit' } }))
    const inwards = `mhin-${device}`
    assert.deepEqual(speedsOf(await queuesOf(device)), [8e6])
    assert.deepEqual(speedsOf(await queuesOf(inwards)), [4e6])
    assert.deepEqual((await router.apply(wishes({ shape: { up: '8 Mbit', down: '4 Mbit' } }))).groups, [])

    // More at once than goes through unhindered; the answers come faster than they are let in.
    const flood = ['ping', '-f', '-q', '-l', '60', '-c', '200', '-s', '1300', lab.topology.servers[0] ?? '']
    await lab.run('client-1', flood)
    for (const held of [device, inwards]) {
      const [root] = await queuesOf(held)
      assert.ok((root?.bytes ?? 0) > 100 * 1300, `${held}: ${JSON.stringify(root)}`)
      assert.ok((root?.overlimits ?? 0) > 0, `nothing had to wait on ${held}: ${JSON.stringify(root)}`)
    }

    await lab.unplug('fiber')
    await router.becomes('fiber', 'absent')
    await eventually(
      () => queuesOf(inwards),
      (queues) => queues.length === 0,
      { what: 'nothing is left' },
    )
    await lab.replug('fiber')
    await eventually(
      async () => [...speedsOf(await queuesOf(device)), ...speedsOf(await queuesOf(inwards))],
      (speeds) => speeds.join() === '8000000,4000000',
      { what: 'the device that is back is held to its speeds' },
    )
  })

  test('a queue of the admin stays, and that is told', async () => {
    const { lab } = router
    const { device } = lab.line('fiber')
    await router.apply(wishes({}))
    assert.deepEqual([...speedsOf(await queuesOf(device)), ...(await queuesOf(`mhin-${device}`))], [])
    await lab.must(ROUTER, ['tc', 'qdisc', 'add', 'dev', device, 'root', 'handle', '1:', 'tbf', ...TBF])
    const { notes } = await router.apply(wishes({ shape: '8 Mbit' }))
    assert.deepEqual(notes.map(({ code }) => code).filter((code) => code === 'MH526'), ['MH526']) // prettier-ignore
    assert.deepEqual((await queuesOf(device)).map(({ handle }) => handle), ['1:']) // prettier-ignore
    await lab.must(ROUTER, ['tc', 'qdisc', 'del', 'dev', device, 'root'])
  })

  test('an MTU of the file is set, and `down` puts it back and lets go of the line', async () => {
    const { lab } = router
    const { device } = lab.line('fiber')
    const mtu = async (): Promise<number> => {
      const links = await lab.must(ROUTER, ['ip', '-json', 'link', 'show', device])
      return (JSON.parse(links) as { mtu: number }[])[0]?.mtu ?? 0
    }
    const before = await mtu()
    await router.apply(wishes({ mtu: 1450, shape: { up: '8 Mbit', down: '4 Mbit' } }))
    assert.equal(await mtu(), 1450)
    assert.deepEqual(speedsOf(await queuesOf(device)), [8e6])
    await lab.command(['down'])
    assert.equal(await mtu(), before)
    assert.deepEqual([...speedsOf(await queuesOf(device)), ...(await queuesOf(`mhin-${device}`))], [])
  })
})

interface Queue {
  readonly handle: string
  readonly options: { readonly rate?: number; readonly bandwidth?: number }
  readonly bytes?: number
  readonly overlimits?: number
}
const TBF = ['rate', '50mbit', 'burst', '16000', 'latency', '50ms']
