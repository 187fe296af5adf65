import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  mark,
  tableId,
  type Config,
  type InterfaceAddress,
  type Observed,
  type Remembered,
} from '../model/index.ts'
import {
  aForward,
  aBox,
  aConfig,
  aLine,
  aLink,
  aRoute,
  aRule,
  connected,
  dsl,
  fiber,
  memoryOf,
  on,
  prefixOf,
} from './examples.ts'
import { pathsOf } from './trace-path.ts'
import { NO_MARK, worldOf } from './trace-world.ts'
import { trace, type TraceSituation } from './trace.ts'
import type { TraceOutcome, TraceQuestion, TraceReport } from './trace-report.ts'

const CLIENT = '10.0.0.11'
const SERVER = '192.0.2.80'
const VPN = tableId(51_820)

interface Row {
  readonly name: string
  readonly asked: TraceQuestion
  readonly config?: Partial<Config>
  readonly observed?: Observed
  readonly remembered?: Remembered
  /** By leg. */
  readonly health?: readonly (readonly [string, 'down' | 'suspect'])[]
  /** The kind of outcome, then every way: `line: fiber 75 %, dsl 25 %` */
  readonly goes: string
  /** Questions with their answers, in order; absent: not looked at. */
  readonly steps?: readonly string[]
  readonly why?: RegExp
  /** Outside, by way. */
  readonly seenAs?: readonly (string | undefined)[]
  /** `fiber+dsl → …`, likewise */
  readonly ifLost?: readonly string[]
  /** Of the first line that is lost. */
  readonly ifLostWhy?: RegExp
}

const local = (address: string) => aRoute({ table: tableId(255), type: 'local', destination: prefixOf(address) }) // prettier-ignore
const OWN = ['10.0.0.1', '198.51.100.2', '203.0.113.77', '172.17.0.1'].map(local)

/** With what a kernel knows of itself, and more. */
function boxWith({ rules = [], routes = [] }: Partial<Observed> = {}): Observed {
  const docker = on('docker0', '172.17.0.1/16')
  const bare = aBox()
  return {
    ...bare,
    addresses: [...bare.addresses, docker],
    rules: [...bare.rules, ...rules],
    routes: [...bare.routes, connected(docker), ...OWN, ...routes],
  }
}

const unplugged = (...cards: readonly string[]): Observed => {
  const box = boxWith()
  return { ...box, links: box.links.map((link) => ({ ...link, carrier: !cards.includes(link.name) })) }
}

const CLIENT6 = 'fd00:a::11'
const SERVER6 = '2001:db8:f::80'

/** Both lines have IPv6: fiber by the file, with a network that its provider routes here, dsl as its router says. */
const inBoth: Pick<Row, 'config' | 'observed'> = {
  config: {
    lines: [
      {
        ...fiber,
        addresses: [...fiber.addresses, on('wan1', '2001:db8:1::2/64')],
        gateways: [...fiber.gateways, 'fe80::1'],
        networks: [prefixOf('2001:db8:1f::/64')],
      },
      dsl,
    ],
  },
  observed: withIpv6(boxWith()),
}

/** @param more addresses of the box */
function withIpv6(box: Observed, ...more: readonly InterfaceAddress[]): Observed {
  const global = [on('wan1', '2001:db8:1::2/64'), on('wan2', '2001:db8:2::77/64'), on('lan0', 'fd00:a::1/64'), on('lan0', '2001:db8:1f::1/64'), ...more]
  const addresses = [...global, ...['wan1', 'wan2', 'lan0'].map((dev) => on(dev, 'fe80::5/64'))]
  const family = 'ipv6' as const
  return {
    ...box,
    addresses: [...box.addresses, ...addresses],
    rules: [...box.rules, ...[aRule(0, 255), aRule(32_766, 254)].map((rule) => ({ ...rule, family }))],
    routes: [
      ...box.routes,
      ...addresses.map((address) => ({ ...connected(address), family })),
      ...addresses.map(({ address }) => ({ ...local(address), family })),
      aRoute({ family, destination: prefixOf('::/0'), via: 'fe80::2', dev: 'wan2', metric: 1024, protocol: 9 }),
    ],
  }
} // prettier-ignore

const withResolver: Partial<Config> = { lines: [{ ...fiber, dns: [SERVER] }, dsl] }

