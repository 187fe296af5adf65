import assert from 'node:assert/strict'
import { test } from 'node:test'
import { merged, type Happening } from './happening.ts'
import { after, mainStory, storiesOf, worstOf } from './story.ts'

const BEGAN = Date.parse('2026-11-22T14:00:00.000Z')
const event = (id: number, atMs: number, kind: string, more: Partial<Happening> = {}): Happening => ({
  id,
  time: new Date(BEGAN + atMs).toISOString(),
  event: kind,
  text: kind,
  run: 'a',
  ...more,
})

const NIGHT = [
  event(1, 0, 'suspect', { line: 'dsl' }),
  event(2, 1, 'steered', { because: 1 }),
  event(3, 490, 'down', { line: 'dsl' }),
  event(4, 4100, 'released', { line: 'dsl', because: 3 }),
  event(5, 9000, 'up', { line: 'dsl' }),
  event(6, 9001, 'steered', { because: 5 }),
  event(7, 20_000, 'down', { line: 'dsl' }),
]

test('a suspicion, its certainty and what followed are one story; what comes after the line was up is another', () => {
  const stories = storiesOf(NIGHT)
  assert.deepEqual(
    stories.map(({ cause, effects }) => [cause.id, effects.map(({ event: { id }, afterMs }) => [id, afterMs])]),
    [
      [1, [[2, 1], [3, 490], [4, 4100]]],
      [5, [[6, 1]]],
      [7, []],
    ],
  ) // prettier-ignore
})

test('the story beneath the picture is that of a line in trouble, however much happened since', () => {
  const later = event(8, 30_000, 'suspect', { line: 'fiber' })
  const stories = storiesOf([...NIGHT, later])
  const told = (...inTrouble: string[]) => mainStory(stories, new Set(inTrouble))?.cause.id
  assert.equal(told('dsl'), 7)
  assert.equal(told('fiber'), 8)
  assert.equal(told(), 7, 'a real outage before a doubt')
  assert.equal(mainStory([], new Set(['dsl'])), undefined)
  assert.deepEqual(stories.map(worstOf), ['down', 'up', 'down', 'suspect'])
})

test('a cause of another run of the daemon, which counts anew, is no cause', () => {
  const stories = storiesOf([
    event(1, 0, 'down', { line: 'dsl' }),
    event(2, 5, 'steered', { run: 'b', because: 1 }),
  ])
  assert.equal(stories.length, 2)
})

test('what the stream and the history both tell is there once, in the order of time', () => {
  const [first, second, third] = NIGHT
  assert.ok(first && second && third)
  const known = merged([], [third])
  assert.deepEqual(merged(known, [first, second, third]), [first, second, third])
  assert.equal(merged(known, [third]), known, 'and nothing is drawn anew for it')
})

test('how long after is told as precisely as it matters', () => {
  assert.deepEqual([0, 4, 190, 995, 4100, 12_400].map(after), [
    'at once',
    'at once',
    'after 0.19 s',
    'after 1.0 s',
    'after 4.1 s',
    'after 12 s',
  ])
})
