import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NftAuthors, routeChangesIn } from './foreign-changes.ts'

// As kernel 6.18 sent them.
const ROWS: readonly { name: string; hex: string; told: readonly unknown[] }[] = [
  {
    name: 'ip rule del pref 30101 … proto 222, by a second socket',
    hex: '4c000000210000003e1f036b4fb174b302000000c90000010000000008000f00c900000008000e00ffffffff05001500de000000080006009575000008000a000100000008001000ffffffff',
    told: [{ about: 'rule', thing: 'rule 30101', portId: 3_010_769_231 }],
  },
  {
    name: "a rule of the kernel's own",
    hex: '3c000000210000003e1f036b3e58e4da02000000fe0000010000000008000f00fe00000008000e00ffffffff050015000200000008000600fe7f0000',
    told: [],
  },
  {
    name: 'a default of ours was made',
    hex: '2c000000180000063e1f036b1623000002000000cadefd010000000008000f00ca0000000800040003000000',
    told: [],
  },
  {
    name: 'ip route replace default … table 202, in the place of ours',
    hex: '34000000180000013e1f036b1823000002000000ca03fd010000000008000f00ca00000008000700c00002010800040003000000',
    told: [{ about: 'route', thing: 'route 0.0.0.0/0 of table 202', portId: 8984 }],
  },
  {
    name: "somebody's own route of another protocol went",
    hex: '34000000190000003f1f036b1c23000002000000ca03fd010000000008000f00ca00000008000700c00002010800040003000000',
    told: [],
  },
  {
    name: 'ip nexthop flush',
    hex: '28000000690005003f1f036bf303f8fd02fede000000000008000100316303000800050003000000',
    told: [{ about: 'nexthop', thing: 'nexthop 222001', portId: 4_260_889_587 }],
  },
  {
    name: 'ip addr del 192.0.2.1/24',
    hex: '4c000000150000003e1f036b21230000021880000300000008000100c000020108000200c00002010700030064300000080008008000000014000600ffffffffffffffff7083140070831400',
    told: [{ about: 'address', thing: 'address 192.0.2.1/24', portId: 8993 }],
  },
]
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

for (const { name, hex, told } of ROWS) {
  test(name, () => assert.deepEqual(routeChangesIn(bytes(hex)), told))
}

test('several messages at once are all read', () => {
  const all = routeChangesIn(bytes(ROWS.map(({ hex }) => hex).join('')))
  assert.deepEqual(all, ROWS.flatMap(({ told }) => told)) // prettier-ignore
})

test('a message that was cut anywhere names nobody, and harms nobody', () => {
  for (const { hex } of ROWS) {
    for (let length = 0; length < hex.length; length += 2) {
      assert.deepEqual(routeChangesIn(bytes(hex.slice(0, length))), [])
    }
  }
})

const DEL_OUR_TABLE =
  '38000000020a00000100000027230000010000030f0001006d756c7469686f6d6564000008000300000000000c0004000000000000000001'
const COMMIT = '2c0000000f0a000001000000272300000000000308000100000000030800020000002327080003006e667400'

test('who commits a transaction on our table is named, also when the end of it comes later', () => {
  const authors = new NftAuthors()
  assert.deepEqual(authors.read(bytes(DEL_OUR_TABLE)), [])
  assert.deepEqual(authors.read(bytes(COMMIT)), [{ pid: 8999, name: 'nft' }])
  assert.deepEqual(authors.read(bytes(COMMIT)), [], 'the next transaction is not about us')
})

test('when notifications are lost behind a change of our table, whoever commits next is not blamed for it', () => {
  const authors = new NftAuthors()
  authors.read(bytes(DEL_OUR_TABLE))
  authors.forget()
  assert.deepEqual(authors.read(bytes(COMMIT)), [])
})

test('an author who calls itself by an escape sequence steers no terminal', () => {
  const [author] = new NftAuthors().read(bytes(DEL_OUR_TABLE + COMMIT.replace('6e6674', '1b5b4a')))
  assert.equal(author?.name, '?[J')
})

for (const [name, hex] of [
  ['a table of the same name in another family', DEL_OUR_TABLE.replace('010000030f00', '020000030f00')],
  ['a table whose name only begins like ours', DEL_OUR_TABLE.replace('6d6564000008', '6d6564320008')],
] as const) {
  test(`${name} is not ours`, () => assert.deepEqual(new NftAuthors().read(bytes(hex + COMMIT)), []))
}
