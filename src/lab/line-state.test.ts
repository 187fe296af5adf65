import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineNote } from './line-note.ts'
import { lineStates } from './line-state.ts'

type Done = Parameters<typeof lineNote>[0]
const rows: [before: Done[], done: Done, state: string, note: RegExp | undefined][] = [
  [[], 'cut', 'cut', undefined],
  [['cut'], 'cut', 'cut', /^fiber is cut already\.$/],
  [['cut'], 'restore', 'connected', undefined],
  [[], 'restore', 'connected', /^fiber is whole already\.$/],
  [[], 'blackhole', 'blackholed', /does not notice silent failures yet/],
  [['blackhole'], 'blackhole', 'blackholed', /^fiber is a blackhole already\.$/],
  [['cut'], 'blackhole', 'cut', /is cut too; restore undoes both/],
  [['blackhole'], 'cut', 'cut', /is a blackhole too; restore undoes both/],
  [['blackhole', 'cut'], 'restore', 'connected', undefined],
]
for (const [before, done, state, note] of rows)
  test(`who plays with a cable is told how it was: ${[...before, done].join(', ')}`, () => {
    const states = lineStates()
    for (const each of before) states.note('fiber', each)
    const said = lineNote(done, 'fiber', states.of('fiber'))
    if (note === undefined) assert.equal(said, undefined)
    else assert.match(said ?? '', note)
    states.note('fiber', done)
    assert.deepEqual([states.of('fiber'), states.of('dsl')], [state, 'connected'])
  })