const ROWS: readonly Row[] = [
  {
    name: 'a question to a resolver of a line, from a client: that line, and no turn is drawn',
    asked: { from: CLIENT, to: SERVER, protocol: 'udp', port: 53 },
    config: withResolver,
    goes: 'line: fiber 100 %',
    why: /a resolver of fiber is asked by fiber/,
  },
  {
    name: 'the same from the box itself',
    asked: { to: SERVER, protocol: 'tcp', port: 853 },
    config: withResolver,
    goes: 'line: fiber 100 %',
  },
  {
    name: 'the same host at another port is spread',
    asked: { to: SERVER, protocol: 'tcp', port: 443 },
    config: withResolver,
    goes: 'line: fiber 75 %, dsl 25 %',
  },
  {
    name: 'a client to a server it never met: nobody knows the line, but everybody the shares',
    asked: { from: CLIENT, to: SERVER },
    goes: 'line: fiber 75 %, dsl 25 %',
    steps: ['from the LAN: yes', 'routed elsewhere: no', 'near a line: no', 'met before: no', 'the next in turn: yes'],
    why: /affinity "pair"/,
    ifLost: ['fiber → line: dsl 100 %', 'fiber+dsl → line: dsl 100 %'],
  },
  {
    name: 'a pair that met: the line where it met, and others once that one is gone',
    asked: { from: CLIENT, to: SERVER },
    remembered: { mark: mark(0x0100_0000), expiresMs: 540_000 },
    goes: 'line: fiber 100 %',
    steps: ['from the LAN: yes', 'routed elsewhere: no', 'near a line: no', 'met before: yes'],
  },
  {
    name: 'a pair that met on a line that is out of use draws anew',
    asked: { from: CLIENT, to: SERVER },
    remembered: { mark: mark(0x0100_0000), expiresMs: 540_000 },
    health: [['fiber', 'suspect']],
    goes: 'line: dsl 100 %',
    steps: ['from the LAN: yes', 'routed elsewhere: no', 'near a line: no', 'met before: no', 'the next in turn: yes'],
  },
  {
    name: 'affinity "connection" asks nobody whether they met',
    asked: { from: CLIENT, to: SERVER },
    config: { affinity: 'connection' },
    goes: 'line: fiber 75 %, dsl 25 %',
    steps: ['from the LAN: yes', 'routed elsewhere: no', 'near a line: no', 'the next in turn: yes'],
    why: /every connection is drawn anew/,
  },
  {
    name: "a modem's network is reached by its line, dead or alive",
    asked: { from: CLIENT, to: '198.51.100.1' },
    health: [['fiber', 'down']],
    goes: 'line: fiber 100 %',
    why: /only fiber reaches/,
    ifLost: ['fiber → line: fiber 100 %'],
  },
  {
    name: 'who is not listed in lan.networks follows table 222',
    asked: { from: CLIENT, to: SERVER },
    config: { lan: { ...aConfig().lan, networks: [prefixOf('10.0.0.128/25')] } },
    goes: 'line: fiber 75 %, dsl 25 %',
    steps: ['from the LAN: yes', 'in lan.networks: no', 'own networks: no', 'the next in turn: yes'],
    why: /table 222/,
  },
  {
    name: 'Docker is no LAN of the file: table 222',
    asked: { from: '172.17.0.9', to: SERVER },
    goes: 'line: fiber 75 %, dsl 25 %',
    steps: ['from the LAN: no', 'own networks: no', 'the next in turn: yes'],
  },
  {
    name: 'an address that comes in by nothing we know',
    asked: { from: '10.9.0.7', to: SERVER },
    goes: 'line: fiber 75 %, dsl 25 %',
    steps: ['from the LAN: no', 'own networks: no', 'the next in turn: yes'],
  },
  {
    name: 'a rule of another program that stands before ours takes it from the LAN',
    asked: { from: CLIENT, to: SERVER },
    observed: boxWith({
      rules: [aRule(1000, VPN, { iif: 'lan0', to: prefixOf('192.0.2.0/24') })],
      routes: [aRoute({ table: VPN, dev: 'wg0' })],
    }),
    goes: 'elsewhere: wg0 100 %',
    steps: ['from the LAN: yes', "another program's: yes", 'own networks: no', "another program's: yes"],
  },
  {
    name: 'a VPN that was there before us keeps what it takes',
    asked: { from: CLIENT, to: SERVER },
    observed: boxWith({
      rules: [aRule(32_765, VPN, { not: true, fwmark: { mark: mark(0xca6c), mask: mark(0xffff_ffff) } })],
      routes: [aRoute({ table: VPN, dev: 'wg0' })],
    }),
    goes: 'elsewhere: wg0 100 %',
    why: /51820/,
  },
  {
    name: 'a rule that asks for a port: nobody can know',
    asked: { from: CLIENT, to: SERVER },
    observed: boxWith({
      rules: [aRule(1000, VPN, { other: ['dport'] })],
      routes: [aRoute({ table: VPN, dev: 'wg0' })],
    }),
    goes: 'unknowable:',
    why: /dport/,
  },
  {
    name: 'no line is left: what DHCP left in main takes it, and it is not called chosen',
    asked: { from: CLIENT, to: SERVER },
    observed: unplugged('wan1', 'wan2'),
    goes: 'line: dsl 100 %',
    steps: ['from the LAN: yes', 'near a line: no', 'met before: no', 'the next in turn: no', 'own networks: no', "main's default route: yes"],
    why: /^by main's leftover default everything is behind wan2, by dsl/,
  },
  {
    name: 'no line works: they are used all the same, and it is said',
    asked: { from: CLIENT, to: SERVER },
    health: [['fiber', 'down'], ['dsl', 'down']],
    goes: 'line: fiber 75 %, dsl 25 %',
    why: /; fiber is down, and used all the same because no line works$/,
    ifLost: ['fiber → line: dsl 100 %', 'fiber+dsl → line: dsl 100 %'],
  },
  {
    name: 'a line that is lost is gone, not only dead: the backup takes over, and is called so',
    asked: { from: CLIENT, to: SERVER },
    config: { lines: [fiber, { ...dsl, role: 'backup' }] },
    goes: 'line: fiber 100 %',
    ifLost: ['fiber → line: dsl 100 %', 'fiber+dsl → line: dsl 100 %'],
    ifLostWhy: /; dsl: a backup, used because no other line works$/,
  },
  {
    name: 'a VPN of one user takes nothing from the LAN',
    asked: { from: CLIENT, to: SERVER },
    observed: boxWith({
      rules: [aRule(32_700, VPN, { uids: { first: 1000, last: 1000 } })],
      routes: [aRoute({ table: VPN, dev: 'tun0' })],
    }),
    goes: 'line: fiber 75 %, dsl 25 %',
  },
  { name: 'to the box', asked: { from: CLIENT, to: '10.0.0.1' }, goes: 'box:' },
  { name: 'to a name that /etc/hosts gives the box', asked: { from: CLIENT, to: '127.0.1.1' }, goes: 'refused:' },
  { name: 'to everybody who listens', asked: { from: CLIENT, to: '239.255.255.250' }, goes: 'not-routed:' },
  { name: 'to Docker', asked: { from: CLIENT, to: '172.17.0.9' }, goes: 'elsewhere: docker0 100 %' },
  { name: 'to an IPv6 address', asked: { to: '2001:db8::1' }, goes: 'left-alone:' },
  {
    name: 'a client with an address of its own to a server over IPv6: by weight, and seen as the line',
    asked: { from: CLIENT6, to: SERVER6 },
    ...inBoth,
    goes: 'line: fiber 75 %, dsl 25 %',
    steps: ['from the LAN: yes', 'routed elsewhere: no', 'near a line: no', 'met before: no', 'the next in turn: yes'],
    seenAs: ['2001:db8:1::2', '2001:db8:2::77'],
    ifLost: ['fiber → line: dsl 100 %', 'fiber+dsl → line: dsl 100 %'],
  },
  {
    name: 'a pair that met over IPv6: the line where it met',
    asked: { from: CLIENT6, to: SERVER6 },
    ...inBoth,
    remembered: { mark: mark(0x0200_0000), expiresMs: 540_000 },
    goes: 'line: dsl 100 %',
    why: /keep meeting on one line/,
  },
  {
    name: 'a host whose address one provider routes here: that line, with its own address',
    asked: { from: '2001:db8:1f::11', to: SERVER6 },
    ...inBoth,
    goes: 'line: fiber 100 %',
    why: /fiber has the address of the sender routed here/,
    seenAs: ['2001:db8:1f::11'],
  },
  {
    name: 'a line that has a prefix for the whole LAN: seen with it, and with the rest of the own address',
    asked: { from: CLIENT6, to: SERVER6 },
    config: { lines: [{ ...fiber, addresses: [on('wan1', '2001:db8:1::2/64')], gateways: ['fe80::1'], networks: [prefixOf('2001:db8:100::/56')] }] },
    observed: withIpv6(boxWith()),
    goes: 'line: fiber 100 %',
    seenAs: ['2001:db8:100::11'],
  },
  {
    name: 'a host whose prefix was found to be that of one line: that line',
    asked: { from: '2001:db8:2:7::11', to: SERVER6 },
    ...inBoth,
    observed: { ...withIpv6(boxWith(), on('lan0', '2001:db8:2:7::1/64')), leases: [{ source: 'dhcpcd', interface: 'wan2', dns: [], prefixes: [prefixOf('2001:db8:2:7::/64')] }] },
    goes: 'line: dsl 100 %',
    steps: ['from the LAN: yes', 'routed elsewhere: no', 'near a line: no', "a provider's address: yes"],
    seenAs: ['2001:db8:2:7::11'],
  },
  {
    name: 'IPv6 of one line is down: the other, though the line works over IPv4',
    asked: { from: CLIENT6, to: SERVER6 },
    ...inBoth,
    health: [['fiber/ipv6', 'down']],
    goes: 'line: dsl 100 %',
  },
  {
    name: 'IPv6 works over no line, and IPv4 does: refused at once',
    asked: { from: CLIENT6, to: SERVER6 },
    ...inBoth,
    health: [['fiber/ipv6', 'down'], ['dsl/ipv6', 'down']],
    goes: 'refused:',
    steps: ['from the LAN: yes', 'own networks: no', 'the next in turn: no'],
    why: /^IPv6 works over no line, and IPv4 does/,
  },
  { name: 'the same to a server over IPv4: nothing of it', asked: { from: CLIENT, to: SERVER }, ...inBoth, health: [['fiber/ipv6', 'down'], ['dsl/ipv6', 'down']], goes: 'line: fiber 75 %, dsl 25 %' },
  { name: 'to a network of a provider over IPv6: by it alone', asked: { from: CLIENT6, to: '2001:db8:2::9' }, ...inBoth, goes: 'line: dsl 100 %', why: /only dsl reaches/ },
  { name: 'the box itself to the LAN over IPv6', asked: { to: 'fd00:a::99' }, ...inBoth, goes: 'lan: lan0 100 %' },
  { name: 'the box itself, unbound, over IPv6', asked: { to: SERVER6 }, ...inBoth, goes: 'line: fiber 75 %, dsl 25 %', seenAs: ['2001:db8:1::2', '2001:db8:2::77'] },
  { name: 'the box itself, bound to an IPv6 address of a line', asked: { from: '2001:db8:2::77', to: SERVER6 }, ...inBoth, goes: 'line: dsl 100 %' },
  { name: 'from outside over IPv6: answers leave by the line that was asked', asked: { from: SERVER6, to: '2001:db8:2::77', protocol: 'tcp', port: 22 }, ...inBoth, goes: 'inbound: dsl 100 %', steps: ['came in by a line: yes'] },
  { name: 'to everybody who listens over IPv6', asked: { from: CLIENT6, to: 'ff02::fb' }, ...inBoth, goes: 'not-routed:' },
  { name: 'to an address of a link: nobody can see of which', asked: { from: CLIENT6, to: 'fe80::9' }, ...inBoth, goes: 'not-routed:', why: /stay in the network/ },
  { name: 'from such an address to anywhere', asked: { from: 'fe80::9', to: SERVER6 }, ...inBoth, goes: 'not-routed:' },
  {
    name: 'from outside over IPv6, with firewall.inbound: drop: a port that the file does not open',
    asked: { from: SERVER6, to: '2001:db8:1::2', protocol: 'tcp', port: 80 },
    ...inBoth,
    config: { ...inBoth.config, firewall: { inbound: 'drop', open: [] } },
    goes: 'refused:',
    steps: ['came in by a line: yes', 'open in the file: no'],
  },
  {
    name: 'the box itself, unbound',
    asked: { to: SERVER },
    goes: 'line: fiber 75 %, dsl 25 %',
    ifLost: ['fiber → line: dsl 100 %', 'fiber+dsl → line: dsl 100 %'],
  },
  {
    name: 'the box itself, bound to an address of a line: that line whatever happens',
    asked: { from: '198.51.100.2', to: SERVER },
    goes: 'line: fiber 100 %',
    steps: ['own networks: no', 'bound to a line: yes'],
    ifLost: ['fiber → line: fiber 100 %'],
  },
  {
    name: 'from outside to the address of a line: its answers leave by it',
    asked: { from: '9.9.9.9', to: '198.51.100.2', protocol: 'tcp', port: 22 },
    goes: 'inbound: fiber 100 %',
    steps: ['came in by a line: yes'],
  },
  ...([
    ['a port that the file opens', { protocol: 'tcp', port: 23 }, 'inbound: fiber 100 %', ['came in by a line: yes', 'open in the file: yes']],
    ['a port that it does not open', { protocol: 'tcp', port: 80 }, 'refused:', ['came in by a line: yes', 'open in the file: no']],
    ['no port at all: nobody can know', {}, 'unknowable:', ['came in by a line: yes']],
  ] as const).map(([what, aim, goes, steps]): Row => ({
    name: `from outside, with firewall.inbound: drop: ${what}`,
    asked: { from: '9.9.9.9', to: '198.51.100.2', ...aim },
    config: { firewall: { inbound: 'drop', open: [{ protocol: 'tcp', firstPort: 22, lastPort: 24, place: fiber.place }] } },
    goes,
    steps,
  })),
  ...([
    ['from outside: to the server', { from: '9.9.9.9', to: '198.51.100.2', port: 443 }, 'lan: lan0 100 %', ['came in by a line: yes', 'forwarded: yes', 'own networks: yes'], /forwards it to 10.0.0.5:8443; its answers leave by fiber/],
    ['from inside: to the server, by no line', { from: CLIENT, to: '198.51.100.2', port: 443 }, 'lan: lan0 100 %', undefined, /forwards it to 10.0.0.5:8443$/],
    ['this box itself: to the server', { to: '198.51.100.2', port: 443 }, 'lan: lan0 100 %', undefined, /forwards it to 10.0.0.5:8443$/],
    ['from outside at another port: to this box', { from: '9.9.9.9', to: '198.51.100.2', port: 442 }, 'refused:', undefined, undefined],
    ['the same port of somebody else: by a line', { from: CLIENT, to: SERVER, port: 443 }, 'line: fiber 75 %, dsl 25 %', undefined, undefined],
  ] as const).map(([what, asked, goes, steps, why]): Row => ({
    name: `a port that is forwarded, with firewall.inbound: drop, ${what}`,
    asked: { ...asked, protocol: 'tcp' },
    config: { firewall: { inbound: 'drop', open: [] }, forwards: [aForward('tcp/443', '10.0.0.5:8443')] },
    goes,
    ...(steps === undefined ? {} : { steps }),
    ...(why === undefined ? {} : { why }),
  })),
  {
    name: 'from outside by a card of two lines, to the address of one: that line',
    asked: { from: '9.9.9.9', to: '198.51.100.3', protocol: 'tcp', port: 22 },
    ...onOneCard('198.51.100.3'),
    goes: 'inbound: second 100 %',
    steps: ['came in by a line: yes', 'an address of one line alone: yes'],
  },
  {
    name: 'from outside by a card of two lines, to the address of both: nobody can know which gateway brings it',
    asked: { from: '9.9.9.9', to: '198.51.100.2', protocol: 'tcp', port: 22 },
    ...onOneCard('198.51.100.2'),
    goes: 'unknowable:',
    steps: ['came in by a line: yes', 'an address of one line alone: no'],
    why: /@by_gateway" asks for more than was told/,
  },
  {
    name: 'the box itself by a card of two lines: each gateway is a line',
    asked: { to: SERVER },
    ...onOneCard('198.51.100.3'),
    goes: 'line: fiber 75 %, second 25 %',
  },
] // prettier-ignore

