/** Whoever copies an example gets a configuration that is right, or is told where in his own it goes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseConfig } from '../src/config/index.ts'

const ROOT = join(import.meta.dirname, '..')
const PAGES = ['docs/lines.md']

/** Before a fragment, at whose place in a file it is meant. */
const REST = `lan: { interfaces: [lan0] }
lines:
  fiber: { interface: wan1 }
  lte: { interface: wan2 }
`
/** In the sentence above a fragment. */
const SAYS_WHERE = /in your file, beside `lines:`/i

interface Example {
  readonly line: number
  readonly isFragment: boolean
  readonly text: string
  /** The line of prose before it. */
  readonly above: string
}

function examplesIn(page: string): Example[] {
  const source = readFileSync(join(ROOT, page), 'utf8')
  return [...source.matchAll(/^```yaml(.*)\n([^]*?)^```$/gm)].map(({ index, 1: info = '', 2: text = '' }) => {
    const before = source.slice(0, index).trimEnd().split('\n')
    const line = source.slice(0, index).split('\n').length
    return { line, isFragment: info.trim() === 'fragment', text, above: before.at(-1) ?? '' }
  })
}

for (const page of PAGES)
  for (const { line, isFragment, text, above } of examplesIn(page))
    test(`${page}:${line} can be copied: ${isFragment ? 'into a file that is there' : 'a whole file with a LAN'}`, () => {
      const parsed = parseConfig(isFragment ? REST + text : text, page)
      const said = parsed.ok ? parsed.value.warnings : parsed.error
      assert.deepEqual(
        said.map(({ code, message }) => `${code} ${message}`),
        [],
      )
      assert.ok(
        parsed.ok && parsed.value.config.lan.interfaces.length > 0,
        'no LAN: nobody behind the box is balanced',
      )
      if (isFragment) assert.match(above, SAYS_WHERE)
    })

test('there are examples to be held', () => {
  for (const page of PAGES) assert.ok(examplesIn(page).length > 20, page)
})
