import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NftChain, NftMap, Ruleset } from '../model/index.ts'
import { commandsOf } from './move.ts'
import { rulesetChange } from './nft.ts'

const chain = (name: string, ...texts: readonly string[]): NftChain => ({
  name,
  rules: texts.map((text) => ({ text, comment: `why #${text}` })),
})
const hooked = {
  ...chain('prerouting', 'ct state != new return'),
  hook: 'type filter hook prerouting priority mangle; policy accept;',
} satisfies NftChain
const map = (
  name: string,
  elements: Readonly<Record<string, string>>,
  declaration = 'type mark : verdict;',
): NftMap => ({
  kind: 'map',
  name,
  declaration,
  elements: new Map(Object.entries(elements)),
})
const near = (elements: Readonly<Record<string, string>>): NftMap =>
  map('near4', elements, 'type ipv4_addr : verdict; flags interval;')
const set = (name: string, ...elements: readonly string[]): NftMap => ({
  kind: 'set',
  name,
  declaration: 'type ifname;',
  elements: new Map(elements.map((one) => [one, ''])),
})
const ruleset = (rest: Partial<Ruleset>): Ruleset => ({ counters: [], maps: [], chains: [], ...rest })

const before = ruleset({
  counters: ['chosen_1'],
  maps: [map('alive', { 1: 'goto a', 2: 'goto b' }), set('lan', '"lan0"')],
  chains: [chain('a', 'return'), chain('b', 'return'), hooked],
})

const fast = (name: string): Ruleset =>
  ruleset({
    chains: [chain('past_rules', `flow add @${name}`)],
    flowtable: { name, devices: ['lan0', 'wan1'] },
  })

