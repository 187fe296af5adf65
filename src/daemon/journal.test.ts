import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JOURNAL_LIMIT, Journal, type JournalEntry } from './journal.ts'
import { WallClock, type Clocks } from './wall-clock.ts'

const BOOT_MS = Date.UTC(2026, 10, 22, 14, 0, 0)

/** A journal of a box that booted at 14:00:00, one second on with each entry. */
function journal(): { readonly journal: Journal; readonly clocks: { now: Clocks } } {
  const clocks = { now: { wallMs: BOOT_MS, monotonicMs: 0 } }
  let monotonicMs = 0
  return { journal: new Journal(new WallClock(() => clocks.now), () => (monotonicMs += 1000)), clocks }
}

const idsOf = (entries: readonly JournalEntry[]): number[] => entries.map(({ id }) => id)

function story(): ReturnType<typeof journal> {
  const it = journal()
  const suspect = it.journal.add({ kind: 'suspect', line: 'lte', text: 'a check is late' })
  const down = it.journal.add({ kind: 'down', line: 'lte', text: 'all checks lost', because: suspect })
  it.journal.add({ kind: 'steered', line: 'lte', text: 'new connections go to fiber', because: down })
  it.journal.add({ kind: 'repaired', text: 'rule 30201, removed by dhclient' })
  return it
}

test('a failover is told as a story: what follows from what, in order, with wall times', () => {
  assert.deepEqual(
    story()
      .journal.entries()
      .map(({ id, atMs, kind, because }) => [id, atMs - BOOT_MS, kind, because]),
    [
      [1, 1000, 'suspect', undefined],
      [2, 2000, 'down', 1],
      [3, 3000, 'steered', 2],
      [4, 4000, 'repaired', undefined],
    ],
  )
})

const ROWS = [
  { name: 'one line alone', question: { line: 'lte' }, ids: [1, 2, 3] },
  { name: 'since a moment, itself included', question: { sinceMs: BOOT_MS + 3000 }, ids: [3, 4] },
  { name: 'until a moment, itself included', question: { untilMs: BOOT_MS + 2000 }, ids: [1, 2] },
  { name: 'what is new to somebody who follows', question: { afterId: 3 }, ids: [4] },
  { name: 'nothing new', question: { afterId: 4 }, ids: [] },
  { name: 'a line that nobody knows', question: { line: 'dsl' }, ids: [] },
] as const
for (const { name, question, ids } of ROWS) {
  test(`asked for ${name}`, () => {
    assert.deepEqual(idsOf(story().journal.entries(question)), ids)
  })
}

test('a box that learns the time late has right times for what happened before', () => {
  const { journal: told, clocks } = story()
  clocks.now = { wallMs: BOOT_MS + 86_400_000, monotonicMs: 5000 }
  assert.deepEqual(
    told.entries().map(({ atMs }) => atMs),
    [1, 2, 3, 4].map((second) => BOOT_MS + 86_400_000 - 5000 + second * 1000),
  )
})

test('a month of troubles does not fill the memory: the oldest go, the ids go on', () => {
  const { journal: told } = journal()
  for (let i = 0; i < JOURNAL_LIMIT + 7; i++) told.add({ kind: 'up', line: 'lte', text: '' })
  const ids = idsOf(told.entries())
  assert.deepEqual([ids.length, ids[0], ids.at(-1)], [JOURNAL_LIMIT, 8, JOURNAL_LIMIT + 7])
})

test('who listens hears each entry once, as it can be read, until he has enough', () => {
  const { journal: told } = journal()
  const heard: JournalEntry[] = []
  const end = told.onEntry((entry) => heard.push(entry))
  told.add({ kind: 'down', line: 'lte', text: 'no carrier', atMs: 400 })
  end()
  told.add({ kind: 'up', line: 'lte', text: 'it can be used again' })
  assert.deepEqual(heard, told.entries().slice(0, 1))
  assert.equal(heard[0]?.atMs, BOOT_MS + 400)
})
