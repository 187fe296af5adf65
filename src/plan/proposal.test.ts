import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type LeaseNews,
  type Manager,
  OUR_PROTOCOL,
  anyPrefix,
  mark,
  tableId,
  type Reach,
  type Route,
  type Survey,
  type SurveyedLink,
} from '../model/index.ts'
import { aLink, aRoute, aRule, birthRules, on } from './examples.ts'
import { propose, toBeAsked } from './proposal.ts'

const link = (name: string, rest: Partial<SurveyedLink> = {}): SurveyedLink => ({ ...aLink(name), ...rest })
const dhcp = (dev: string, via: string, metric = 100) => aRoute({ dev, via, metric, protocol: 16 })
const quick: Reach = { is: 'there', delayMs: 4.2 }
const silent: Reach = { is: 'silent' }

/** enp1s0 with a public address, enp2s0 behind a modem that translates, br0 for the clients. */
const aSurvey = (rest: Partial<Survey> = {}): Survey => ({
  links: [link('lo'), link('enp1s0'), link('enp2s0'), link('br0', { kind: 'bridge' })],
  addresses: [on('enp1s0', '198.51.100.2/24'), on('enp2s0', '192.168.8.100/24'), on('br0', '10.0.0.1/24')],
  routes: [dhcp('enp1s0', '198.51.100.1'), dhcp('enp2s0', '192.168.8.1', 200)],
  rules: birthRules,
  neighbours: [],
  strictSources: [],
  ...rest,
})

const proposeWith = (survey: Survey, reaches: Record<string, Reach> = {}): ReturnType<typeof propose> =>
  propose(survey, new Map(Object.entries({ enp1s0: quick, enp2s0: quick, ...reaches })))

// prettier-ignore
test('two lines and a network: the box of the how-to, as it is seen and as it is proposed', () => {
  const neighbours = ['10.0.0.11', '10.0.0.12', 'fe80::1'].map((address) => ({ dev: 'br0', address }))
  assert.deepEqual(proposeWith(aSurvey({ neighbours }), { enp2s0: { is: 'there', delayMs: 40.6 } }), {
    interfaces: [
      { name: 'enp1s0', address: '198.51.100.2/24', gateway: '198.51.100.1', internet: 'yes, 4 ms', looksLike: 'a line' },
      { name: 'enp2s0', address: '192.168.8.100/24', gateway: '192.168.8.1', internet: 'yes, 41 ms, NAT', looksLike: 'a line' },
      { name: 'br0', address: '10.0.0.1/24', internet: '2 clients seen', looksLike: 'your network' },
    ],
    lines: [
      { name: 'wan1', interface: 'enp1s0', found: '198.51.100.2/24 by 198.51.100.1 (DHCP)', taken: true },
      { name: 'wan2', interface: 'enp2s0', found: '192.168.8.100/24 by 192.168.8.1 (DHCP)', taken: true },
    ],
    lan: ['br0'],
    remarks: [],
  })
})

