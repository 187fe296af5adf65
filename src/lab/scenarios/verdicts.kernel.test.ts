import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { askTarget } from '../../kernel/ask-target.ts'
import { createLab, eventually, inNamespace, INTERNET, LAN, ROUTER } from '../index.ts'
import type { Lab, LabOptions, Sharing } from '../index.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'
import { placeWitness } from './witness.ts'
import { PROBE, mark, witnessesBy } from '../../model/index.ts'
import type { LineVerdict, ProbeAnswer } from '../../model/index.ts'

const SUSPECT: LineVerdict = { health: 'suspect' }
const RELEASED: LineVerdict = { health: 'down', released: true }
const IDS = { fiber: 1, dsl: 2 } as const
type Name = keyof typeof IDS

describe('two lines', () => {
  const box = boxOf({ lines: [{ name: 'fiber' }, { name: 'dsl' }], clients: 2, servers: 4 })
  beforeEach(() => box.pass({}))

  test('a suspected line gets no new connections in a few steps, and what is open on it goes on', async () => {
    const flows = await openFlows(box.lab, ['client-1', 'client-2', ROUTER], 12)
    assert.deepEqual(await box.pass({ fiber: SUSPECT }), ['change-nexthop', 'change-ruleset', 'delete-nexthop']) // prettier-ignore
    const { failed, lines } = await box.lab.load({ connections: 40 })
    assert.deepEqual([failed, lines['dsl']?.connections], [0, 40])
    const own = await box.lab.load({ connections: 20, clients: [ROUTER] })
    assert.deepEqual([own.failed, own.lines['dsl']?.connections], [0, 20])
    // An unbound UDP socket of the box chooses with every packet.
    await talkAll(flows.filter(({ name }) => !/^UDP .* router /.test(name)))
  })

  test('what still sends on a released line is told at once; the other line and the page of the modem notice nothing', async () => {
    const flows = await openFlows(box.lab, ['client-1'], 16)
    const told = await placeWitness(box.lab, 'client-1', { hook: 'input', match: 'icmp type destination-unreachable', of: ['ip saddr', 'icmp code'] }) // prettier-ignore
    const own = await box.lab.openConnection(ROUTER, '203.0.113.10', { from: box.lab.line('fiber').address })
    await box.pass({ fiber: SUSPECT })
    assert.deepEqual(await box.pass({ fiber: RELEASED }), ['change-ruleset'])
    const stranded = flowsOn(flows, 'fiber')
    await Promise.all(stranded.map((flow) => assert.rejects(flow.talk(500), flow.name)))
    for (const flow of stranded.filter(({ name }) => name.startsWith('TCP')))
      assert.equal(await flow.ended, 'ECONNRESET', flow.name)
    await eventually(() => told.seen(), (seen) => seen.length > 0, { what: 'UDP is told' }) // prettier-ignore
    assert.deepEqual(await told.seen(), [[LAN.router, 'admin-prohibited']])
    await talkAll(flowsOn(flows, 'dsl'))
    assert.equal((await box.lab.ping('client-1', box.lab.line('fiber').gateway, { count: 2 })).answers, 2)
    await own.exchange()
    own.close()
    assert.deepEqual(await box.pass({ fiber: SUSPECT }), ['change-ruleset'])
  })

  test('a line that is released and then the only one left takes connections, and ends none', async () => {
    const flows = await openFlows(box.lab, ['client-1'], 8)
    await box.pass({ fiber: RELEASED, dsl: RELEASED })
    await talkAll(flows)
    const { failed, lines } = await box.lab.load({ connections: 20 })
    assert.deepEqual([failed, lines['fiber']?.connections], [0, 10])
  })

  test('probes are answered by the line they ask, whatever that line is, and count for nothing', async () => {
    const marks = await placeWitness(box.lab, ROUTER, { hook: 'postrouting', match: 'meta mark & 0x80000000 != 0', of: ['oifname', 'ct mark'] }) // prettier-ignore
    for (const verdict of [{ health: 'up' }, SUSPECT, RELEASED] as const) {
      await box.pass({ fiber: verdict })
      const before = await box.counts()
      for (const name of ['fiber', 'dsl'] as const) await assertProbed(box, name)
      assert.deepEqual(difference(before, await box.counts()), {})
    }
    assert.deepEqual((await marks.seen()).map(String).toSorted(), ['"wan1",0x81000000', '"wan2",0x82000000'])
    await box.pass({})
    const { lines } = await box.lab.load({ connections: 20 })
    assert.equal(lines['fiber']?.connections, 10, "a probe took nobody's turn")
  })

  for (const from of ['client-1', ROUTER])
    test(`TCP of ${from} counts what asks and what is answered, not what merely acknowledges`, async () => {
      const before = await box.counts()
      const connection = await box.lab.openConnection(from, '203.0.113.10')
      const line = box.lineOf(connection.seen.client)
      for (let i = 0; i < 5; i++) await connection.exchange()
      const counted = difference(before, await box.counts())
      // The SYN and five lines; the SYN-ACK, the greeting and five lines, with or without an ACK of their own.
      const { [`sent_${IDS[line]}`]: sent, [`life_${IDS[line]}`]: life = 0, ...rest } = counted
      assert.equal(sent, 6)
      assert.ok(life >= 7 && life <= 13, String(life))
      assert.deepEqual(rest, { [`handshake_${IDS[line]}`]: 1 })
      connection.close()
    })

  for (const from of ['client-1', ROUTER])
    test(`a question of ${from} over UDP and its answer count once each`, async () => {
      const before = await box.counts()
      const talker = await box.lab.openUdpTalker(
        from,
        from === ROUTER ? { from: box.lab.line('fiber').address } : {},
      )
      const line = box.lineOf((await talker.ask('203.0.113.10')).client)
      await talker.ask('203.0.113.10')
      assert.deepEqual(difference(before, await box.counts()), {
        [`sent_${IDS[line]}`]: 2,
        [`life_${IDS[line]}`]: 2,
      })
    })

  test('who is called from outside answers, and that is no question of ours', async () => {
    await box.lab.listen(ROUTER, 'echo', box.lab.line('fiber').address, 8022)
    const before = await box.counts()
    const connection = await box.lab.openConnection(INTERNET, box.lab.line('fiber').publicAddress, {
      port: 8022,
    })
    for (let i = 0; i < 3; i++) await connection.exchange()
    assert.deepEqual(difference(before, await box.counts()), {})
    connection.close()
  })

  test("gateway-chatter-is-no-life: the gateway's own answers, its ARP and its errors prove nothing of what is behind it", async () => {
    const { gateway, device, host } = box.lab.line('fiber')
    const before = await box.counts()
    for (const from of ['client-1', ROUTER]) assert.equal((await box.lab.ping(from, gateway, { count: 2 })).answers, 2) // prettier-ignore
    await box.lab.must(ROUTER, ['ip', 'neigh', 'flush', 'dev', device])
    assert.equal((await box.lab.ping(ROUTER, gateway)).answers, 1)
    assert.deepEqual(difference(before, await box.counts()), {})

    await box.pass({ dsl: SUSPECT })
    await box.lab.must(host, ['nft', 'add chain ip provider refuse { type filter hook forward priority -10; }']) // prettier-ignore
    await box.lab.must(host, ['nft', 'add rule ip provider refuse iifname "customer" reject with icmp host-unreachable']) // prettier-ignore
    const talker = await box.lab.openUdpTalker('client-1')
    await assert.rejects(talker.ask('203.0.113.10', { timeoutMs: 300 }))
    await assert.rejects(talker.ask('203.0.113.10', { timeoutMs: 300 }))
    await box.lab.must(host, ['nft', 'delete chain ip provider refuse'])
    assert.deepEqual(difference(before, await box.counts()), { sent_1: 2 })
  })

  test('a question into the silence is counted each time it is repeated', async () => {
    await box.pass({ dsl: SUSPECT })
    await box.lab.blackhole('fiber')
    const before = await box.counts()
    await assert.rejects(box.lab.httpGet('client-1', '203.0.113.10', { timeoutMs: 1500 }))
    await box.lab.restore('fiber')
    assert.deepEqual(difference(before, await box.counts()), { sent_1: 2 })
  })
})

