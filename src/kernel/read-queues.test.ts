import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queueIn } from './queue-listing.ts'
import { attributeBytes } from './netlink.ts'
import { readQueues, type Queue, type Queues } from './read-queues.ts'

const DEVICES = [{ dev: 'wan1', through: 'mhin-wan1' }]
const LINKS = new Set(['wan1', 'mhin-wan1'])
const NOBODYS = { kind: 'mq', handle: '0:', dev: 'wan1', isRoot: true }
const LED = { kind: 'ingress', handle: 'ffff:', dev: 'wan1', isRoot: false }
const cake = (dev: string): Queue => ({
  kind: 'cake',
  handle: 'de:',
  dev,
  isRoot: true,
  bytesPerSecond: 2_500_000,
})
const where = { dev: 'wan1', through: 'mhin-wan1' }

const ROWS: readonly {
  name: string
  queues: readonly Queue[]
  isLed?: true
  links?: ReadonlySet<string>
  read: Partial<Queues>
}[] = [
  { name: 'what the kernel gave a card is nobody, and ours may take its place', queues: [NOBODYS], links: new Set(['wan1']), read: {} },
  { name: 'cake tells its speed in bytes', queues: [cake('wan1')], links: new Set(['wan1']), read: { shapers: [{ ...where, direction: 'up', bitsPerSecond: 20e6, by: 'cake' }] } },
  {
    name: 'of queues in a queue the outer one counts',
    queues: [
      { kind: 'tbf', handle: 'de:', dev: 'wan1', isRoot: true, bytesPerSecond: 125000 },
      { kind: 'fq_codel', handle: '8001:', dev: 'wan1', isRoot: false },
    ],
    links: new Set(['wan1']),
    read: { shapers: [{ ...where, direction: 'up', bitsPerSecond: 1e6, by: 'tbf' }] },
  },
  { name: 'a queue of the admin is told by its name', queues: [{ kind: 'htb', handle: '1:', dev: 'wan1', isRoot: true }], links: new Set(['wan1']), read: { otherQueues: [{ dev: 'wan1', direction: 'up', called: 'htb 1:' }] } },
  { name: 'what comes in and is led through ours is held back', queues: [NOBODYS, LED, cake('mhin-wan1')], isLed: true, read: { shapers: [{ ...where, direction: 'down', bitsPerSecond: 20e6, by: 'cake' }] } },
  { name: 'without the filter nothing is led, so it must be set again', queues: [NOBODYS, LED, cake('mhin-wan1')], read: { shapers: [{ ...where, direction: 'down', bitsPerSecond: 0, by: 'nothing yet' }] } },
  { name: 'led to an interface that somebody deleted nothing comes in any more: to be set again', queues: [NOBODYS, LED], isLed: true, links: new Set(['wan1']), read: { shapers: [{ ...where, direction: 'down', bitsPerSecond: 0, by: 'nothing yet' }] } },
  { name: 'what other programs do with what comes in is theirs', queues: [NOBODYS, { kind: 'clsact', handle: 'ffff:', dev: 'wan1', isRoot: false }], links: new Set(['wan1']), read: { otherQueues: [{ dev: 'wan1', direction: 'down', called: 'clsact ffff:' }] } },
  { name: 'of a device that is gone ours is left, and found', queues: [cake('mhin-wan1')], links: new Set(['mhin-wan1']), read: { shapers: [{ ...where, direction: 'down', bitsPerSecond: 0, by: 'nothing yet' }] } },
] // prettier-ignore

for (const { name, queues, isLed, links = LINKS, read } of ROWS) {
  test(`queues: ${name}`, () => {
    assert.deepEqual(readQueues(queues, new Set(isLed === true ? ['wan1'] : []), DEVICES, links), {
      shapers: [],
      otherQueues: [],
      ...read,
    })
  })
}

/** `struct tcmsg` of a root, and what the kernel says of it. */
function listed(kind: string, options: Buffer): Queue | undefined {
  const header = Buffer.alloc(20)
  header.writeUInt32LE(0x00de_0000, 8)
  header.writeUInt32LE(0xffff_ffff, 12)
  const body = Buffer.concat([
    header,
    attributeBytes(1, Buffer.from(`${kind}\0`)),
    attributeBytes(2, options),
  ])
  return queueIn({ body }, 'wan1')
}
const wide = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

for (const [name, kind, options, bytesPerSecond] of [
  ['of cake', 'cake', attributeBytes(2, wide(2_500_000n)), 2_500_000],
  [
    'of a tbf that is faster than four bytes can say',
    'tbf',
    Buffer.concat([attributeBytes(1, Buffer.alloc(36, 0xff)), attributeBytes(4, wide(5_000_000_000n))]),
    5_000_000_000,
  ],
  [
    'of nothing where the queue holds nothing back',
    'fq_codel',
    attributeBytes(1, Buffer.alloc(4)),
    undefined,
  ],
] as const)
  // prettier-ignore
  test(`queues: the speed ${name} is read from what the kernel lists`, () => {
    const speed = bytesPerSecond === undefined ? {} : { bytesPerSecond }
    assert.deepEqual(listed(kind, options), { dev: 'wan1', kind, handle: 'de:', isRoot: true, ...speed })
  })