// prettier-ignore
const LOOKS: Record<string, { link: SurveyedLink; address?: string; gateway?: string; is: string | undefined }> = {
  'a modem of the kernel': { link: link('wwan0'), address: '100.70.1.2/30', gateway: '100.70.1.1', is: 'a line, mobile' },
  'a modem by any name': { link: link('enx0c5b', { radio: 'mobile' }), address: '100.70.1.2/30', gateway: '100.70.1.1', is: 'a line, mobile' },
  'a stick that plays a router': { link: link('enx0c5b'), address: '192.168.8.100/24', gateway: '192.168.8.1', is: 'a line, mobile' },
  'a network card with USB': { link: link('enx0c5b'), address: '192.168.1.7/24', gateway: '192.168.1.1', is: 'a line' },
  'a radio that is a client': { link: link('wlp3s0', { radio: 'wireless' }), address: '192.168.1.7/24', gateway: '192.168.1.1', is: 'a line, wireless' },
  'a radio that is an access point': { link: link('wlp3s0', { radio: 'wireless' }), address: '192.168.1.1/24', is: 'your network' },
  'PPP, which has no gateway': { link: link('ppp0', { pointToPoint: true }), address: '198.51.100.77/32', is: 'a line' },
  WireGuard: { link: link('office', { kind: 'wireguard', pointToPoint: true }), address: '10.9.0.1/24', is: 'VPN, left alone' },
  'OpenVPN, with a default route': { link: link('tun0', { kind: 'tun' }), address: '10.9.0.2/24', gateway: '10.9.0.1', is: 'VPN, left alone' },
  Docker: { link: link('docker0', { kind: 'bridge' }), address: '172.17.0.1/16', is: 'Docker, left alone' },
  'a network of Docker': { link: link('br-0123456789ab', { kind: 'bridge' }), address: '172.18.0.1/16', is: 'Docker, left alone' },
  libvirt: { link: link('virbr0', { kind: 'bridge' }), address: '192.168.122.1/24', is: 'virtual machines, left alone' },
  'a port of a bridge': { link: link('eth5', { master: 'br0' }), is: undefined },
  "a container's end of a cable": { link: link('vethab12', { kind: 'veth', up: false }), is: undefined },
  'a cable without an address': { link: link('eth5'), is: 'no address' },
  'an address that nobody gave': { link: link('eth5'), address: '169.254.3.4/16', is: 'no address' },
  'no cable': { link: link('eth5', { carrier: false }), is: 'no cable' },
  'switched off': { link: link('eth5', { up: false, carrier: false }), is: 'switched off' },
  'switched off with its address': { link: link('eth5', { up: false }), address: '203.0.113.9/24', is: 'switched off' },
  'a public address without a gateway': { link: link('eth5'), address: '203.0.113.9/24', is: 'a line? no gateway' },
}
for (const [what, { link: seen, address, gateway, is }] of Object.entries(LOOKS)) {
  test(`what it is told to be: ${what}`, () => {
    const survey = aSurvey({
      links: [seen],
      addresses: address === undefined ? [] : [on(seen.name, address)],
      routes: gateway === undefined ? [] : [dhcp(seen.name, gateway)],
    })
    assert.equal(proposeWith(survey).interfaces[0]?.looksLike, is)
  })
}

/** What was left about eth5, whose default is by 203.0.113.1, and what is said of it. */
const NOTES: Record<string, { left: LeaseNews[]; is: string; by?: 'hand' }> = {
  'networkd, before whoever watches it': {
    left: [note('networkd'), note('network-manager')],
    is: 'a line, DHCP by systemd-networkd',
  },
  NetworkManager: { left: [note('network-manager')], is: 'a line, DHCP by NetworkManager' },
  'NetworkManager watches what somebody set by hand': {
    left: [note('network-manager')],
    by: 'hand',
    is: 'a line',
  },
  'a lease of dhclient, which sets its route as by hand': {
    left: [note('dhclient')],
    by: 'hand',
    is: 'a line, DHCP by dhclient',
  },
  'a lease of another network': { left: [note('dhclient', '192.0.2.1')], is: 'a line' },
  'somebody who only hands on resolvers': { left: [note('resolvconf')], is: 'a line' },
}
for (const [who, { left, is, by }] of Object.entries(NOTES)) {
  test(`who asked for the address: ${who}`, () => {
    const way = dhcp('eth5', '203.0.113.1')
    const survey = aSurvey({
      links: [link('eth5')],
      addresses: [on('eth5', '203.0.113.9/24')],
      routes: [by === 'hand' ? { ...way, protocol: 3 } : way],
      leases: left,
    })
    const { interfaces, lines } = proposeWith(survey)
    assert.equal(interfaces[0]?.looksLike, is)
    const isByDhcp = by === undefined || is.includes('DHCP')
    assert.equal(lines[0]?.found, `203.0.113.9/24 by 203.0.113.1${isByDhcp ? ' (DHCP)' : ''}`)
  })
}

