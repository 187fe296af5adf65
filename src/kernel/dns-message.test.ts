import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answeredId, dnsQuestion, readDnsAnswer } from './dns-message.ts'

/** Header with the counts of questions and answers. */
const header = (questions: number, answers: number, flags = '8180'): string =>
  `1234${flags}000${questions}000${answers}00000000`
const NAME = '07' + Buffer.from('example').toString('hex') + '03' + Buffer.from('com').toString('hex') + '00'
const QUESTION = `${NAME}00010001`
const A_RECORD = 'c00c000100010000003c0004'
const read = (hex: string): ReturnType<typeof readDnsAnswer> => readDnsAnswer(Buffer.from(hex, 'hex'))

test('a question is one name, type A; without a name the name servers of the root', () => {
  const HEADER = '123401000001000000000000'
  assert.equal(dnsQuestion(0x1234, 'example.com')?.toString('hex'), HEADER + QUESTION)
  assert.equal(dnsQuestion(0x1234, 'example.com.')?.toString('hex'), HEADER + QUESTION)
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
    assert.equal(dnsQuestion(1, name), undefined, name)
  assert.ok(dnsQuestion(1, [long, long, long, 'a'.repeat(61)].join('.')))
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

test('without an address there is the reason', () => {
  assert.deepEqual(read(`${header(1, 0, '8183')}${QUESTION}`), { status: 'NXDOMAIN', addresses: [] })
  assert.deepEqual(read(`${header(1, 0, '8182')}${QUESTION}`), { status: 'SERVFAIL', addresses: [] })
  assert.deepEqual(read(`${header(1, 0, '818b')}${QUESTION}`), { status: '11', addresses: [] })
})

test('a message cut anywhere, or full of nonsense, is read as far as it goes', () => {
  const whole = Buffer.from(`${header(1, 1)}${QUESTION}${A_RECORD}cb00710a`, 'hex')
  for (let length = 12; length < whole.length; length += 1)
    assert.deepEqual(readDnsAnswer(whole.subarray(0, length)).addresses, [], `${length} bytes`)
  for (const byte of [0x00, 0x3f, 0xc0, 0xff]) readDnsAnswer(Buffer.alloc(512, byte))
})
