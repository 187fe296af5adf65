import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLineSpecs } from './line-spec.ts'

const line = (name: string, downBitsPerSecond: number, upBitsPerSecond = downBitsPerSecond): object => ({
  name,
  downBitsPerSecond,
  upBitsPerSecond,
})

const understood: [string, object[]][] = [
  ['fiber:100mbit,dsl:20mbit', [line('fiber', 100e6), line('dsl', 20e6)]],
  ['dsl:16mbit/2.5mbit', [line('dsl', 16e6, 2.5e6)]],
  ['a:1gbit, b:512kbit', [line('a', 1e9), line('b', 512e3)]],
  ['plain', [{ name: 'plain' }]],
]
for (const [text, value] of understood)
  test(`--lines ${text}`, () => assert.deepEqual(parseLineSpecs(text), { ok: true, value }))

for (const text of [
  'fiber:fast',
  'fiber:0mbit',
  'fiber:10mbit/1mbit/2mbit',
  'fiber:',
  'a:1mbit:2mbit',
  'a:10Mbit',
])
  test(`--lines ${text} is refused with what was expected`, () => {
    const parsed = parseLineSpecs(text)
    assert.ok(!parsed.ok)
    assert.match(parsed.error, /expected .*100mbit/)
  })
