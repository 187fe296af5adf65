import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import manifest from '../package.json' with { type: 'json' }
import { manualPage } from './roff.ts'

const ROOT = join(import.meta.dirname, '..')

test('docs/man has every command, key, exit code and code as the program has them', () => {
  const script = join(import.meta.dirname, 'man-pages.ts')
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})

test('who installs the package with npm has every page of the manual', () => {
  assert.deepEqual(manifest.man, globSync('docs/man/*', { cwd: ROOT }).toSorted())
})

/** None has a date, or every day would make another page. */
const EXPECTED = /missing date/

for (const page of globSync('docs/man/*', { cwd: ROOT })) {
  for (const [program, ...options] of [
    ['groff', '-ww', '-man', '-Tutf8', '-Kutf8', '-z'],
    ['mandoc', '-Tlint', '-Wwarning'],
  ] as const) {
    const skip = spawnSync(program, ['-v']).error === undefined ? false : `${program} is not installed`
    test(`${page} is read by ${program} without a complaint`, { skip }, () => {
      const { stdout, stderr } = spawnSync(program, [...options, page], { cwd: ROOT, encoding: 'utf8' })
      assert.deepEqual(
        `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !EXPECTED.test(line)),
        [],
      )
    })
  }
}

const ROWS = [
  ['## Files', '.SH FILES', 'a heading'],
  ['### `multihome plan [FILE]`', '.SS multihome plan [FILE]', 'a heading below it'],
  ['one `--two` **three**', 'one \\fB\\-\\-two\\fR \\fBthree\\fR', 'code and strong words'],
  ['see [config.md](config.md#x)', 'see config.md', 'a link'],
  ['.so is text', '\\&.so is text', 'a dot that would be a request'],
  ["'tis text", "\\&'tis text", 'an apostrophe that would be one'],
  ['a \\[list\\] and C:\\x', 'a [list] and C:\\ex', 'what Markdown escapes, and a backslash'],
  ['- one\n- two', '.IP \\(bu 2\none\n.IP \\(bu 2\ntwo', 'a list'],
  [
    '| a | b |\n| - | - |\n| `--x` | text \\| x or `y` |',
    '.TP\n.B \\-\\-x\ntext | x or \\fBy\\fR',
    'a table',
  ],
  ['```yaml\nlan:\n\n  .x: 1\n```', '.EX\nlan:\n\n  .x: 1\n.EE', 'code, with an empty line inside'],
] as const
for (const [markdown, roff, what] of ROWS) {
  test(`the manual shows ${what}`, () => {
    const page = manualPage({
      name: 'x',
      section: 1,
      summary: 'y',
      version: '1',
      markdown: `## Z\n\n${markdown}`,
    })
    assert.equal(page.split('.SH Z\n')[1]?.trimEnd(), roff)
  })
}
