import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inShort, lineDiff } from './line-diff.ts'

const SIGNS = { same: ' ', added: '+', gone: '-' } as const
const told = (before: string, after: string): string =>
  lineDiff(before, after)
    .map(({ is, text }) => SIGNS[is] + text)
    .join('|')

for (const { name, before, after, diff } of [
  { name: 'the same', before: 'a\nb', after: 'a\nb', diff: ' a| b' },
  { name: 'a line more', before: 'a\nc', after: 'a\nb\nc', diff: ' a|+b| c' },
  { name: 'a line less', before: 'a\nb\nc', after: 'a\nc', diff: ' a|-b| c' },
  {
    name: 'another line: what is gone stands first',
    before: 'a\nb\nc',
    after: 'a\nB\nc',
    diff: ' a|-b|+B| c',
  },
  {
    name: 'what stays between two changes',
    before: 'a\nb\nc\nd',
    after: 'x\nb\nc\ny',
    diff: '-a|+x| b| c|-d|+y',
  },
  { name: 'a line twice', before: 'a\na\nb', after: 'a\nb\nb', diff: ' a|-a|+b| b' },
  { name: 'from nothing', before: '', after: 'a\n', diff: '+a| ' },
  { name: 'to nothing', before: 'a\n', after: '', diff: '-a| ' },
] as const)
  // prettier-ignore
  test(`a difference is told as one would by hand: ${name}`, () => assert.equal(told(before, after), diff))

test('whatever changed, both texts can be read from the difference', () => {
  const [before, after] = ['b\na\nc\na\nd\nb', 'a\nb\nb\nd\nc\nb\na']
  const lines = lineDiff(before, after)
  const without = (sort: 'added' | 'gone'): string =>
    lines.flatMap(({ is, text }) => (is === sort ? [] : [text])).join('\n')
  assert.deepEqual([without('added'), without('gone')], [before, after])
})

test('of a long text the changes are shown with what is around them', () => {
  const many = Array.from({ length: 40 }, (_, i) => `line ${i}`)
  const changed = many.with(20, 'another')
  const short = inShort(lineDiff(many.join('\n'), changed.join('\n')))
  assert.deepEqual(
    short.map((line) => line?.text ?? '…'),
    ['…', 'line 17', 'line 18', 'line 19', 'line 20', 'another', 'line 21', 'line 22', 'line 23', '…'],
  )
})
