/** What can be looked up, and that nothing is told half. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Command } from 'commander'
import { anchorsOf } from '../../scripts/anchors.ts'
import { ExplanationSchema, LineSchema } from '../api/contract.ts'
import { explainables, find } from './explained.ts'

const ROOT = join(import.meta.dirname, '../..')

const program = new Command('multihome')
program.command('status').description('Which lines are in use.')
program.command('down').description('Leaves no trace.')
program.command('complete', { hidden: true })
program.command('config').command('schema').description('The schema.')

const ALL = explainables(program)

const FOUND: readonly (readonly [typed: string, found: readonly string[], why: string])[] = [
  ['weight', ['lines.NAME.weight'], 'a key by its name'],
  ['lines.NAME.weight', ['lines.NAME.weight'], 'a key by its path as the reference has it'],
  ['lines.fiber.weight', ['lines.NAME.weight'], 'a key by its path in a real file'],
  ['lines.fiber.health.rise', ['health.rise'], 'a key that the file has for all lines, at one of them'],
  ['lan.networks', ['lan.networks'], 'a key of a part of the file'],
  ['lan.interfaces[0].address', ['lan.interfaces[].address'], 'a key in a list'],
  ['RulePriorityBase', ['rulePriorityBase'], 'case does not count'],
  [
    'address',
    ['lan.interfaces[].address', 'lines.NAME.address', 'forward[].address'],
    'one name, three places',
  ],
  ['MH203', ['MH203'], 'a code of the file'],
  ['mh510', ['MH510'], 'a note, in small letters'],
  ['710', ['MH710'], 'a code without its letters'],
  ['error[MH590]:', ['MH590'], 'a code as it was copied from the screen'],
  ['vpn-catches', ['MH510'], 'a note by its word, as JSON has it'],
  ['pinned', ['pinned'], 'a word of ours'],
  ['slots', ['slot'], 'another form of it'],
  ['table 222', ['table 222'], 'two words'],
  ['  Table   222 ', ['table 222'], 'space and case do not count'],
  ['222', ['table 222'], 'a number that is no code'],
  ['suspect', ['suspect'], 'a state'],
  ['status', ['health.targets[].status', 'multihome status'], 'a key and a command: both'],
  ['config schema', ['multihome config schema'], 'a command of two words'],
  ['down', ['down', 'multihome down'], 'a state and a command: both'],
]
for (const [typed, names, why] of FOUND) {
  test(`explain ${typed} finds ${names.join(' and ')}: ${why}`, () => {
    const finding = find(typed, ALL)
    assert.equal(finding.is, 'found')
    assert.deepEqual(finding.is === 'found' && finding.entries.map(({ name }) => name), names)
  })
}

test('whoever types the word of another program is told ours', () => {
  const finding = find('gw', ALL)
  assert.equal(finding.is, 'translated')
  assert.deepEqual(finding.is === 'translated' && finding.entries.map(({ name }) => name), [
    'lines.NAME.gateway',
  ])
})

const MISSING = [
  ['wieght', 'weight'],
  ['pined', 'pinned'],
  ['stauts', 'status'],
  ['MH20', 'MH201'],
  ['ruleprioritybas', 'rulePriorityBase'],
  ['frobnicate', undefined],
  ['', undefined],
  ['complete', undefined],
] as const
for (const [typed, near] of MISSING) {
  test(`explain ${typed} is a typo: ${near === undefined ? 'nothing is near' : `${near} is meant`}`, () => {
    assert.deepEqual(find(typed, ALL), { is: 'missing', ...(near !== undefined && { near }) })
  })
}

test('every code says what it is, why, and what to do', () => {
  const codes = ALL.map(({ entry }) => entry).filter(({ kind }) => kind === 'code')
  assert.ok(codes.length > 60)
  for (const { name, means, why, help } of codes) {
    for (const text of [means, why, help]) assert.match(text ?? '', /^[\S\s]{10,}\.$/, name)
  }
})

test('every state that a line can have is explained', () => {
  for (const state of LineSchema.shape.state.options) {
    assert.ok(
      ALL.some(({ entry }) => entry.kind === 'state' && entry.name === state),
      state,
    )
  }
})

test('a word is no other word’s second name, or one of them could never be found alone', () => {
  const words = ALL.filter(({ entry }) => entry.kind === 'word' || entry.kind === 'state')
  const names = words.flatMap(({ names }) => names)
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  )
})

test('what an explanation sends one to can be explained as well', () => {
  const seen = ALL.flatMap(({ entry }) => entry.see ?? [])
  assert.ok(seen.length > 20)
  const real = ALL.filter(({ entry }) => entry.kind !== 'command')
  const commands = ['plan', 'run', 'status', 'down', 'apply', 'check']
  assert.deepEqual(
    seen.filter((word) => find(word, real).is !== 'found' && !commands.includes(word)),
    [],
  )
})

test('the pages an explanation names exist, with their headings', () => {
  const pages = new Set(ALL.flatMap(({ entry }) => entry.page ?? []))
  assert.ok(pages.size > 20)
  const missing = [...pages].filter((page) => {
    const [file = '', heading] = page.split('#')
    const path = join(ROOT, 'docs', file)
    return (
      !existsSync(path) || (heading !== undefined && !anchorsOf(readFileSync(path, 'utf8')).includes(heading))
    )
  })
  assert.deepEqual(missing, [])
})

test('the entries keep the contract', () => {
  const document = {
    api: 'v1',
    kind: 'Explanation',
    time: '2026-11-22T14:06:43.551Z',
    entries: ALL.map(({ entry }) => entry),
  }
  assert.deepEqual(ExplanationSchema.parse(document), document)
})

test('docs/words.md has every word as it is told here', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/words-page.ts'), '--check'], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
})
