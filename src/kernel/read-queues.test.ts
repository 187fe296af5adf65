import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readQueues, type Queues } from './tc-json.ts'

const DEVICES = [{ dev: 'wan1', through: 'mhin-wan1' }]
const LINKS = new Set(['wan1', 'mhin-wan1'])
const NOBODYS = '{"kind":"mq","handle":"0:","dev":"wan1","root":true,"options":{}}'
const LED = '{"kind":"ingress","handle":"ffff:","dev":"wan1","parent":"ffff:fff1","options":{}}'
const FILTER = '{"parent":"ffff:","protocol":"all","pref":222,"kind":"u32","chain":0}'
const cake = (dev: string): string =>
  `{"kind":"cake","handle":"de:","dev":"${dev}","root":true,"refcnt":9,"options":{"bandwidth":2500000,"diffserv":"diffserv3","nat":true}}`
const where = { dev: 'wan1', through: 'mhin-wan1' }

const ROWS: readonly {
  name: string
  queues: readonly string[]
  filters?: string
  links?: ReadonlySet<string>
  read: Partial<Queues>
}[] = [
  { name: 'what the kernel gave a card is nobody, and ours may take its place', queues: [NOBODYS], links: new Set(['wan1']), read: {} },
  { name: 'cake tells its speed in bytes', queues: [cake('wan1')], links: new Set(['wan1']), read: { shapers: [{ ...where, direction: 'up', bitsPerSecond: 20e6, by: 'cake' }] } },
  {
    name: 'of queues in a queue the outer one counts',
    queues: [
      '{"kind":"tbf","handle":"de:","dev":"wan1","root":true,"refcnt":2,"options":{"rate":125000,"burst":16000,"lat":50000}}',
      '{"kind":"fq_codel","handle":"8001:","dev":"wan1","parent":"de:1","options":{"limit":10240}}',
    ],
    links: new Set(['wan1']),
    read: { shapers: [{ ...where, direction: 'up', bitsPerSecond: 1e6, by: 'tbf' }] },
  },
  { name: 'a queue of the admin is told by its name', queues: ['{"kind":"htb","handle":"1:","dev":"wan1","root":true,"options":{}}'], links: new Set(['wan1']), read: { otherQueues: [{ dev: 'wan1', direction: 'up', called: 'htb 1:' }] } },
  { name: 'what comes in and is led through ours is held back', queues: [NOBODYS, LED, cake('mhin-wan1')], filters: FILTER, read: { shapers: [{ ...where, direction: 'down', bitsPerSecond: 20e6, by: 'cake' }] } },
  { name: 'without the filter nothing is led, so it must be set again', queues: [NOBODYS, LED, cake('mhin-wan1')], read: { shapers: [{ ...where, direction: 'down', bitsPerSecond: 0, by: 'nothing yet' }] } },
  { name: 'led to an interface that somebody deleted nothing comes in any more: to be set again', queues: [NOBODYS, LED], filters: FILTER, links: new Set(['wan1']), read: { shapers: [{ ...where, direction: 'down', bitsPerSecond: 0, by: 'nothing yet' }] } },
  { name: 'what other programs do with what comes in is theirs', queues: [NOBODYS, '{"kind":"clsact","handle":"ffff:","dev":"wan1","parent":"ffff:fff1","options":{}}'], filters: '{"protocol":"all","pref":49152,"kind":"bpf","chain":0}', links: new Set(['wan1']), read: { otherQueues: [{ dev: 'wan1', direction: 'down', called: 'clsact ffff:' }] } },
  { name: 'of a device that is gone ours is left, and found', queues: [cake('mhin-wan1')], links: new Set(['mhin-wan1']), read: { shapers: [{ ...where, direction: 'down', bitsPerSecond: 0, by: 'nothing yet' }] } },
] // prettier-ignore

for (const { name, queues, filters = '', links = LINKS, read } of ROWS) {
  test(`queues: ${name}`, () => {
    const answers = [`[${queues.join(',')}]`, ...(links.has('wan1') ? [`[${filters}]`] : [])]
    assert.deepEqual(readQueues(`${answers.join('\n')}\n`, DEVICES, links), {
      shapers: [],
      otherQueues: [],
      ...read,
    })
  })
}

test('queues: a tc that is not there says nothing, and nothing is known', () => {
  assert.deepEqual(readQueues('', DEVICES, new Set(['wan1'])), { shapers: [], otherQueues: [] })
})