/** Two lines on wan1, whose gateways the kernel knows. */
function onOneCard(address: string): Pick<Row, 'config' | 'observed'> {
  const second = { ...fiber, name: 'second', weight: 1, gateways: ['198.51.100.14'], addresses: [{ ...on('wan1', `${address}/28`) }] }
  const known = ['198.51.100.1', '198.51.100.14'].map((of, i) => ({ dev: 'wan1', address: of, mac: `02:00:00:00:00:0${i}` }))
  const box = boxWith({ routes: [local('198.51.100.3')] })
  const addresses = address === '198.51.100.2' ? box.addresses : [...box.addresses, on('wan1', `${address}/28`)]
  return { config: { lines: [fiber, second] }, observed: { ...box, addresses, neighbours: known } }
} // prettier-ignore

for (const {
  name,
  asked,
  config = {},
  observed = boxWith(),
  remembered,
  health = [],
  goes,
  steps,
  why,
  seenAs,
  ifLost,
  ifLostWhy,
} of ROWS) {
  // prettier-ignore
  test(name, () => {
    const file = aConfig(config)
    const report = whole(trace(
      {
        config: file,
        observed,
        memory: memoryOf(file),
        health: new Map(health.map(([line, is]) => [line, { health: is }])),
        ...(remembered === undefined ? {} : { remembered }),
      },
      asked,
    ))
    assert.equal(text(report.outcome), goes)
    if (steps !== undefined) assert.deepEqual(stepsText(report), steps)
    if (why !== undefined) assert.match(report.outcome.why, why)
    if (seenAs !== undefined) assert.deepEqual(report.outcome.ways.map((way) => way.seenAs), seenAs)
    if (ifLost !== undefined) {
      const lost = report.ifLost.map(({ lines, outcome }) => `${lines.join('+')} → ${text(outcome)}`)
      assert.deepEqual(lost, ifLost)
    }
    if (ifLostWhy !== undefined) assert.match(report.ifLost[0]?.outcome.why ?? '', ifLostWhy)
  })
}

