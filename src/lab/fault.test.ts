import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { FAULTS, faultInWords, readFault, stateInWords } from './fault.ts'
import type { Fault } from './fault.ts'
import { packageRoot } from './package-root.ts'

const understood: [kind: string, value: string | undefined, fault: Fault][] = [
  ['loss', '30%', { kind: 'loss', ratio: 0.3 }],
  ['loss', '0.5', { kind: 'loss', ratio: 0.005 }],
  ['delay', '200', { kind: 'delay', ms: 200 }],
  ['saturation', undefined, { kind: 'saturation', queueMs: 2000 }],
  ['saturation', '500ms/down', { kind: 'saturation', queueMs: 500, way: 'down' }],
  ['one-way', 'in', { kind: 'one-way', lost: 'in' }],
  ['flapping', '10s', { kind: 'flapping', deadMs: 10_000, aliveMs: 10_000 }],
  ['flapping', '1.5s/300ms', { kind: 'flapping', deadMs: 1500, aliveMs: 300 }],
  ['target-dead', '9.9.9.9', { kind: 'target-dead', address: '9.9.9.9' }],
]
for (const [kind, value, fault] of understood)
  test(`lab fault fiber ${kind} ${value ?? ''}`, () =>
    assert.deepEqual(readFault(kind, value), { ok: true, value: fault }))

const refused: [kind: string, value: string | undefined, sentence: RegExp][] = [
  ['loss', '0%', /"0%" is no value for loss; expected PERCENT, like 30%/],
  ['loss', '101%', /expected PERCENT/],
  ['delay', '2h', /expected TIME/],
  ['saturation', '2s/left', /expected TIME\[\/down\]/],
  ['one-way', 'up', /expected out\|in/],
  ['target-dead', 'example.org', /expected ADDRESS/],
  ['flapping', '1s/1s/1s', /expected TIME\[\/TIME\]/],
  ['carrier', '5s', /carrier takes no value/],
  ['toString', undefined, /"toString" is no fault; there are carrier, /],
]
for (const [kind, value, sentence] of refused)
  test(`lab fault fiber ${kind} ${value ?? ''} is refused with what was expected`, () => {
    const read = readFault(kind, value)
    assert.ok(!read.ok)
    assert.match(read.error, sentence)
  })

for (const kind of Object.keys(FAULTS))
  test(`${kind}: without a value it is the usual one, and in words it is what can be typed again`, () => {
    const usual = readFault(kind)
    assert.ok(usual.ok)
    const [again = '', value] = faultInWords(usual.value).split(' ')
    assert.deepEqual(readFault(again, value), usual)
  })

const states: [Fault[], string][] = [
  [[], 'connected'],
  [[{ kind: 'internet-gone' }], 'blackholed'],
  [
    [
      { kind: 'internet-gone', family: 'ipv6' },
      { kind: 'loss', ratio: 0.3, family: 'ipv4' },
    ],
    'blackholed of ipv6, loss 30% of ipv4',
  ],
  [[{ kind: 'carrier' }, { kind: 'loss', ratio: 0.3 }], 'cut, loss 30%'],
]
for (const [faults, words] of states)
  test(`all that is wrong with a line is shown beside it: ${words}`, () =>
    assert.equal(stateInWords(faults), words))

test('docs/lab.md tells how each of them is played', () => {
  const page = readFileSync(join(packageRoot(), 'docs/lab.md'), 'utf8')
  const kinds = Array.from(page.matchAll(/^\| `([a-z-]+)` /gm), ([, kind]) => kind)
  assert.deepEqual(kinds, Object.keys(FAULTS))
})