/** Who looks after eth5, and how its default came: by DHCP unless it says otherwise. */
const CARE: Record<string, { has: Manager['program'][]; how?: Manager['how']; by?: 'hand'; rest?: Partial<SurveyedLink>; ipv6?: Partial<Route>; is: string }> = {
  NetworkManager: { has: ['NetworkManager'], is: 'a line, DHCP by NetworkManager' },
  'networkd, with an address that somebody fixed': { has: ['systemd-networkd'], by: 'hand', is: 'a line, by systemd-networkd' },
  'ifupdown, which has dhcpcd ask': { has: ['ifupdown', 'dhcpcd'], how: 'DHCP', is: 'a line, DHCP by ifupdown' },
  'ifupdown, with an address that somebody fixed': { has: ['ifupdown'], by: 'hand', is: 'a line, by ifupdown' },
  dhcpcd: { has: ['dhcpcd'], how: 'DHCP', is: 'a line, DHCP by dhcpcd' },
  'dhcpcd runs beside what somebody set by hand': { has: ['dhcpcd'], how: 'DHCP', by: 'hand', is: 'a line' },
  pppd: { has: ['pppd'], how: 'PPP', by: 'hand', rest: { pointToPoint: true }, is: 'a line, PPP by pppd' },
  'NetworkManager, which has pppd dial': { has: ['NetworkManager', 'pppd'], by: 'hand', rest: { pointToPoint: true }, is: 'a line, PPP by NetworkManager' },
  'a modem of the kernel, by any name': { has: ['NetworkManager'], rest: { kind: 'wwan' }, is: 'a line, mobile, DHCP by NetworkManager' },
  'IPv6 by router advertisement too': { has: ['NetworkManager'], ipv6: {}, is: 'a line, DHCP by NetworkManager, and IPv6' },
  'IPv6, and nobody who says that he looks after it': { has: [], ipv6: {}, is: 'a line, and IPv6' },
  'IPv6 of another line': { has: [], ipv6: { dev: 'eth6' }, is: 'a line' },
  'IPv6 that leads nowhere': { has: [], ipv6: { type: 'unreachable' }, is: 'a line' },
} // prettier-ignore
for (const [who, { has, how, by, rest, ipv6, is }] of Object.entries(CARE)) {
  test(`who looks after a line: ${who}`, () => {
    const way = dhcp('eth5', '203.0.113.1')
    const ipv6Way: Route = {
      ...way,
      family: 'ipv6',
      destination: anyPrefix('ipv6'),
      via: 'fe80::1',
      protocol: 9,
    }
    const survey = aSurvey({
      links: [link('eth5', rest)],
      addresses: [on('eth5', '203.0.113.9/24')],
      routes: [
        by === 'hand' ? { ...way, protocol: 3 } : way,
        ...(ipv6 === undefined ? [] : [{ ...ipv6Way, ...ipv6 }]),
      ],
      managers: has.map((program) => ({ interface: 'eth5', program, ...(how && { how }) })),
    })
    assert.equal(proposeWith(survey).interfaces[0]?.looksLike, is)
  })
}

function note(source: LeaseNews['source'], gateway = '203.0.113.1'): LeaseNews {
  return { interface: 'eth5', source, gateway, dns: [] }
}

