import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formerRows } from './former-rows.ts'

const at = (minute: number): string => `2026-11-22T15:0${minute}:00.000Z`

test('of a text that was applied twice only the last time runs now, and what was tried stands between', () => {
  const rows = formerRows(
    {
      api: 'v1',
      kind: 'FormerConfigs',
      time: at(9),
      accepted: [
        { text: 'a', version: 'A', at: at(1) },
        { text: 'b', version: 'B', at: at(2) },
        { text: 'a', version: 'A', at: at(4) },
      ],
      tried: [{ text: 'c', version: 'C', at: at(3), why: 'nobody confirmed it' }],
    },
    'A',
  )
  assert.deepEqual(
    rows.map(({ text, what }) => `${text} ${what}`),
    ['a runs now', 'c tried and undone: nobody confirmed it', 'b ran', 'a ran'],
  )
})
