import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createLab, eventually, faultInWords, ROUTER } from './index.ts'
import type { Fault, Lab } from './index.ts'

/** What a box on the line finds: with no more than an address and a default route, as a DHCP client leaves them. */
interface Found {
  readonly carrier: boolean
  readonly gateway: boolean
  readonly ping: boolean
  readonly http: boolean
  readonly udp: boolean
  readonly dns: boolean
}

const ALL: Found = { carrier: true, gateway: true, ping: true, http: true, udp: true, dns: true }
const NOTHING: Found = { carrier: true, gateway: false, ping: false, http: false, udp: false, dns: false }
const GATEWAY_ONLY: Found = { ...NOTHING, gateway: true }
const NO_CARRIER: Found = { ...NOTHING, carrier: false }

const SERVER = '203.0.113.10'
const OTHER_SERVER = '203.0.113.11'

async function find(lab: Lab, server = SERVER): Promise<Found> {
  const { device, gateway } = lab.line('fiber')
  // What is known of neighbours outlives their death.
  await lab.run(ROUTER, ['ip', 'neigh', 'flush', 'dev', device])
  const works = (asking: Promise<unknown>): Promise<boolean> =>
    asking.then(
      () => true,
      () => false,
    )
  const timeoutMs = 1000
  const [link, toGateway, toServer, http, udp, dns] = await Promise.all([
    lab.run(ROUTER, ['ip', '-o', 'link', 'show', device]),
    lab.ping(ROUTER, gateway, { timeoutMs }),
    lab.ping(ROUTER, server, { timeoutMs }),
    works(lab.httpGet(ROUTER, server, { timeoutMs })),
    works(lab.askUdp(ROUTER, server, { timeoutMs })),
    works(lab.askUdp(ROUTER, server, { timeoutMs, port: 53 })),
  ])
  return {
    carrier: link.code === 0 && !link.stdout.includes('NO-CARRIER'),
    gateway: toGateway.answers > 0,
    ping: toServer.answers > 0,
    http,
    udp,
    dns,
  }
}