const ROWS: readonly {
  name: string
  from: Ruleset | undefined
  to: Ruleset | undefined
  text: readonly string[]
}[] = [
  { name: 'nothing from nothing', from: undefined, to: undefined, text: [] },
  {
    name: 'another flowtable: the rule lets go of the old one first, which lets go of its devices before the new one takes them',
    from: fast('fast_a'),
    to: fast('fast_b'),
    text: [
      'flush chain inet multihomed past_rules',
      'delete flowtable inet multihomed fast_a',
      'add flowtable inet multihomed fast_b { hook ingress priority filter; devices = { "lan0", "wan1" }; }',
      'add rule inet multihomed past_rules flow add @fast_b comment "why #flow add @fast_b"',
    ],
  },
  { name: 'the same again is no change', from: before, to: before, text: [] },
  {
    name: 'a table from nothing: chains before the maps that name them, rules last',
    from: undefined,
    to: before,
    text: [
      'add table inet multihomed',
      'add chain inet multihomed a',
      'add chain inet multihomed b',
      'add chain inet multihomed prerouting { type filter hook prerouting priority mangle; policy accept; }',
      'add counter inet multihomed chosen_1',
      'add map inet multihomed alive { type mark : verdict; }',
      'add set inet multihomed lan { type ifname; }',
      'add element inet multihomed alive { 1 : goto a, 2 : goto b }',
      'add element inet multihomed lan { "lan0" }',
      'add rule inet multihomed a return comment "why #return"',
      'add rule inet multihomed b return comment "why #return"',
      'add rule inet multihomed prerouting ct state != new return comment "why #ct state != new return"',
    ],
  },
  { name: 'down takes the table whole', from: before, to: undefined, text: ['delete table inet multihomed'] },
  {
    name: 'a line that dies is a change of elements and nothing else: no packet meets a gap',
    from: before,
    to: { ...before, maps: [map('alive', { 2: 'goto b' }), set('lan', '"lan0"')] },
    text: ['delete element inet multihomed alive { 1 }'],
  },
  {
    name: 'an element with another verdict goes and comes in one transaction',
    from: before,
    to: { ...before, maps: [map('alive', { 1: 'goto b', 2: 'goto b' }), set('lan', '"lan0"')] },
    text: ['delete element inet multihomed alive { 1 }', 'add element inet multihomed alive { 1 : goto b }'],
  },
  {
    name: 'a chain whose rules differ is filled anew, and no other',
    from: before,
    to: { ...before, chains: [chain('a', 'accept'), chain('b', 'return'), hooked] },
    text: ['flush chain inet multihomed a', 'add rule inet multihomed a accept comment "why #accept"'],
  },
  {
    name: 'what goes is let go of before it is deleted',
    from: before,
    to: ruleset({ maps: [map('alive', { 2: 'goto b' })], chains: [chain('b', 'return'), hooked] }),
    text: [
      'flush chain inet multihomed a',
      'delete element inet multihomed alive { 1 }',
      'delete set inet multihomed lan',
      'delete chain inet multihomed a',
      'delete counter inet multihomed chosen_1',
    ],
  },
  {
    name: 'intervals that shrink are put in anew: nft takes old and new together for an overlap',
    from: ruleset({ maps: [near({ '10.0.0.0/8': 'goto a' })] }),
    to: ruleset({ maps: [near({ '10.0.0.0/9': 'goto a', '192.168.1.0/24': 'goto b' })] }),
    text: [
      'flush map inet multihomed near4',
      'add element inet multihomed near4 { 10.0.0.0/9 : goto a, 192.168.1.0/24 : goto b }',
    ],
  },
  {
    name: 'intervals that only come are added',
    from: ruleset({ maps: [near({ '10.0.0.0/8': 'goto a' })] }),
    to: ruleset({ maps: [near({ '10.0.0.0/8': 'goto a', '192.168.1.0/24': 'goto b' })] }),
    text: ['add element inet multihomed near4 { 192.168.1.0/24 : goto b }'],
  },
  {
    name: 'a policy is put right in place',
    from: ruleset({ chains: [{ ...hooked, hook: hooked.hook.replace('accept', 'drop') }] }),
    to: ruleset({ chains: [hooked] }),
    text: ['add chain inet multihomed prerouting { policy accept; }'],
  },
  ...(
    [
      ['a table that sleeps', { dormant: true, maps: [map('alive', {})] }],
      [
        'a chain at another priority',
        { chains: [{ ...hooked, hook: hooked.hook.replace('mangle', 'raw') }] },
      ],
      ['a chain without its hook', { chains: [chain('prerouting')] }],
      ['a map declared otherwise', { maps: [map('alive', {}, 'type mark : verdict; timeout 1h;')] }],
      ['a set where a map should be', { maps: [{ ...map('alive', {}), kind: 'set' }] }],
    ] satisfies [string, Partial<Ruleset>][]
  ).map(([what, from]) => ({
    name: `${what} cannot be changed in place: all anew, in one transaction`,
    from: ruleset(from),
    to: ruleset({ maps: [map('alive', {})], chains: [hooked] }),
    text: [
      'delete table inet multihomed',
      'add table inet multihomed',
      'add chain inet multihomed prerouting { type filter hook prerouting priority mangle; policy accept; }',
      'add map inet multihomed alive { type mark : verdict; }',
      'add rule inet multihomed prerouting ct state != new return comment "why #ct state != new return"',
    ],
  })),
  {
    name: 'a declaration in another order is the same one',
    from: ruleset({
      maps: [map('affinity', {}, 'type mark : mark; timeout 10m; flags timeout,dynamic; size 9;')],
    }),
    to: ruleset({
      maps: [map('affinity', {}, 'type mark : mark; size 9; flags dynamic,timeout; timeout 10m;')],
    }),
    text: [],
  },
  {
    name: 'what packets filled in is left to them',
    from: ruleset({ maps: [{ ...map('affinity', {}), dynamic: true }] }),
    to: ruleset({ maps: [{ ...map('affinity', { 7: '1' }), dynamic: true }] }),
    text: [],
  },
]

for (const { name, from, to, text } of ROWS) {
  test(name, () => assert.deepEqual(rulesetChange(from, to), text))
}

test('as commands, every line is one word for the shell', () => {
  const commands = commandsOf({ do: 'change-ruleset', from: undefined, to: before })
  for (const command of commands) assert.match(command, /^nft '[^']*'$/)
})
