import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStage, fitScreen, rowsOnScreen } from './stage.ts'

const fits: [why: string, lines: string[], screen: { columns: number; rows: number }, shown: string[]][] = [
  ['all fits', ['abc', 'def'], { columns: 3, rows: 3 }, ['abc', 'def']],
  ['too wide: cut off', ['abcd'], { columns: 3, rows: 3 }, ['abc']],
  ['too many: told', ['a', 'b', 'c', 'd'], { columns: 40, rows: 4 }, ['a', 'b', '  … and 2 more']],
]
for (const [why, lines, screen, shown] of fits)
  test(`a live block that is drawn again stays whole on the screen: ${why}`, () =>
    assert.deepEqual(fitScreen(lines, screen), shown))

test('a narrower terminal has wrapped the block, and all its rows are taken away', () => {
  assert.equal(rowsOnScreen(['abcde', '', 'ab'], 3), 2 + 1 + 1)
  let written = ''
  const out = {
    isTTY: true as const,
    columns: 80,
    rows: 24,
    write: (text: string) => (written = text) !== '',
  }
  const stage = createStage(out)
  stage.live(['x'.repeat(70), 'y'])
  out.columns = 60
  stage.clear()
  assert.equal(written, '\r\x1b[3A\x1b[J')
})
