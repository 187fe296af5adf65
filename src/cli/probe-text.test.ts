import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeDocument } from '../api/contract.ts'
import { EXAMPLES } from '../api/fake.ts'
import { probeText } from './probe-text.ts'
import { screenFor } from './screen.ts'

type Row = ProbeDocument['evidence'][number]

const screenOf = (color: 'never' | 'always') =>
  screenFor({ write: () => true }, { LANG: 'C.UTF-8' }, { color, ascii: false })
const screen = screenOf('never')

const good = (about: Row['about'], what: string): Row => ({ about, what, result: 'good', delayMs: 4 })
const bad = (about: Row['about'], what: string): Row => ({
  about,
  what,
  result: 'bad',
  delayMs: null,
  said: 'no answer within 2000 ms',
})
const NEAR: readonly Row[] = [
  { about: 'link', what: 'wan3', result: 'good', delayMs: null },
  { about: 'address', what: '192.168.8.100/24', result: 'good', delayMs: null },
]
const gateway = good('gateway', 'arp/192.168.8.1')
const ping = good('internet', 'icmp/1.1.1.1')
const dns = good('dns', 'dns/8.8.8.8')
const page = good('page', 'http://1.1.1.1/')

const ROWS: readonly { readonly name: string; readonly evidence: readonly Row[]; readonly head: string }[] = [
  { name: 'all is well', evidence: [...NEAR, gateway, ping, dns, page], head: 'lte: all is well.' },
  {
    name: 'one silent target is no trouble',
    evidence: [...NEAR, gateway, ping, bad('internet', 'icmp/9.9.9.9'), dns, page],
    head: 'lte: works; 3 of 4 questions to the Internet were answered.',
  },
  {
    name: 'the provider is silent behind a modem that answers',
    evidence: [...NEAR, gateway, bad('internet', 'icmp/1.1.1.1'), bad('dns', 'dns/8.8.8.8')],
    head: 'lte: the gateway answers and nothing behind it does: the provider.',
  },
  {
    name: 'the gateway is silent too',
    evidence: [...NEAR, bad('gateway', 'arp/192.168.8.1'), bad('internet', 'icmp/1.1.1.1')],
    head: 'lte: not even the gateway answers.',
  },
  {
    name: 'DNS alone is dead',
    evidence: [...NEAR, gateway, ping, bad('dns', 'dns/8.8.8.8'), page],
    head: 'lte: the Internet answers, but no DNS server does.',
  },
  {
    name: 'a login page',
    evidence: [
      ...NEAR,
      gateway,
      ping,
      { ...page, result: 'false', said: 'a redirect to http://portal.example/' },
    ],
    head: 'lte: somebody else answers in the place of http://1.1.1.1/: a redirect to',
  },
  {
    name: 'no cable',
    evidence: [{ about: 'link', what: 'wan3', result: 'bad', delayMs: null, said: 'no carrier' }],
    head: 'lte: link: no carrier.',
  },
  {
    name: 'a box without the rights to ask',
    evidence: [...NEAR, { ...bad('internet', 'icmp/1.1.1.1'), result: 'unasked', said: 'not permitted' }],
    head: 'lte: nothing could be asked.',
  },
]
for (const { name, evidence, head } of ROWS) {
  test(`what it comes to: ${name}`, () => {
    const text = probeText({ ...EXAMPLES.probe, evidence: [...evidence] }, screen)
    assert.equal(text.split('\n')[0], head)
  })
}

const inFamily = (family: 'ipv4' | 'ipv6', rows: readonly Row[]): Row[] =>
  rows.map((row) => ({ ...row, family }))

test('a line with both families has a word for each, and rows that tell them apart', () => {
  const [link, address] = NEAR
  assert.ok(link && address)
  const evidence = [
    link,
    ...inFamily('ipv4', [address, gateway, ping, dns, page]),
    ...inFamily('ipv6', [
      { ...address, what: '2001:db8::2/64' },
      good('gateway', 'ndp/fe80::1'),
      bad('internet', 'icmp/2620:fe::fe'),
    ]),
  ]
  const text = probeText({ ...EXAMPLES.probe, evidence }, screen)
  assert.equal(
    text,
    `\
lte: IPv4: all is well. IPv6: the gateway answers and nothing behind it does: no
IPv6 beyond it.

  CHECK            ASKED             DELAY  ANSWER
● link             wan3                  -  in order
● address          192.168.8.100/24      -  in order
● gateway          arp/192.168.8.1    4 ms  answers
● Internet         icmp/1.1.1.1       4 ms  answers
● DNS              dns/8.8.8.8        4 ms  answers
● login page       http://1.1.1.1/    4 ms  answers
● address (IPv6)   2001:db8::2/64        -  in order
● gateway (IPv6)   ndp/fe80::1        4 ms  answers
✖ Internet (IPv6)  icmp/2620:fe::fe      -  no answer within 2000 ms`,
  )
})

test('every answer has its row', () => {
  assert.equal(
    probeText(EXAMPLES.probe, screen),
    `\
lte: somebody else answers in the place of http://1.1.1.1/: a redirect to
http://portal.example/.

  CHECK       ASKED              DELAY  ANSWER
● link        wan3                   -  in order
● address     192.168.8.100/24       -  in order
● gateway     arp/192.168.8.1   1.2 ms  answers
✖ Internet    icmp/1.1.1.1           -  no answer within 2000 ms
▲ login page  http://1.1.1.1/   3.4 ms  a redirect to http://portal.example/`,
  )
})

test('a host that was asked alone, by the name it was asked by', () => {
  const host = { asked: 'example.org', address: '203.0.113.80' }
  const evidence = [...NEAR, gateway, good('host', 'icmp/203.0.113.80'), bad('host', 'dns/203.0.113.80')]
  const text = probeText({ ...EXAMPLES.probe, host, evidence }, screen)
  assert.equal(text.split('\n')[0], 'example.org (203.0.113.80) over lte: answers in 1 of 2 ways.')
})

test('80 columns hold long targets and long answers; colour changes nothing that is printed', () => {
  const long = { ...page, what: `http://${'very-long-name.'.repeat(8)}example/`, said: 'words '.repeat(30).trim() }
  const probe = { ...EXAMPLES.probe, evidence: [...NEAR, long] }
  const text = probeText(probe, screen)
  assert.deepEqual(text.split('\n').filter((row) => row.length > 80), [])
  assert.equal(probeText(probe, screenOf('always')).replace(/\u001b\[\d+m/g, ''), text) // oxlint-disable-line no-control-regex
}) // prettier-ignore
