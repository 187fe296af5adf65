import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { sample, shuffledSubarray } from 'fast-check'
import type { TraceDocument } from '../../api/contract.ts'
import { familyOf } from '../../model/index.ts'
import { eventually, LAN, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { openUdp } from '../sockets.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { DOCKER, plugDocker } from './docker.ts'
import { ip, plugTunnel } from './tunnel.ts'

/** A packet to be traced and then sent. */
interface Try {
  readonly host: string
  /** Absent: the host's own choice. */
  readonly from?: string
  readonly to: string
}

describe('what trace says is what packets do', () => {
  const router = box({
    lines: [{ name: 'fiber', addressing: 'by-provider' }, { name: 'dsl' }, { name: 'lte' }],
    clients: 4,
    servers: 4,
    wishes: { lines: { fiber: 3, dsl: 1, lte: 1 }, affinity: 'pair' },
    beforeStart: plugDocker,
  })

  test('LAN, Docker, the box itself and outside, to servers, modems, everybody and nobody', async () => {
    await plugModem(router.lab)
    await agrees(router, someOf(TARGETS, 70))
  })

  test("other programs' tables by source, destination, interface and prohibition", async () => {
    await plugTunnel(router.lab)
    await ip(
      router.lab,
      'rule add pref 1000 to 203.0.113.12 lookup 51820',
      'rule add pref 1001 from 10.0.0.13 lookup 51820',
      `rule add pref 1002 iif ${LAN.device} to 203.0.113.13 lookup 51820`,
      'rule add pref 1003 not from 0.0.0.0/0 lookup 51820',
      'route add unreachable 203.0.113.14',
      'route add prohibit 203.0.113.0/28 table 4711',
      'rule add pref 1004 from 10.0.0.14 to 203.0.113.8/29 lookup 4711',
    )
    // Until then what such a rule takes is still given to a line.
    await eventually(
      () => router.lab.must(ROUTER, 'nft list chain inet multihomed prerouting'.split(' ')),
      (chain) => chain.includes('rule 1002 '),
      { what: 'the rule that only its interface tells is left to its program' },
    )
    await agrees(router, someOf([...TARGETS, '203.0.113.14', '10.77.0.1'], 90))
  })

  test('a VPN that takes everything, behind ours and before ours', async () => {
    await ip(router.lab, 'rule add pref 32765 not from all fwmark 0xca6c lookup 51820')
    await eventually(
      () => router.lab.must(ROUTER, ['ip', 'rule']),
      (rules) => /32765:.*lookup 222/.test(rules),
      { what: 'the balanced rule stands behind it' },
    )
    await agrees(router, someOf(TARGETS, 40))
    await ip(
      router.lab,
      'rule del pref 32765 lookup 51820',
      'rule add pref 28999 lookup main suppress_prefixlength 0',
      'rule add pref 29000 lookup 51820',
    )
    await eventually(
      () => router.client.trace({ from: '10.0.0.11', to: '203.0.113.10' }),
      (told) => told.ok && told.value.outcome.is === 'elsewhere',
      { what: 'the daemon knows of the rule before ours' },
    )
    await agrees(router, someOf(TARGETS, 40))
    await ip(router.lab, 'rule del pref 28999', 'rule del pref 29000')
  })

  test('with a line cut and another one removed from the file', async () => {
    await router.lab.cut('dsl')
    await router.becomes('dsl', 'down')
    await agrees(router, someOf(TARGETS, 40), { idle: 'wan2' })
    await router.apply({ lines: { fiber: 1, dsl: 1 }, affinity: 'client' })
    await agrees(router, someOf(TARGETS, 40), { idle: 'wan2' })
    await router.apply({ lines: { fiber: 1, lte: 1 }, affinity: 'connection', networks: ['10.0.0.8/30'] })
    await agrees(router, someOf(TARGETS, 40), { remembers: false })
  })
})

describe('what trace says is what packets do, over IPv6', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'link-only' },
      { name: 'dsl', ipv6: 'delegated' },
    ],
    lan6: { ula: true, prefixesOf: ['dsl'] },
    clients: 1,
    servers: 3,
    wishes: { lines: { fiber: 2, dsl: 1 }, affinity: 'pair' },
  })
  const [CLIENT, OF_DSL, BOX] = ['fd00:10::11', '2001:db8:200::11', 'fd00:10::1']
  const tries = (): Try[] => {
    const { servers6, lines } = router.lab.topology
    const near = lines.flatMap(({ ipv6 }) => ipv6?.provider ?? [])
    const froms: Omit<Try, 'to'>[] = [
      { host: 'client-1', from: CLIENT },
      { host: 'client-1', from: OF_DSL },
      { host: ROUTER },
      { host: ROUTER, from: '2001:db8:1::2' },
      { host: ROUTER, from: BOX },
    ]
    return [
      ...froms.flatMap((from) => [...servers6, ...near].map((to) => ({ ...from, to }))),
      ...['2001:db8:1::2', BOX, 'ff0e::9'].map((to) => ({ host: 'client-1', from: CLIENT, to })),
      { host: ROUTER, to: CLIENT },
      ...['2001:db8:1::2', '2001:db8:2::2'].map((to) => ({ host: 'internet', from: '2001:db8:f::10', to })),
    ]
  }
  before(() => router.knows('fiber', 'dsl'))

  test('LAN with addresses of its own and of a provider, the box itself and outside', async () => {
    await agrees(router, tries())
    const told = await router.client.trace({ from: OF_DSL, to: '2001:db8:f::10' })
    assert.ok(told.ok)
    assert.deepEqual(told.value.outcome.ways.map((way) => [way.line, way.seenAs]), [['dsl', OF_DSL]]) // prettier-ignore
  })

  test('where no line has it working nothing goes anywhere, and that is told', async () => {
    for (const line of ['fiber', 'dsl'])
      await router.lab.inflict(line, { kind: 'internet-gone', family: 'ipv6' })
    const to = '2001:db8:f::10'
    await eventually(
      async () => {
        const told = await router.client.trace({ from: CLIENT, to })
        return told.ok ? told.value.outcome.is : 'nothing'
      },
      (is) => is === 'refused',
      { what: 'IPv6 is refused', timeoutMs: 20_000 },
    )
    await agrees(router, [
      { host: 'client-1', from: CLIENT, to },
      { host: ROUTER, to },
    ])
    assert.match((await router.status()).verdict.text, /IPv6 is refused, so that programs take IPv4 at once/)
  })
})