function text({ is, ways }: TraceOutcome): string {
  const named = ways.flatMap(({ line, dev, share }) => {
    const name = line ?? dev
    return name === undefined ? [] : [`${name} ${Math.round(share * 100)} %`]
  })
  return named.length === 0 ? `${is}:` : `${is}: ${named.join(', ')}`
}

/** Without a pause. */
function whole<T>(job: Generator<undefined, T, undefined>): T {
  for (;;) {
    const { done, value } = job.next()
    if (done === true) return value
  }
}

/** Lines l1, l2, … with their cards, addresses and gateways. */
function boxOf(count: number): Pick<TraceSituation, 'config' | 'observed'> {
  const ids = Array.from({ length: count }, (_, i) => i + 1)
  const lines = ids.map((i) => aLine(`l${i}`, `wan${i}`, { gateways: [`100.64.${i}.1`] }))
  const addresses = [on('lan0', '10.0.0.1/24'), ...ids.map((i) => on(`wan${i}`, `100.64.${i}.2/24`))]
  const links = addresses.map(({ dev }) => aLink(dev))
  return { config: aConfig({ lines }), observed: aBox({ links, addresses }) }
}

test('what is open on a line that dies ends as its own release says, where there is another to go to', () => {
  const { config, observed } = boxOf(2)
  const [first, second] = config.lines
  assert.ok(first && second)
  const lasting = { ...first.release, afterMs: 'never' } as const
  const file = { ...config, lines: [{ ...first, weight: 9, release: lasting }, second] }
  const { ifLost } = whole(trace({ config: file, observed, memory: memoryOf(file), health: new Map() }, { from: CLIENT, to: SERVER })) // prettier-ignore
  assert.deepEqual(
    ifLost.map(({ lines, open }) => [lines.join(), open]),
    [
      ['l1', lasting],
      ['l1,l2', undefined],
    ],
  )
})