describe('a line with a fault', () => {
  let lab: Lab
  before(async () => {
    lab = await createLab({
      lines: [{ name: 'fiber', addressing: 'by-provider' }],
      clients: 0,
      servers: 2,
    })
    for (const server of lab.topology.servers) await lab.listen('internet', 'udp-echo', server, 53)
  })
  after(() => lab.remove())

  const rows: [Fault, Found][] = [
    [{ kind: 'carrier' }, NO_CARRIER],
    [{ kind: 'device-removed' }, NO_CARRIER],
    [{ kind: 'gateway-gone' }, NOTHING],
    [{ kind: 'internet-gone' }, GATEWAY_ONLY],
    [{ kind: 'one-way', lost: 'out' }, GATEWAY_ONLY],
    [{ kind: 'one-way', lost: 'in' }, GATEWAY_ONLY],
    [{ kind: 'loss', ratio: 1 }, GATEWAY_ONLY],
    [{ kind: 'dns-dead' }, { ...ALL, dns: false }],
    [{ kind: 'target-dead', address: SERVER }, GATEWAY_ONLY],
    [{ kind: 'icmp-dropped' }, { ...ALL, gateway: false, ping: false }],
    [{ kind: 'portal' }, { ...GATEWAY_ONLY, dns: true }],
  ]
  for (const [fault, found] of rows)
    test(`${faultInWords(fault)}: it does what it says, and mended all is as before`, async () => {
      {
        await using _ = await lab.inflict('fiber', fault)
        assert.deepEqual(await find(lab), found)
      }
      assert.deepEqual(await findMended(lab), ALL)
    })

  test('internet-gone: nobody tells the sender, not even by an ICMP error', async () => {
    await using _ = await lab.inflict('fiber', { kind: 'internet-gone' })
    const { printed } = await lab.ping(ROUTER, SERVER, { timeoutMs: 300 })
    assert.doesNotMatch(printed, /From/)
  })

  test('loss: some of the packets are lost each way, and some are not', async () => {
    await using _ = await lab.inflict('fiber', { kind: 'loss', ratio: 0.5 })
    const printed = await lab.run(ROUTER, ['ping', '-n', '-c', '200', '-i', '0.01', '-W', '1', SERVER])
    const answers = Number(/(\d+) received/.exec(printed.stdout)?.[1])
    assert.ok(answers > 10 && answers < 100, `${answers} of 200 answered; a quarter was expected`)
  })

  test('target-dead: the others of the internet go on', async () => {
    await using _ = await lab.inflict('fiber', { kind: 'target-dead', address: SERVER })
    assert.deepEqual(await find(lab, OTHER_SERVER), ALL)
  })

  test('portal: HTTP is answered with a redirect, in the name of whoever was asked', async () => {
    await using _ = await lab.inflict('fiber', { kind: 'portal' })
    await assert.rejects(lab.httpGet(ROUTER, SERVER), /answered with status 302/)
  })

  test('address-change: the line works with another address, and with the first one again when mended', async () => {
    const { address } = lab.line('fiber')
    const seen = async (): Promise<string> => (await lab.httpGet(ROUTER, SERVER)).client
    {
      await using _ = await lab.inflict('fiber', { kind: 'address-change' })
      assert.notEqual(await seen(), address)
      assert.equal(lab.lineOfAddress(await seen()), 'fiber')
      await assert.rejects(lab.inflict('fiber', { kind: 'address-change' }), /has the fault .* already/)
    }
    assert.equal(await seen(), address)
    assert.equal(await lab.wrongSourcePackets(), 0)
  })

  test('gateway-mac: the gateway is now the one, now the other, and at the end the first', async () => {
    const { device, gateway } = lab.line('fiber')
    const macAddress = async (): Promise<string | undefined> => {
      await lab.run(ROUTER, ['ip', 'neigh', 'flush', 'dev', device])
      await lab.ping(ROUTER, gateway, { timeoutMs: 100 })
      const neighbour = await lab.must(ROUTER, ['ip', 'neigh', 'show', gateway, 'dev', device])
      return /lladdr (\S+)/.exec(neighbour)?.[1]
    }
    const first = await macAddress()
    assert.ok(first)
    const isFirst = (address: string | undefined): boolean => address === first
    {
      await using _ = await lab.inflict('fiber', { kind: 'gateway-mac', everyMs: 300 })
      for (const what of ['the other', 'the first', 'the other'])
        await eventually(macAddress, (now) => now !== undefined && isFirst(now) === (what === 'the first'), {
          what,
        })
    }
    assert.equal(await macAddress(), first)
  })

  test('flapping: dead, alive, dead, and alive when mended', async () => {
    const works = async (): Promise<boolean> =>
      (await lab.ping(ROUTER, SERVER, { timeoutMs: 100 })).answers > 0
    {
      await using _ = await lab.inflict('fiber', { kind: 'flapping', deadMs: 300, aliveMs: 300 })
      for (const alive of [false, true, false])
        await eventually(works, (now) => now === alive, { what: alive ? 'alive' : 'dead' })
    }
    assert.deepEqual(await find(lab), ALL)
  })

  test('two faults at once: each is mended by itself', async () => {
    const noDns = await lab.inflict('fiber', { kind: 'dns-dead' })
    const noPing = await lab.inflict('fiber', { kind: 'icmp-dropped' })
    assert.deepEqual(await find(lab), { ...ALL, dns: false, gateway: false, ping: false })
    await noDns.mend()
    assert.deepEqual(await find(lab), { ...ALL, gateway: false, ping: false })
    await noPing.mend()
    await noPing.mend()
    assert.deepEqual(await find(lab), ALL)
  })

  test('a fault at the provider outlives that the device goes and comes', async () => {
    await lab.inflict('fiber', { kind: 'gateway-gone' })
    await lab.inflict('fiber', { kind: 'carrier' })
    await lab.unplug('fiber')
    await lab.replug('fiber')
    assert.deepEqual(await find(lab), NO_CARRIER)
    const [silence, cut] = lab.inflicted('fiber')
    await cut?.mend()
    assert.deepEqual(await find(lab), NOTHING)
    await silence?.mend()
    assert.deepEqual(await findMended(lab), ALL)
  })

  test('restore mends all that is wrong', async () => {
    for (const kind of ['internet-gone', 'portal', 'carrier', 'device-removed'] as const)
      await lab.inflict('fiber', { kind })
    await lab.restore('fiber')
    assert.deepEqual(lab.inflicted('fiber'), [])
    assert.deepEqual(await findMended(lab), ALL)
  })
})

test('an address that the box gave itself is changed by no provider: the row says so', async () => {
  await using lab = await createLab({ lines: [{ name: 'fiber' }], clients: 0, servers: 1 })
  await assert.rejects(
    lab.inflict('fiber', { kind: 'address-change' }),
    /^CannotPlay: cannot be played here: fiber has a fixed address$/,
  )
})

/** A DHCP client's route went with the carrier's device, and a new carrier takes a moment. */
async function findMended(lab: Lab): Promise<Found> {
  const { device, gateway } = lab.line('fiber')
  return eventually(
    async () => {
      await lab.run(ROUTER, ['ip', 'route', 'replace', 'default', 'via', gateway, 'dev', device])
      return find(lab)
    },
    (found) => Object.values(found).every(Boolean),
    { what: 'all is as before' },
  )
}