for (const what of [
  'card',
  'card-and-network',
  'card-and-address',
  'address-and-gateway',
] as const satisfies Sharing[])
  describe(`two lines that share: ${what}`, () => {
    const box = boxOf({
      lines: [{ name: 'fiber' }, { name: 'dsl', sharing: { with: 'fiber', what } }],
      clients: 1,
      servers: 2,
    })

    for (const from of ['client-1', ROUTER])
      test(`what ${from} sends and hears counts for the line that carries it, and for no other`, async () => {
        await box.pass({})
        const used = new Set<Name>()
        for (let i = 0; i < 16; i++) {
          const before = await box.counts()
          const connection = await box.lab.openConnection(from, '203.0.113.10')
          const line = box.lineOf(connection.seen.client)
          used.add(line)
          await connection.exchange()
          const { [`sent_${IDS[line]}`]: sent, [`life_${IDS[line]}`]: life = 0, ...rest } = difference(before, await box.counts()) // prettier-ignore
          assert.equal(sent, 2)
          assert.ok(life >= 3 && life <= 5, String(life))
          assert.deepEqual(rest, { [`handshake_${IDS[line]}`]: 1 })
          connection.close()
          await eventually(() => box.isQuiet(), Boolean, { what: 'it is closed' })
        }
        assert.deepEqual([...used].toSorted(), ['dsl', 'fiber'])
      })

    test('probes are answered by the line they ask, whatever that line is, and count for nothing', async () => {
      for (const verdict of [SUSPECT, RELEASED]) {
        await box.pass({ dsl: verdict })
        const before = await box.counts()
        for (const name of ['fiber', 'dsl'] as const) await assertProbed(box, name)
        assert.deepEqual(difference(before, await box.counts()), {})
      }
    })

    test('a released line ends its own connections, not those of its neighbour', async () => {
      await box.pass({})
      const flows = await openFlows(box.lab, ['client-1'], 8)
      await box.pass({ dsl: RELEASED })
      await Promise.all(flowsOn(flows, 'dsl').map((flow) => assert.rejects(flow.talk(500), flow.name)))
      await talkAll(flowsOn(flows, 'fiber'))
    })
  })