test('with many lines a few deaths are told, and the lines of the box are looked after between them', () => {
  const { config, observed } = boxOf(8)
  const tracing = trace({ config, observed, memory: memoryOf(config), health: new Map() }, { from: CLIENT, to: SERVER }) // prettier-ignore
  let pauses = 0
  let step = tracing.next()
  for (; step.done !== true; step = tracing.next()) pauses++
  assert.ok(pauses > 8 + 3, 'between lines that may be drawn, and between deaths')
  assert.deepEqual(step.value.ifLost.map(({ lines }) => lines.length), [1, 2, 3]) // prettier-ignore
  assert.equal(step.value.ifLost.at(-1)?.outcome.ways.length, 5)
})

test('what is not drawn goes through the rules once, not once a line', () => {
  const { config, observed } = boxOf(8)
  const world = worldOf({ config, observed, memory: memoryOf(config), health: new Map() }, 'ipv4')
  let asked = 0
  const isLocal = (): boolean => ++asked < 0
  const packet = { from: CLIENT, to: SERVER, iif: 'lan0', mark: NO_MARK, connectionMark: NO_MARK, castTo: 'host', turn: 0 } as const // prettier-ignore
  const walked = (more: object): number => {
    asked = 0
    whole(pathsOf({ ...world, surroundings: { ...world.surroundings, isLocal } }, { ...packet, ...more }))
    return asked
  }
  assert.equal(walked({}), 8 * walked({ remembered: mark(0x0100_0000) }))
})

const stepsText = ({ steps }: TraceReport): string[] =>
  steps.map(({ question, answer }) => `${question}: ${answer ? 'yes' : 'no'}`)
