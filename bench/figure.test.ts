import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMet, numberText, tableText } from './figure.ts'
import type { Figure } from './figure.ts'

const figure = (value: number, wish?: Figure['wish']): Figure => ({
  what: 'x',
  value,
  unit: '',
  ...(wish && { wish }),
})

for (const { what, given, wanted } of [
  { what: 'below what was asked for', given: figure(0.94, { atLeast: 0.95 }), wanted: false },
  { what: 'exactly what was asked for', given: figure(0.95, { atLeast: 0.95 }), wanted: true },
  { what: 'more than was allowed', given: figure(1.51, { atMost: 1.5 }), wanted: false },
  { what: 'exactly what was allowed', given: figure(1.5, { atMost: 1.5 }), wanted: true },
  { what: 'no figure at all', given: figure(Number.NaN, { atMost: 1.5 }), wanted: false },
  { what: 'nothing was wished', given: figure(3), wanted: undefined },
])
  test(`a wish and ${what}: ${wanted}`, () => assert.equal(isMet(given), wanted))

for (const [value, text] of [
  [0, '0'],
  [0.9471, '0.947'],
  [1, '1'],
  [12.345, '12.3'],
  [123.4, '123'],
  [118_402.3, '118,402'],
] as const)
  test(`${value} is read as ${text}`, () => assert.equal(numberText(value), text))

test('a wish that was missed stands out in the table', () => {
  assert.equal(
    tableText({
      title: 'Speed',
      figures: [
        { what: 'plain', value: 12_000, unit: '/s' },
        { what: 'ours', value: 0.9, unit: '', wish: { atLeast: 0.95 }, note: 'noisy' },
      ],
    }),
    `## Speed

|       |  measured | wish   |        | note  |
| ----- | --------: | ------ | ------ | ----- |
| plain | 12,000 /s |        |        |       |
| ours  |       0.9 | ≥ 0.95 | MISSED | noisy |
`,
  )
})
