import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { chooseConfig } from './choose-config.ts'
import {
  accept,
  beginTrial,
  canUndo,
  emptyHistory,
  undo,
  undoneEntry,
  type ConfigHistory,
} from './config-history.ts'
import { configOf } from './examples.ts'
import { historyText, loadHistory, parseHistory, saveHistory } from './history-store.ts'

const texts = ({ accepted }: ConfigHistory): string[] => accepted.map(({ text }) => text)
const three = accept(accept(accept(emptyHistory, 'A', 1), 'B', 2), 'C', 3)

test('accepted texts are kept newest first, each stretch once, and not without end', () => {
  assert.deepEqual(texts(three), ['C', 'B', 'A'])
  const again = accept(three, 'C', 9)
  assert.deepEqual(again.accepted[0], { text: 'C', atMs: 3 }, 'in force since then')
  assert.deepEqual(texts(accept(three, 'A', 4)), ['A', 'C', 'B', 'A'])
  const many = Array.from({ length: 40 }, (_, i) => `text ${i}`).reduce((h, t, i) => accept(h, t, i), three)
  assert.equal(many.accepted.length, 8)
})

test('undo of a trial leaves what was accepted; without one it goes back by one, as often as there is something', () => {
  const trial = undo(beginTrial(three, 'D', 4), 5, 'no answer')
  assert.deepEqual([texts(trial), trial.trial, canUndo(trial)], [['C', 'B', 'A'], undefined, true])
  const once = undo(three, 5, 'asked for')
  const twice = undo(once, 6, 'asked for')
  assert.deepEqual([texts(once), texts(twice), canUndo(twice)], [['B', 'A'], ['A'], false])
  assert.ok(canUndo(beginTrial(twice, 'D', 4)))
  for (const text of ['C', 'B']) assert.equal(undoneEntry(twice, text)?.why, 'asked for')
  assert.equal(undoneEntry(twice, 'A'), undefined)
})

test('what is applied once more is undone no more', () => {
  const back = accept(undo(three, 5, 'asked for'), 'C', 6)
  assert.equal(undoneEntry(back, 'C'), undefined)
})

const fileOf = (weight: number): string =>
  `lan: { interfaces: [lan0] }\nlines: { fiber: { interface: wan1, weight: ${weight} }, dsl: { interface: wan2 } }\n`
const reading = (source: string) => ({ config: configOf(source), source, problems: [], text: '' })
const [ONE, TWO, THREE] = [fileOf(1), fileOf(2), fileOf(3)]
const settled = accept(accept(emptyHistory, ONE, 1), TWO, 2)

for (const { name, file, history, runs, isFormer } of [
  { name: 'the first start runs the file', file: ONE, history: emptyHistory, runs: ONE, isFormer: false },
  { name: 'a start runs the file', file: TWO, history: settled, runs: TWO, isFormer: false },
  {
    name: 'a file that was changed meanwhile is run',
    file: THREE,
    history: settled,
    runs: THREE,
    isFormer: false,
  },
  {
    name: 'a file on trial that nobody confirmed is not run',
    file: THREE,
    history: beginTrial(settled, THREE, 3),
    runs: TWO,
    isFormer: true,
  },
  {
    name: 'a file that was undone is not run',
    file: THREE,
    history: undo(beginTrial(settled, THREE, 3), 4, 'no answer'),
    runs: TWO,
    isFormer: true,
  },
  {
    name: 'a file that was accepted once and undone is not run',
    file: TWO,
    history: undo(settled, 4, 'asked for'),
    runs: ONE,
    isFormer: true,
  },
  {
    name: 'a file that was put in place of the undone one is run',
    file: ONE,
    history: undo(settled, 4, 'asked for'),
    runs: ONE,
    isFormer: false,
  },
  {
    name: 'when the former one cannot be read any more, the file is run',
    file: THREE,
    history: beginTrial(accept(emptyHistory, 'lines: 7', 1), THREE, 3),
    runs: THREE,
    isFormer: false,
  },
] as const) {
  // prettier-ignore
  test(name, () => {
    const choice = chooseConfig(reading(file), history, 9)
    assert.deepEqual([choice.source, choice.isFormer], [runs, isFormer])
    assert.deepEqual(choice.config.lines, configOf(runs).lines)
    assert.equal(choice.history.trial, undefined)
  })
}

async function directory(t: { after: (done: () => Promise<void>) => void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'multihomed-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

test('what was kept is read back after a restart, by nobody but us', async (t) => {
  const path = join(await directory(t), 'state')
  const history = undo(beginTrial(three, 'D"\n', 4), 5, 'no answer')
  await saveHistory(path, history)
  assert.deepEqual(await loadHistory(path, assert.fail), history)
  assert.deepEqual(await readdir(path), ['configurations.json'])
  assert.equal((await stat(join(path, 'configurations.json'))).mode & 0o777, 0o600)
})

for (const text of [
  '',
  'null',
  '{}',
  '{"version":1}',
  historyText(three).slice(0, 60),
  historyText(three).replace('"atMs":1', '"atMs":"1"'),
]) {
  // prettier-ignore
  test(`a history that is ${JSON.stringify(text.slice(0, 20))}… is left aside, and that is said`, async (t) => {
    const path = await directory(t)
    await writeFile(join(path, 'configurations.json'), text, { mode: 0o600 })
    const said: string[] = []
    assert.deepEqual(await loadHistory(path, (why) => said.push(why)), emptyHistory)
    assert.match(said.join(), /holds no configurations of ours; earlier configurations are forgotten/)
  })
}

test('a trial of half a word is not believed', () => {
  const text = historyText({ ...three, trial: { fingerprint: 'x', sinceMs: 3 } })
  assert.notEqual(parseHistory(text), undefined)
  assert.equal(parseHistory(text.replace('"fingerprint":"x",', '')), undefined)
})
