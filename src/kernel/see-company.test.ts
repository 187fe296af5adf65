import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { readChains } from './chain-listing.ts'
import { seeCompany } from './see-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'multihomed-company-'))
after(() => rmSync(folder, { recursive: true }))

/** Files by their path; what begins with `->` is a symbolic link. */
function aSystem(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    const whole = join(folder, name, path)
    mkdirSync(dirname(whole), { recursive: true })
    if (text.startsWith('->')) symlinkSync(text.slice(2), whole)
    else writeFileSync(whole, text)
  }
  return join(folder, name)
}

test('programs of a container, which have a network of their own, are not on our box', async () => {
  const root = aSystem('containers', {
    'proc/self/ns/net': '->net:[1]',
    'proc/7/comm': 'dnsmasq\n',
    'proc/7/ns/net': '->net:[2]',
    'proc/8/comm': 'radvd\n',
    'proc/8/ns/net': '->net:[1]',
    'proc/9/comm': 'dockerd\n', // without rights nobody tells whose network it has
  })
  assert.deepEqual((await seeCompany(root)).programs, ['radvd', 'dockerd'])
})

const FLUSHES = '#!/usr/sbin/nft -f\n\nflush ruleset\n\ntable inet filter {}\n'
const WANTED = 'etc/systemd/system/sysinit.target.wants/nftables.service'
const KEEPS = '[Network]\nManageForeignRoutingPolicyRules=no\n'

const ROWS = [
  ['an empty system', {}, [false, false]],
  ['nftables.conf that nobody loads at boot', { 'etc/nftables.conf': FLUSHES }, [false, false]],
  ['nftables.service', { 'etc/nftables.conf': FLUSHES, [WANTED]: '' }, [true, false]],
  [
    'one that flushes its own table alone',
    { 'etc/nftables.conf': 'flush table inet filter', [WANTED]: '' },
    [false, false],
  ],
  [
    'networkd that leaves rules alone',
    { 'etc/systemd/networkd.conf.d/multihomed.conf': KEEPS },
    [false, true],
  ],
  [
    'networkd as it comes',
    { 'etc/systemd/networkd.conf': '#ManageForeignRoutingPolicyRules=no\n' },
    [false, false],
  ],
] as const
for (const [name, files, [flushes, keeps]] of ROWS) {
  test(`files of other programs: ${name}`, async () => {
    const { flushesRuleset, foreignRulesKept } = await seeCompany(
      aSystem(name, { 'proc/1/comm': 'init', ...files }),
    )
    assert.deepEqual([flushesRuleset, foreignRulesKept], [flushes, keeps])
  })
}

test('radvd: on which interfaces', async () => {
  const text = 'interface lan0 {\n  AdvSendAdvert on;\n};\n# interface old0\n  interface guest0\n{\n};\n'
  const root = aSystem('radvd', { 'etc/radvd.conf': text })
  assert.deepEqual((await seeCompany(root)).radvdOn, ['lan0', 'guest0'])
})

test('chains as nft lists them', () => {
  const text = `{"nftables": [{"metainfo": {"version": "1.0.6"}},
    {"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "handle": 1, "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
    {"chain": {"family": "ip", "table": "filter", "name": "DOCKER", "handle": 2}}]}`
  assert.deepEqual(readChains(text), [
    { table: 'ip filter', name: 'FORWARD', hook: 'forward', policy: 'drop' },
    { table: 'ip filter', name: 'DOCKER' },
  ])
})