/**
 * Told first, sent then; once more, because these two may meet again.
 * @param idle a device whose line is not in use: who was not chosen for it is not pinned to it either
 * @param remembers the box remembers who met where
 */
async function agrees(
  router: Box,
  tries: readonly Try[],
  { idle, remembers = true }: { idle?: string; remembers?: boolean } = {},
): Promise<void> {
  const { lab } = router
  await lab.must(ROUTER, ['nft', 'flush map inet multihomed affinity'])
  for (const round of ['first', 'second']) {
    const doors = await watchDoors(lab)
    const told: TraceDocument[] = []
    for (const [i, packet] of tries.entries()) {
      const traced = await router.client.trace({ from: packet.from ?? 'me', to: packet.to })
      assert.ok(traced.ok, JSON.stringify(traced))
      told.push(traced.value)
      await send(lab, packet, FIRST_PORT + i)
    }
    const went = await doors.waysOf(tries)
    for (const [i, packet] of tries.entries()) {
      const document = told[i] ?? assert.fail()
      const seen = went[i] ?? assert.fail()
      const context = `${round} time, ${JSON.stringify(packet)} went ${seen}; told: ${JSON.stringify({ ...document, ifLost: [] }, null, 1)}`
      assert.ok(toldWays(document, idle).includes(seen), context)
      assert.ok(document.kernel.verdict !== 'different', context)
      // Its number in the kernel was found.
      if (round === 'second' && remembers && document.from.is === 'lan')
        assert.equal(document.outcome.ways.length, 1, context)
    }
  }
}

/** What somebody may send to somebody, in a random order. */
const MANY = {
  from: [
    { host: 'client-1', from: '10.0.0.11' },
    { host: 'client-3', from: '10.0.0.13' },
    { host: 'client-4', from: '10.0.0.14' },
    { host: 'client-2', from: DOCKER.host },
    { host: ROUTER },
    { host: ROUTER, from: '198.51.100.2' },
    { host: ROUTER, from: '10.0.0.1' },
  ],
  inward: [
    { host: 'internet', from: '203.0.113.10', to: '198.51.100.2' },
    { host: 'internet', from: '203.0.113.12', to: '198.51.100.2' },
  ],
} as const

const SERVERS = ['203.0.113.10', '203.0.113.11', '203.0.113.12', '203.0.113.13', '203.0.113.77', '8.8.4.4']
const NEAR = ['198.51.100.1', '192.0.2.1', '192.0.2.9', '100.64.3.1', '192.168.100.1']
const OWN = ['10.0.0.1', '198.51.100.2', DOCKER.router]
const EVERYBODY = ['239.255.255.250', '224.0.0.251', '10.0.0.255', '255.255.255.255']
const TARGETS = [...SERVERS, ...NEAR, ...OWN, ...EVERYBODY, DOCKER.host]

function someOf(targets: readonly string[], count: number): Try[] {
  const outward = MANY.from.flatMap((from) => targets.map((to): Try => ({ ...from, to }))).filter(isSent)
  const all = [...outward, ...MANY.inward]
  return sample(shuffledSubarray(all, { minLength: count, maxLength: count }), 1).flat()
}

/**
 * Neighbours speak to each other without the router, and from its second interface nobody reaches the LAN. Which
 * interface the box takes for broadcast and multicast is the kernel's own affair, and so it is told.
 */
const isSent = ({ host, to }: Try): boolean =>
  host === 'client-2'
    ? to !== DOCKER.host && !to.startsWith('10.0.0.')
    : host !== ROUTER || !/^2(?:24|39|55)\.|\.255$/.test(to)

