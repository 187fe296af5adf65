import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readWord, sentence } from './report.ts'

const end = (numbers: string): unknown => {
  const word = readWord(`::end src/a.vm.test.ts ${numbers}`)
  return word?.is === 'end' ? [sentence(word.counts), word.tooLong] : word
}

const ROWS: readonly { name: string; numbers: string; told: unknown }[] = [
  { name: 'a file that passed', numbers: '0 3 0 0 0', told: ['3 passed, 0 failed', false] },
  { name: 'skipped tests are told', numbers: '0 3 0 0 2', told: ['3 passed, 0 failed, 2 skipped', false] },
  { name: 'cancelled tests have failed', numbers: '1 3 1 2 0', told: ['3 passed, 3 failed', false] },
  {
    name: 'a file that never got to a test has failed',
    numbers: '1 0 0 0 0',
    told: ['0 passed, 1 failed', false],
  },
  { name: 'a file that was ended has failed', numbers: '124 3 0 0 0', told: ['3 passed, 1 failed', true] },
]
for (const { name, numbers, told } of ROWS) test(name, () => assert.deepEqual(end(numbers), told))

test('what a test prints is for the reader', () => {
  assert.equal(readWord('✔ a crash stops no packet'), undefined)
  assert.equal(readWord('::ending is not ::end'), undefined)
})
