import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ourTable, ownedMaps, readCounters, readRuleset } from './nft-listing.ts'

/** Our part of what nft 1.0.6 prints: `nft -t list ruleset inet`. */
const TERSE = `table inet multihomed {
	counter chosen_1 {
		packets 7 bytes 420
	}

	set lan {
		type ifname
	}

	map alive {
		type mark : verdict
	}

	map near4 {
		type ipv4_addr : verdict
		flags interval
	}

	map affinity {
		typeof numgen inc mod 2 : ct mark
		size 65536
		flags dynamic,timeout
		timeout 10m
	}

	chain pick_1 {
		counter name "chosen_1" goto line_1 comment "fiber was chosen #fbe1cee4"
	}

	chain over {
	}

	chain prerouting {
		type filter hook prerouting priority mangle; policy accept;
		meta nfproto != ipv4 return comment "the rest is left alone #1"
		ip saddr 10.0.0.1 accept
	}
}
`
const LISTED = new Map([
  [
    'lan',
    `table inet multihomed {\n\tset lan {\n\t\ttype ifname\n\t\telements = { "lan0",\n\t\t\t     "lan1" }\n\t}\n}\n`,
  ],
  [
    'alive',
    `table inet multihomed {\n\tmap alive {\n\t\ttype mark : verdict\n\t\telements = { 0x01000000 : goto pick_1,\n\t\t\t     0x02000000 : goto pick_2 }\n\t}\n}\n`,
  ],
  [
    'near4',
    `table inet multihomed {\n\tmap near4 {\n\t\ttype ipv4_addr : verdict\n\t\tflags interval\n\t\telements = { 10.2.0.0-10.255.255.255 : goto line_1, 198.51.100.0/28 : goto line_1 }\n\t}\n}\n`,
  ],
])

test('of all tables ours is read, whatever others are called and whether they stand before or behind', () => {
  const other = (name: string): string =>
    `table inet ${name} {\n\tcounter chosen_1 {\n\t\tpackets 9 bytes 9\n\t}\n}\n`
  assert.equal(ourTable(TERSE), TERSE)
  assert.equal(ourTable(other('filter') + TERSE + other('multihomed2')), TERSE)
  assert.equal(ourTable(other('multihomed2') + other('not_multihomed')), undefined)
  assert.equal(ourTable('table inet multihomed {\n}\n'), 'table inet multihomed {\n}\n')
  assert.equal(ourTable(''), undefined)
})

test('counters are read with their packets', () => {
  assert.deepEqual([...readCounters(TERSE)], [['chosen_1', 7]])
})

test('only maps that packets do not fill are asked for their elements', () => {
  assert.deepEqual(ownedMaps(TERSE), [
    { kind: 'set', name: 'lan' },
    { kind: 'map', name: 'alive' },
    { kind: 'map', name: 'near4' },
  ])
})

test('counters, maps, chains and rules are read as printed', () => {
  const { counters, maps, chains } = readRuleset(TERSE, LISTED)
  assert.deepEqual(counters, ['chosen_1'])
  assert.deepEqual(
    maps.map(({ kind, name, elements, dynamic }) => [kind, name, [...elements], dynamic ?? false]),
    [
      [
        'set',
        'lan',
        [
          ['"lan0"', ''],
          ['"lan1"', ''],
        ],
        false,
      ],
      [
        'map',
        'alive',
        [
          ['0x01000000', 'goto pick_1'],
          ['0x02000000', 'goto pick_2'],
        ],
        false,
      ],
      [
        'map',
        'near4',
        [
          ['10.2.0.0-10.255.255.255', 'goto line_1'],
          ['198.51.100.0/28', 'goto line_1'],
        ],
        false,
      ],
      ['map', 'affinity', [], true],
    ],
  )
  assert.deepEqual(chains, [
    {
      name: 'pick_1',
      rules: [{ text: 'counter name "chosen_1" goto line_1', comment: 'fiber was chosen #fbe1cee4' }],
    },
    { name: 'over', rules: [] },
    {
      name: 'prerouting',
      hook: 'type filter hook prerouting priority mangle; policy accept;',
      rules: [
        { text: 'meta nfproto != ipv4 return', comment: 'the rest is left alone #1' },
        { text: 'ip saddr 10.0.0.1 accept', comment: '' },
      ],
    },
  ])
})

test('a table that sleeps is told from one that works', () => {
  assert.equal(readRuleset(TERSE, LISTED).dormant, undefined)
  assert.equal(readRuleset(TERSE.replace('{\n', '{\n\tflags dormant\n\n'), LISTED).dormant, true)
})

test('how many elements a map has is not taken for how it was declared', () => {
  const counted = TERSE.replace('size 65536', 'size 65536\t# count 3')
  const declared = (text: string): string[] => readRuleset(text, LISTED).maps.map((map) => map.declaration)
  assert.deepEqual(declared(counted), declared(TERSE))
})

test('marks are compared whatever zeros nft prints before them', () => {
  const short = new Map([['alive', 'elements = { 0x1000000 : goto pick_1 }']])
  const alive = readRuleset(TERSE, short).maps.find(({ name }) => name === 'alive')
  assert.deepEqual([...(alive?.elements.keys() ?? [])], ['0x01000000'])
})

test('a flowtable is read with the devices that are left of it', () => {
  const read = (devices: string): unknown =>
    readRuleset(
      TERSE.replace('{\n', `{\n\tflowtable fast_1 {\n\t\thook ingress priority filter\n${devices}\t}\n\n`),
      LISTED,
    ).flowtable
  assert.equal(readRuleset(TERSE, LISTED).flowtable, undefined)
  assert.deepEqual(read('\t\tdevices = { lan0, wan1 }\n'), { name: 'fast_1', devices: ['lan0', 'wan1'] })
  assert.deepEqual(read(''), { name: 'fast_1', devices: [] })
})