/** `wan1 0x01000000`, `lan0 0x00000000`, `here 0x02000000`, `nowhere` */
function toldWays({ outcome: { is, ways } }: TraceDocument, idle: string | undefined): string[] {
  const markText = (mark: string): string => `0x${Number(mark).toString(16).padStart(8, '0')}`
  switch (is) {
    case 'line':
      return ways.map(
        (way) =>
          `${way.interface} ${way.interface === idle && Number(way.mark) === 0 ? markText('0') : lineMark(way.interface)}`,
      )
    case 'lan':
    case 'elsewhere':
      return ways.map((way) => `${way.interface} ${markText('0')}`)
    case 'box':
    case 'inbound':
      return ways.map((way) => `here ${markText(is === 'box' ? '0' : way.mark)}`)
    case 'not-routed':
      return ['nowhere', `here ${markText('0')}`] // the box is one of everybody
    default:
      return ['nowhere']
  }
}

/** In the order of the lab: the first line of the file has the number 1. */
const lineMark = (device: string | null): string => `0x0${device?.slice('wan'.length)}000000`

/** Every packet has a port of its own. */
const FIRST_PORT = 10_000

let watches = 0

/** At the doors of the router: who came in, who was kept, who left, with the mark of the connection. */
async function watchDoors(lab: Lab): Promise<{ waysOf(tries: readonly Try[]): Promise<string[]> }> {
  const table = `doors_${(watches += 1)}`
  const set = (name: string, key: string): string =>
    `set ${name} { typeof ${key}; size 1024; flags dynamic; }`
  const chain = (hook: string, priority: number, name: string, key: string): string =>
    `chain ${hook} { type filter hook ${hook} priority ${priority}; udp dport >= ${FIRST_PORT} add @${name} { ${key} }; }`
  const keys = {
    came: 'udp dport',
    kept: 'udp dport . iifname . ct mark',
    left: 'udp dport . oifname . ct mark',
  } as const
  const input = `table inet ${table} {
  ${Object.entries(keys).map(([name, key]) => set(name, key)).join('\n  ')}
  ${chain('prerouting', -400, 'came', keys.came)}
  ${chain('input', 0, 'kept', keys.kept)}
  ${chain('postrouting', 0, 'left', keys.left)}
}
` // prettier-ignore
  await lab.must(ROUTER, ['nft', '-f', '-'], { input })
  const elements = async (name: keyof typeof keys): Promise<string[][]> => {
    const listing = await lab.must(ROUTER, ['nft', '-n', 'list', 'set', 'inet', table, name])
    const inside = /elements = \{([^}]*)\}/.exec(listing)?.[1] ?? ''
    return inside.split(',').map((element) => element.trim().replaceAll('"', '').split(' . '))
  }
  return {
    async waysOf(tries) {
      // What the box itself cannot route never becomes a packet: then its sending is all there is to wait for.
      const expected = tries.flatMap(({ host }, i) => (host === ROUTER ? [] : [String(FIRST_PORT + i)]))
      const missing = async (): Promise<Try[]> => {
        const came = new Set((await elements('came')).flat())
        return tries.filter((_, i) => expected.includes(String(FIRST_PORT + i)) && !came.has(String(FIRST_PORT + i))) // prettier-ignore
      }
      await eventually(missing, (left) => left.length === 0, { what: 'every packet is at the router' })
      const [kept, left] = [await elements('kept'), await elements('left')]
      await lab.must(ROUTER, ['nft', 'delete', 'table', 'inet', table])
      return tries.map((_, i) => {
        const isIt = ([port]: string[]): boolean => port === String(FIRST_PORT + i)
        const here = kept.find(isIt)
        const there = left.find(isIt)
        if (here !== undefined) return `here ${here[2]}`
        return there === undefined ? 'nowhere' : `${there[1]} ${there[2]}`
      })
    },
  }
}

/** To nobody's port. A host that cannot send says so by an error, which is an outcome like any other. */
async function send(lab: Lab, { host, from, to }: Try, port: number): Promise<void> {
  const family = familyOf(to)
  await using socket = await openUdp(lab.host(host), from === undefined ? { family } : { from })
  socket.on('error', () => {})
  if (family === 'ipv4') socket.setBroadcast(true)
  await new Promise<void>((settle) => socket.send('anybody?', port, to, () => settle()))
}

async function plugModem(lab: Lab): Promise<void> {
  const { host, address } = lab.line('dsl')
  await lab.assignAddresses('dsl', [address, '192.168.100.2'])
  await lab.must(host, ['ip', 'address', 'add', '192.168.100.1/24', 'dev', 'customer'])
  await ip(lab, 'address add 192.168.100.2/24 dev wan2')
  await eventually(
    () => lab.must(ROUTER, ['nft', 'list', 'map', 'inet', 'multihomed', 'near4']),
    (listing) => listing.includes('192.168.100.0/24'),
    { what: 'the modem is near dsl' },
  )
}
