import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable, printableJson } from './printable.ts'
import { screenFor } from './screen.ts'
import { wantsColor } from './style.ts'

const UTF8 = { LANG: 'en_US.UTF-8' }
const AUTO = { color: 'auto', ascii: false } as const
const sink = (more: { isTTY?: boolean; columns?: number } = {}) => ({ write: () => true, ...more })

const COLOURS = [
  { name: 'a terminal', when: 'auto', env: {}, terminal: true, wants: true },
  { name: 'a pipe', when: 'auto', env: {}, terminal: false, wants: false },
  { name: 'NO_COLOR', when: 'auto', env: { NO_COLOR: '1' }, terminal: true, wants: false },
  { name: 'NO_COLOR without a value', when: 'auto', env: { NO_COLOR: '' }, terminal: true, wants: true },
  { name: 'a dumb terminal', when: 'auto', env: { TERM: 'dumb' }, terminal: true, wants: false },
  { name: 'the flag against NO_COLOR', when: 'always', env: { NO_COLOR: '1' }, terminal: false, wants: true },
  { name: 'the flag against a terminal', when: 'never', env: {}, terminal: true, wants: false },
] as const
for (const { name, when, env, terminal, wants } of COLOURS) {
  test(`colour with ${name}: ${wants}`, () => assert.equal(wantsColor(when, env, terminal), wants))
}

const LOCALES = [
  { env: UTF8, shown: '● → …' },
  { env: { LANG: 'C.utf8' }, shown: '● → …' },
  { env: { LANG: 'en_US.UTF-8', LC_ALL: 'C' }, shown: '+ -> ...' },
  { env: { LANG: 'de_DE.ISO-8859-1' }, shown: '+ -> ...' },
  { env: { LC_ALL: '', LC_CTYPE: 'C.UTF-8' }, shown: '● → …' },
  { env: {}, shown: '+ -> ...' },
]
for (const { env, shown } of LOCALES) {
  test(`signs that the locale ${JSON.stringify(env)} can show: ${shown}`, () => {
    assert.equal(screenFor(sink(), env, AUTO).finish('● → …'), shown)
  })
}

test('--ascii beats the locale', () => {
  assert.equal(screenFor(sink(), UTF8, { color: 'auto', ascii: true }).finish('✖ dsl'), 'x dsl')
})

test('a pipe gets the same text whatever the terminal, a wide one no wider, a narrow one fits', () => {
  const columns = (more: { isTTY?: boolean; columns?: number }) => screenFor(sink(more), UTF8, AUTO).columns
  assert.equal(columns({ columns: 200 }), 80)
  assert.equal(columns({ isTTY: true, columns: 200 }), 80)
  assert.equal(columns({ isTTY: true, columns: 60 }), 60)
  assert.equal(columns({ isTTY: true, columns: 0 }), 40)
})

test('a name with an escape sequence cannot steer the terminal, in words or in JSON', () => {
  const evil = { text: '\u001b[2Jwan\u009b1m\u202e', list: ['a\nb\tc'], count: 1, none: null }
  assert.deepEqual(printable(evil), {
    text: '\ufffd[2Jwan\ufffd1m\ufffd',
    list: ['a\nb\tc'],
    count: 1,
    none: null,
  })
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  assert.doesNotMatch(printableJson(evil), /[\u0000-\u001f\u007f-\u009f\u202e]/)
  assert.deepEqual(JSON.parse(printableJson(evil)), evil)
})
