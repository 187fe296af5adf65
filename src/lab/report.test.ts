import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportLines } from './report.ts'
import type { Measured } from './report.ts'

const measured: Measured[] = [
  { what: 'connections that failed', value: '0 of 3000 (2430 a second)', wish: '0', holds: true },
  { what: 'in use again after', value: '1043 ms', wish: 'at most 1000 ms', holds: false },
]

test('a wide terminal shows a row as one line', () =>
  assert.deepEqual(reportLines(measured, 90), [
    '  ● connections that failed  0 of 3000 (2430 a second)  as wished: 0',
    '  ✖ in use again after       1043 ms                    NOT AS WISHED: at most 1000 ms',
  ]))

test('a narrow one shows it as two instead of breaking it somewhere', () =>
  assert.deepEqual(reportLines(measured, 80), [
    '  ● connections that failed',
    '      0 of 3000 (2430 a second)  as wished: 0',
    '  ✖ in use again after',
    '      1043 ms                    NOT AS WISHED: at most 1000 ms',
  ]))
