/** What is typed, and what is written to the screen for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keysOf } from './terminal-keys.ts'
import { drawing } from './terminal.ts'

const TYPED = [
  { name: 'letters', data: ['jq'], keys: ['j', 'q'] },
  {
    name: 'arrows of both modes',
    data: ['\u001b[A\u001b[B', '\u001bOA\u001bOB'],
    keys: ['up', 'down', 'up', 'down'],
  },
  { name: 'Enter and Escape', data: ['\r', '\u001b'], keys: ['enter', 'escape'] },
  { name: 'keys that nobody here knows', data: ['\u001b[5~', '\u001b[1;5C', 'é'], keys: ['é'] },
  { name: 'a pasted word drains nothing', data: ['\u001b[200~bo', 'dy\n\u001b[201~', 'k'], keys: ['k'] },
]
for (const { name, data, keys } of TYPED) {
  test(`keys: ${name}`, () => {
    const read = keysOf()
    assert.deepEqual(
      data.flatMap((piece) => read(piece)),
      keys,
    )
  })
}

const before = { rows: ['one', 'two', 'three'], columns: 80 }
const WRITTEN = [
  { name: 'nothing where nothing changed', now: before, text: '' },
  {
    name: 'only the row that changed',
    now: { ...before, rows: ['one', 'TWO', 'three'] },
    text: '\u001b[2;1HTWO\u001b[K',
  },
  {
    name: 'what stood below fewer rows is cleared',
    now: { ...before, rows: ['one', 'two'] },
    text: '\u001b[3;1H\u001b[J',
  },
  {
    name: 'all of it on a screen of another width',
    now: { rows: ['one'], columns: 3 },
    text: '\u001b[H\u001b[J\u001b[1;1Hone', // a full row: the cursor stands on its last sign
  },
]
for (const { name, now, text } of WRITTEN) {
  test(`written: ${name}`, () => assert.equal(drawing(now, before), text))
}

test('written: all of it where nothing is known of the screen, and the last row of a full one stays', () => {
  assert.equal(
    drawing({ rows: ['a', 'keys'], columns: 80 }),
    '\u001b[H\u001b[J\u001b[1;1Ha\u001b[K\u001b[2;1Hkeys\u001b[K',
  )
})