// prettier-ignore
/** What is unusual about a box, the lines that are proposed for it, and the beginning of what is said. */
const BOXES: Record<string, { survey?: Partial<Survey>; reaches?: Record<string, Reach>; lines: object; says: RegExp[] }> = {
  'a provider that is silent': {
    reaches: { enp2s0: silent },
    lines: { enp1s0: {}, enp2s0: { taken: false } },
    says: [/^One line only: enp1s0\./, /^Nobody on the Internet answered over enp2s0\. It is in the file as a comment/],
  },
  'nobody answers anywhere': {
    reaches: { enp1s0: silent, enp2s0: silent },
    lines: { enp1s0: {}, enp2s0: {} },
    says: [/answered over enp1s0 or enp2s0: is the Internet away/],
  },
  'rights are missing': {
    reaches: { enp1s0: { is: 'not-asked', why: 'not permitted' }, enp2s0: { is: 'not-asked', why: 'not permitted' } },
    lines: { enp1s0: {}, enp2s0: {} },
    says: [/^enp1s0 and enp2s0 could not be asked: not permitted\. What has a default route is taken for a line\.$/],
  },
  'answers by the second line are dropped by this box itself': {
    survey: { strictSources: ['enp1s0', 'enp2s0', 'br0'] },
    reaches: { enp2s0: silent },
    lines: { enp1s0: {}, enp2s0: {} },
    says: [/^enp2s0 could not be asked: .*rp_filter is strict/],
  },
  'strict, and silent where answers would pass': {
    survey: { strictSources: ['enp1s0', 'enp2s0', 'br0'] },
    reaches: { enp1s0: silent },
    lines: { enp1s0: { taken: false }, enp2s0: {} },
    says: [/^One line only: enp2s0/, /over enp1s0\. It is in the file as a comment/],
  },
  'one line and a cable without an address': {
    survey: { addresses: [on('enp1s0', '198.51.100.2/24'), on('br0', '10.0.0.1/24')], routes: [dhcp('enp1s0', '198.51.100.1')] },
    lines: { enp1s0: {}, enp2s0: { taken: false, address: 'dhcp' } },
    says: [/^One line only: enp1s0\./, /^enp2s0 has a cable but no address\..*address: dhcp.*as a comment/],
  },
  'no line at all': {
    survey: { routes: [], addresses: [on('br0', '10.0.0.1/24')], links: [link('br0', { kind: 'bridge' })] },
    lines: {},
    says: [/^No interface here leads to the Internet/],
  },
  'no network': {
    survey: { links: [link('enp1s0'), link('enp2s0')] },
    lines: { enp1s0: {}, enp2s0: {} },
    says: [/^No network of yours was found/],
  },
  'both modems have the same network': {
    survey: {
      addresses: [on('enp1s0', '192.168.1.20/24'), on('enp2s0', '192.168.1.21/24'), on('br0', '10.0.0.1/24')],
      routes: [dhcp('enp1s0', '192.168.1.1'), dhcp('enp2s0', '192.168.1.1', 200)],
    },
    lines: { enp1s0: {}, enp2s0: {} },
    says: [/^enp1s0 and enp2s0 are in the same network, 192\.168\.1\.0\/24\. That works/],
  },
  'two routers on one interface': {
    survey: { routes: [dhcp('enp1s0', '198.51.100.1'), dhcp('enp1s0', '198.51.100.9', 300), dhcp('enp2s0', '192.168.8.1', 200)] },
    lines: { enp1s0: {}, enp2s0: {} },
    says: [/^enp1s0 has a second default route, through 198\.51\.100\.9\./],
  },
  'a router that only somebody else knows': {
    survey: { routes: [dhcp('enp1s0', '198.51.100.1')], addresses: [on('enp1s0', '198.51.100.2/24'), on('enp2s0', '203.0.113.9/24'), on('br0', '10.0.0.1/24')], neighbours: [{ dev: 'enp2s0', address: '203.0.113.1' }] },
    lines: { enp1s0: {}, enp2s0: { taken: false, asksGateway: { guess: '203.0.113.1' } } },
    says: [/^One line only/, /^enp2s0 has a public address, 203\.0\.113\.9\/24, but no default route.*Seen there: 203\.0\.113\.1\./],
  },
  'a default route in a table of somebody: it must be written, as nobody will follow it there': {
    survey: { routes: [dhcp('enp1s0', '198.51.100.1'), aRoute({ dev: 'enp2s0', via: '192.168.8.1', table: tableId(100) })], rules: [...birthRules, aRule(1000, 100, { from: { family: 'ipv4', address: '192.168.8.100', length: 32 } })] },
    lines: { enp1s0: {}, enp2s0: { gateway: '192.168.8.1' } },
    says: [/^1 rule before ours is not ours \("1000: from 192\.168\.8\.100\/32 lookup 100"\)/],
  },
  'lines that multihomed set up itself: address and gateway are in no other hands': {
    survey: { routes: [aRoute({ dev: 'enp1s0', via: '198.51.100.1', table: tableId(201), protocol: OUR_PROTOCOL }), dhcp('enp2s0', '192.168.8.1')], rules: [...birthRules, aRule(30_222, 222, { protocol: OUR_PROTOCOL })] },
    lines: { enp1s0: { address: '198.51.100.2/24', gateway: '198.51.100.1' }, enp2s0: {} },
    says: [/^multihomed is at work here already/],
  },
  mwan3: {
    survey: {
      routes: [dhcp('enp1s0', '198.51.100.1'), dhcp('enp2s0', '192.168.8.1', 200), aRoute({ dev: 'enp1s0', via: '198.51.100.1', table: tableId(1) }), aRoute({ dev: 'enp2s0', via: '192.168.8.1', table: tableId(2) })],
      rules: [...birthRules, ...[1, 2].map((table) => aRule(2000 + table, table, { fwmark: { mark: mark(table << 8), mask: mark(0x3f00) } }))],
    },
    lines: { enp1s0: {}, enp2s0: {} },
    says: [/^Rules here give marked packets to enp1s0 and enp2s0 already: another program spreads connections \(mwan3, by its marks\)/],
  },
  'a VPN that has the default route of main': {
    survey: { links: [...aSurvey().links, link('wg0', { kind: 'wireguard' })], routes: [...aSurvey().routes, aRoute({ dev: 'wg0', metric: 50 })] },
    lines: { enp1s0: {}, enp2s0: {} },
    says: [/^A default route of the main table leads into wg0, a VPN\./],
  },
  'four rules of others, far before ours': {
    survey: { rules: [...birthRules, ...[5210, 5230, 5250, 5270].map((priority) => aRule(priority, 52))] },
    lines: { enp1s0: {}, enp2s0: {} },
    says: [/^4 rules before ours are not ours \("5210: from all lookup 52", …\)\. What they decide stays so/],
  },
}
for (const [what, { survey, reaches, lines, says }] of Object.entries(BOXES)) {
  test(`what is proposed and said: ${what}`, () => {
    const proposal = proposeWith(aSurvey(survey), reaches)
    const told = proposal.lines.map(({ interface: dev, address, gateway, asksGateway, taken }) => [
      dev,
      {
        ...(address === undefined ? {} : { address }),
        ...(gateway === undefined ? {} : { gateway }),
        ...(asksGateway === undefined ? {} : { asksGateway }),
        ...(taken ? {} : { taken }),
      },
    ])
    assert.deepEqual(Object.fromEntries(told), lines)
    for (const pattern of says)
      assert.ok(
        proposal.remarks.some((remark) => pattern.test(remark)),
        `${pattern}: ${proposal.remarks.join('\n')}`,
      )
    assert.equal(proposal.remarks.length, says.length, proposal.remarks.join('\n'))
  })
}

test('a name that speaks is kept, radios are called by what they are, and no two are alike', () => {
  const devs = ['wan2', 'eth0', 'eth1', 'wwan0', 'wwan1', 'Fiber-North']
  const survey = aSurvey({
    links: devs.map((dev) => link(dev)),
    addresses: devs.map((dev, i) => on(dev, `198.51.${i}.2/24`)),
    routes: devs.map((dev, i) => dhcp(dev, `198.51.${i}.1`)),
  })
  const names = proposeWith(survey, Object.fromEntries(devs.map((dev) => [dev, quick]))).lines
  assert.deepEqual(
    names.map(({ name }) => name),
    ['wan2', 'wan1', 'wan3', 'mobile', 'mobile1', 'Fiber-North'],
  )
})

test('only what can carry a question is asked, from its own address', () => {
  const survey = aSurvey({
    links: [link('enp1s0'), link('enp2s0', { carrier: false }), link('br0', { kind: 'bridge' })],
  })
  assert.deepEqual(toBeAsked(survey), [{ dev: 'enp1s0', source: '198.51.100.2' }])
})
