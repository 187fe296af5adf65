import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editDistance, nearest } from './nearest.ts'

const KEYS = ['interface', 'weight', 'address', 'gateway', 'nat']
const COMMANDS = ['status', 'lines', 'check', 'plan', 'apply', 'down', 'lab', 'run']

const rows: readonly [name: string, typed: string, known: readonly string[], expected: string | undefined][] =
  [
    ['two letters swapped', 'wieght', KEYS, 'weight'],
    ['a letter wrong', 'stauts', COMMANDS, 'status'],
    ['a letter missing', 'gatway', KEYS, 'gateway'],
    ['a letter too many', 'addresss', KEYS, 'address'],
    ['other case', 'Weight', KEYS, 'weight'],
    [
      'underscores instead of capitals',
      'rule_priority_base',
      ['rulePriorityBase', 'marks'],
      'rulePriorityBase',
    ],
    ['the nearer of two wins', 'plam', ['plain', 'plan'], 'plan'],
    ['of equally near ones the first wins', 'lan', ['lab', 'lap'], 'lab'],
    ['another word altogether is not suggested', 'metered', KEYS, undefined],
    ['a short word with every letter wrong is not suggested', 'x', ['a', 'b'], undefined],
    ['nothing typed suggests nothing', '', KEYS, undefined],
    ['a whole page typed suggests nothing', 'weight'.repeat(1000), KEYS, undefined],
  ]

for (const [name, typed, known, expected] of rows) {
  test(`nearest spelling: ${name}`, () => assert.equal(nearest(typed, known), expected))
}

test('a swap of neighbours is one slip, as is a letter added, dropped or changed', () => {
  assert.deepEqual(
    [
      ['ab', 'ba'],
      ['abc', 'ab'],
      ['ab', 'abc'],
      ['abc', 'axc'],
      ['', 'abc'],
      ['kitten', 'sitting'],
    ].map(([a = '', b = '']) => editDistance(a, b)),
    [1, 1, 1, 1, 3, 3],
  )
})
