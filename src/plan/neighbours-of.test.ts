import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mark, tableId, type IpRule, type SeenChain } from '../model/index.ts'
import { aLink, aRoute, aRule, birthRules } from './examples.ts'
import { forwardPolicies, neighboursOf, type Surroundings } from './neighbours-of.ts'

const NOBODY: Surroundings = {
  links: [aLink('lo'), aLink('wan1')],
  rules: birthRules,
  routes: [],
  chains: [{ table: 'inet multihomed', name: 'forward', hook: 'forward', policy: 'drop' }],
  programs: ['systemd', 'sshd'],
  flushesRuleset: false,
  foreignRulesKept: false,
  radvdOn: [],
  advertised: [],
}

const chain = (table: string, name: string): Partial<Surroundings> => ({ chains: [{ table, name }] })
const program = (name: string): Partial<Surroundings> => ({ programs: [name] })
const link = (name: string): Partial<Surroundings> => ({ links: [aLink(name)] })
const rule = (priority: number, rest: Partial<IpRule> = {}): Partial<Surroundings> => ({
  rules: [...birthRules, aRule(priority, 52, { protocol: 0, ...rest })],
})
const fwmark = (value: number, mask: number) => ({ fwmark: { mark: mark(value), mask: mark(mask) } })

const ROWS: readonly (readonly [string, Partial<Surroundings>, readonly string[]])[] = [
  ['nobody, and our own chains are not taken for others', {}, []],
  ['NetworkManager', program('NetworkManager'), ['ok networkmanager']],
  [
    'systemd-networkd by the 15 letters that the kernel keeps',
    program('systemd-network'),
    ['note systemd-networkd'],
  ],
  [
    'systemd-networkd that was told to leave rules alone',
    { ...program('systemd-network'), foreignRulesKept: true },
    ['ok systemd-networkd'],
  ],
  ['systemd-resolved is not networkd', program('systemd-resolve'), []],
  ['Docker by its chains', chain('ip nat', 'DOCKER'), ['ok docker']],
  ['Docker by its bridge, without rights', link('docker0'), ['ok docker']],
  ['libvirt', link('virbr0'), ['ok libvirt']],
  ['Tailscale by its rules', rule(5210, fwmark(0x8_0000, 0xff_0000)), ['ok tailscale']],
  ['a rule of that priority alone is nobody’s', rule(5210), []],
  [
    'wg-quick by its rule',
    rule(32_764, { not: true, table: tableId(51_820), ...fwmark(51_820, 0xffff_ffff) }),
    ['note full-tunnel'],
  ],
  ['wg-quick by its table', chain('ip wg-quick-wg0', 'preraw'), ['note full-tunnel']],
  ['a WireGuard interface alone takes nothing', link('wg0'), []],
  ['firewalld', chain('inet firewalld', 'filter_FORWARD'), ['note firewalld']],
  ['ufw', chain('ip filter', 'ufw-user-input'), ['note ufw']],
  ['ufw of IPv6', chain('ip6 filter', 'ufw6-user-input'), ['note ufw']],
  ['nftables.service with flush ruleset', { flushesRuleset: true }, ['note nftables-service']],
  ['kube-proxy by iptables', chain('ip nat', 'KUBE-SERVICES'), ['ok kube-proxy']],
  ['kube-proxy by nftables', chain('ip kube-proxy', 'services'), ['ok kube-proxy']],
  ['keepalived', program('keepalived'), ['ok keepalived']],
  ['keepalived by what it routes', { routes: [aRoute({ protocol: 18 })] }, ['ok keepalived']],
  ['dnsmasq', program('dnsmasq'), ['ok dnsmasq']],
  ['radvd', program('radvd'), ['note radvd']],
  [
    'radvd on another interface than ours',
    { ...program('radvd'), radvdOn: ['guest0'], advertised: ['lan0'] },
    ['note radvd'],
  ],
  [
    'radvd where we advertise too',
    { ...program('radvd'), radvdOn: ['lan0'], advertised: ['lan0'] },
    ['fix radvd'],
  ],
  ['mwan3 by its chains', chain('ip mangle', 'mwan3_hook'), ['fix multi-wan']],
  ['mwan3 by its rules', rule(2001, fwmark(0x100, 0x3f00)), ['fix multi-wan']],
]
for (const [name, facts, found] of ROWS) {
  test(`neighbours: ${name}`, () => {
    const named = neighboursOf({ ...NOBODY, ...facts }).map((one) => `${one.severity} ${one.name}`)
    assert.deepEqual(named, found)
  })
}

test('every neighbour is named with the sign by which it is known', () => {
  const [ufw] = neighboursOf({ ...NOBODY, ...chain('ip filter', 'ufw-user-input') })
  assert.match(ufw?.text ?? '', /^ufw \(chain ip filter ufw-user-input\): what it drops stays dropped;/)
})

const FORWARD: SeenChain = { table: 'ip filter', name: 'FORWARD', hook: 'forward', policy: 'drop' }
const helpBeside = (...names: readonly string[]): (string | undefined)[] =>
  forwardPolicies({
    ...NOBODY,
    chains: [FORWARD, ...names.map((name) => ({ table: 'ip filter', name }))],
  }).map(({ help }) => help)

test('a firewall that forwards nothing by itself: the LAN would go nowhere, and how it is let through', () => {
  assert.deepEqual(forwardPolicies(NOBODY), [], 'ours drops what comes in by lines only')
  assert.deepEqual(forwardPolicies({ ...NOBODY, chains: [{ ...FORWARD, policy: 'accept' }] }), [])
  assert.match(helpBeside('DOCKER', 'DOCKER-USER').join(), /^iptables -I DOCKER-USER -i LAN -j ACCEPT, and/)
  assert.deepEqual(helpBeside('ufw-user-forward', 'DOCKER-USER'), ['ufw route allow in on LAN'])
  assert.match(helpBeside().join(), /^a rule there/)
})
