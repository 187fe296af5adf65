import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTraceWords } from './trace-words.ts'

const READ = [
  [['10.0.0.12', 'example.org'], { from: '10.0.0.12', to: 'example.org' }],
  [['10.0.0.12', '→', 'example.org:443'], { from: '10.0.0.12', to: 'example.org', port: 443, protocol: 'tcp' }],
  [['10.0.0.12', '->', 'example.org'], { from: '10.0.0.12', to: 'example.org' }],
  [['10.0.0.12 -> example.org:80'], { from: '10.0.0.12', to: 'example.org', port: 80, protocol: 'tcp' }],
  [['10.0.0.12→example.org'], { from: '10.0.0.12', to: 'example.org' }],
  [['me', '2001:db8::1'], { from: 'me', to: '2001:db8::1' }],
  [['me', '[2001:db8::1]:22'], { from: 'me', to: '2001:db8::1', port: 22, protocol: 'tcp' }],
] as const // prettier-ignore

for (const [words, request] of READ) {
  test(`"${words.join('" "')}" is understood`, () => {
    const read = readTraceWords(words, false)
    assert.ok(read.ok)
    assert.deepEqual(JSON.parse(JSON.stringify(read.value)), request)
  })
}

test('--udp is the protocol of the port, and of a packet without one', () => {
  for (const to of ['9.9.9.9:53', '9.9.9.9']) {
    const read = readTraceWords(['me', to], true)
    assert.equal(read.ok && read.value.protocol, 'udp')
  }
})

const COMPLAINTS = [
  [['10.0.0.12'], /two ends, not 1/],
  [['a', 'b', 'c'], /two ends, not 3/],
  [['10.0.0.12', '-'], /shell took/],
  [['me', 'example.org:http'], /no port/],
  [['me', 'example.org:70000'], /no port/],
  [['me', 'example.org:0'], /no port/],
  [['me', ':80'], /no port/],
] as const

for (const [words, message] of COMPLAINTS) {
  test(`"${words.join(' ')}" is complained of, and nothing is asked`, () => {
    const read = readTraceWords(words, false)
    assert.ok(!read.ok)
    assert.match(read.error.message, message)
  })
}
