import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Family } from '../model/index.ts'
import { answeredId, dnsQuestion, readDnsAnswer } from './dns-message.ts'

/** Header with the counts of questions and answers. */
const header = (questions: number, answers: number, flags = '8180'): string =>
  `1234${flags}000${questions}000${answers}00000000`
const NAME = '07' + Buffer.from('example').toString('hex') + '03' + Buffer.from('com').toString('hex') + '00'
const QUESTION = `${NAME}00010001`
const A_RECORD = 'c00c000100010000003c0004'
const read = (hex: string, family: Family = 'ipv4'): ReturnType<typeof readDnsAnswer> =>
  readDnsAnswer(Buffer.from(hex, 'hex'), family)
const question = (id: number, name: string, family: Family = 'ipv4'): Buffer | undefined =>
  dnsQuestion(id, { name, family })

test('a question is one name, type A or AAAA; without a name the name servers of the root', () => {
  const HEADER = '123401000001000000000000'
  assert.equal(question(0x1234, 'example.com')?.toString('hex'), HEADER + QUESTION)
  assert.equal(question(0x1234, 'example.com.')?.toString('hex'), HEADER + QUESTION)
  assert.equal(question(0x1234, 'example.com', 'ipv6')?.toString('hex'), `${HEADER}${NAME}001c0001`)
  assert.equal(dnsQuestion(0x1234)?.toString('hex'), `${HEADER}0000020001`)
})

test('what is no name cannot be asked for', () => {
  const long = 'a'.repeat(63)
  for (const name of [
    '',
    '.',
    'a..b',
    'a b',
    `${long}a`,
    'bücher.example',
    [long, long, long, long].join('.'),
  ])
    assert.equal(question(1, name), undefined, name)
  assert.ok(question(1, [long, long, long, 'a'.repeat(61)].join('.')))
})

test('only an answer has the id of one', () => {
  assert.equal(answeredId(Buffer.from(header(1, 0), 'hex')), 0x1234)
  assert.equal(answeredId(Buffer.from(header(1, 0, '0100'), 'hex')), undefined)
  assert.equal(answeredId(Buffer.from('12348180', 'hex')), undefined)
  assert.equal(answeredId(Buffer.alloc(0)), undefined)
})

test('addresses are found behind aliases, and whatever else is there is passed over', () => {
  const alias = 'c00c000500010000003c0002c00c'
  const ipv6 = `c00c001c00010000003c0010${'00'.repeat(16)}`
  assert.deepEqual(
    read(`${header(1, 4)}${QUESTION}${alias}${A_RECORD}cb00710a${ipv6}${NAME}${A_RECORD.slice(4)}01020304`),
    { status: 'NOERROR', addresses: ['203.0.113.10', '1.2.3.4'] },
  )
})

test('whoever asked for IPv6 addresses gets no others', () => {
  const ipv6 = `c00c001c00010000003c001020010db8${'00'.repeat(11)}80`
  const message = `${header(1, 2)}${QUESTION}${A_RECORD}cb00710a${ipv6}`
  assert.deepEqual(read(message, 'ipv6').addresses, ['2001:db8::80'])
  assert.deepEqual(read(message).addresses, ['203.0.113.10'])
})

test('without an address there is the reason', () => {
  assert.deepEqual(read(`${header(1, 0, '8183')}${QUESTION}`), { status: 'NXDOMAIN', addresses: [] })
  assert.deepEqual(read(`${header(1, 0, '8182')}${QUESTION}`), { status: 'SERVFAIL', addresses: [] })
  assert.deepEqual(read(`${header(1, 0, '818b')}${QUESTION}`), { status: '11', addresses: [] })
})

test('a message cut anywhere, or full of nonsense, is read as far as it goes', () => {
  const whole = Buffer.from(`${header(1, 1)}${QUESTION}${A_RECORD}cb00710a`, 'hex')
  for (let length = 12; length < whole.length; length += 1)
    assert.deepEqual(readDnsAnswer(whole.subarray(0, length), 'ipv4').addresses, [], `${length} bytes`)
  for (const byte of [0x00, 0x3f, 0xc0, 0xff]) readDnsAnswer(Buffer.alloc(512, byte), 'ipv6')
})
