import assert from 'node:assert/strict'
import { test } from 'node:test'
import { archive } from './archive.ts'

test('what is put into the archive lies in it whole, at a multiple of four', () => {
  const made = archive([{ path: 'bin' }, { path: 'bin/sh', content: Buffer.from('#!five') }])
  assert.equal(made.length % 4, 0)
  const items = itemsOf(made)
  assert.deepEqual(
    items.map(({ path, mode }) => [path, mode.toString(8)]),
    [
      ['dev', '40755'],
      ['dev/console', '20600'],
      ['bin', '40755'],
      ['bin/sh', '100755'],
      ['TRAILER!!!', '0'],
    ],
  )
  assert.equal(items[3]?.content, '#!five')
})

/** As the kernel reads it: thirteen hexadecimal numbers after the magic one. */
function itemsOf(bytes: Buffer): { path: string; mode: number; content: string }[] {
  const items = []
  for (let at = 0; at < bytes.length;) {
    assert.equal(bytes.toString('latin1', at, at + 6), '070701')
    const field = (i: number): number => Number.parseInt(bytes.toString('latin1', at + 6 + 8 * i, at + 14 + 8 * i), 16) // prettier-ignore
    const [mode, size, nameSize] = [field(1), field(6), field(11)]
    const nameAt = at + 110
    const contentAt = (nameAt + nameSize + 3) & ~3
    items.push({
      path: bytes.toString('latin1', nameAt, nameAt + nameSize - 1),
      mode,
      content: bytes.toString('latin1', contentAt, contentAt + size),
    })
    at = (contentAt + size + 3) & ~3
  }
  return items
}
