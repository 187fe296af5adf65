import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wrap } from './wrap.ts'

const ROWS = [
  { name: 'short text stays', text: 'one two', columns: 10, shown: 'one two' },
  { name: 'breaks at a space', text: 'one two three', columns: 8, shown: 'one two\nthree' },
  {
    name: 'later lines are indented',
    text: 'one two three',
    columns: 8,
    indent: 2,
    shown: 'one two\n  three',
  },
  { name: 'the first line keeps its own indent', text: '    = help: x', columns: 80, shown: '    = help: x' },
  { name: 'columns inside a line stay', text: 'state     up', columns: 80, shown: 'state     up' },
  {
    name: 'what is to be copied stays whole',
    text: 'a /very/long/path b',
    columns: 6,
    shown: 'a\n/very/long/path\nb',
  },
  { name: 'a number keeps its unit', text: 'in the last 5 m; x', columns: 13, shown: 'in the last\n5 m; x' },
  { name: 'a lone word wider than all', text: 'incomprehensible', columns: 4, shown: 'incomprehensible' },
]
for (const { name, text, columns, indent, shown } of ROWS) {
  test(`wrap: ${name}`, () => assert.equal(wrap(text, columns, indent), shown))
}