interface VerdictBox {
  readonly lab: Lab
  /** @returns what it moved */
  pass(verdicts: Readonly<Record<string, LineVerdict>>): Promise<string[]>
  /** Of health, by counter. */
  counts(): Promise<Record<string, number>>
  /** Nothing was counted for a moment. */
  isQuiet(): Promise<boolean>
  lineOf(address: string): Name
}

/** A router on which nobody but the test makes passes. */
function boxOf(options: LabOptions): VerdictBox {
  let made: Lab | undefined
  const theLab = (): Lab => made ?? assert.fail('the lab is made before the first test')
  before(async () => {
    made = await createLab(options)
    await theLab().must(ROUTER, ['sysctl', '-q', '-w', 'net.ipv4.ping_group_range=0 4294967294'])
  })
  after(() => made?.remove())
  const counts = async (): Promise<Record<string, number>> => {
    const listing = await theLab().must(ROUTER, ['nft', '-j', 'list', 'counters', 'table', 'inet', 'multihomed']) // prettier-ignore
    const { nftables } = JSON.parse(listing) as {
      nftables: { counter?: { name: string; packets: number } }[]
    } // nft's
    return Object.fromEntries(
      nftables.flatMap(({ counter }) =>
        counter === undefined || counter.name.startsWith('chosen_') ? [] : [[counter.name, counter.packets]],
      ),
    )
  }
  return {
    get lab() {
      return theLab()
    },
    async pass(verdicts) {
      const script = join(import.meta.dirname, '../../daemon/pass-with-verdicts.ts')
      const argv = [process.execPath, script, fileOf(theLab()), JSON.stringify(verdicts)]
      return JSON.parse(await theLab().must(ROUTER, argv)) as string[] // the script's
    },
    counts,
    async isQuiet() {
      const before = await counts()
      await new Promise((resolve) => setTimeout(resolve, 20))
      return Object.keys(difference(before, await counts())).length === 0
    },
    lineOf: (address) => (theLab().lineOfAddress(address) === 'fiber' ? 'fiber' : 'dsl'),
  }
}

const fileOf = ({ topology }: Lab): string =>
  JSON.stringify({
    lan: { interfaces: [{ name: LAN.device, address: `${LAN.router}/${LAN.length}` }] },
    lines: Object.fromEntries(
      topology.lines.map((line) => [
        line.name,
        { interface: line.device, weight: 1, address: line.addressWithLength, gateway: line.gateway },
      ]),
    ),
    affinity: 'connection',
  }) // JSON is YAML too

function difference(before: Record<string, number>, now: Record<string, number>): Record<string, number> {
  const more = Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
  return Object.fromEntries(more.filter(([, count]) => count !== 0))
}

async function assertProbed({ lab }: VerdictBox, name: Name): Promise<void> {
  const path = { mark: mark(PROBE | (IDS[name] << 24)) }
  for (const kind of ['icmp', 'tcp', 'dns'] as const)
    for (const target of witnessesBy(kind)) {
      const { answer } = inNamespace(lab.host(ROUTER), () => ({ answer: askTarget(path, target, 2000) }))
      const heard: ProbeAnswer = await answer
      assert.ok(heard.answered, `${name}, ${kind} ${target.address}: ${JSON.stringify(heard)}`)
    }
}
