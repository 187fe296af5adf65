import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULT_ROWS } from './fault-rows.ts'
import { LEGEND, rowLines, tableHead, verdictText } from './fault-table.ts'
import type { PlayedRow } from './fault-table.ts'
import type { Outcome } from './outcome.ts'

const outcome: Outcome = {
  suspectAfterMs: 218,
  downAfterMs: 771,
  fresh: { begun: 118, failed: 0, waited: 2, worksAgainAfterMs: 204 },
  ownHung: 0,
  waiting: { connections: 1, knowsAfterMs: 3790, untold: 0 },
  sending: { connections: 2, knowsAfterMs: 3810, untold: 1 },
  own: { connections: 3, knowsAfterMs: 3770, untold: 0 },
  udpAgainAfterMs: 820,
  udpSilent: 0,
  usedAgainAfterMs: 3040,
  falseAlarms: 0,
  hurt: 0,
}
const row = (result: PlayedRow['result']): PlayedRow => ({
  name: 'internet',
  what: 'gateway answers, Internet gone',
  result,
})
const good = row({ is: 'as-wished', outcome })
const bad = row({
  is: 'not-as-wished',
  outcome: { ...outcome, udpSilent: 1, hurt: 3 },
  missed: ['3 were hurt'],
})
const left = row({ is: 'not-playable', why: 'cannot be played here: no tun device' })

test('a row tells every number below its heading, and what was not as wished on lines of its own', () => {
  assert.deepEqual(
    [tableHead(), ...[good, bad, left].flatMap(rowLines)],
    [
      '                                  doubted   sure lost late through   told    UDP   back false hurt',
      '● gateway answers, Internet gone   0.22 s 0.77 s    0    2  0.20 s 3.8 s+ 0.82 s  3.0 s     0    0',
      '✖ gateway answers, Internet gone   0.22 s 0.77 s    0    2  0.20 s 3.8 s+  never  3.0 s     0    3',
      '    internet, not as wished: 3 were hurt',
      '○ gateway answers, Internet gone  cannot be played here: no tun device',
    ],
  )
})

test('the table fits a terminal of a hundred columns, with every fault that there is', () => {
  const all = FAULT_ROWS.map(({ name, what }) => ({ ...good, name, what }))
  for (const line of [tableHead(), ...LEGEND, ...all.flatMap(rowLines)])
    assert.ok(line.length <= 100, `${line.length} columns: ${line}`)
  assert.equal(new Set(rowLines(good).map((line) => line.length)).size, 1)
})

test('the verdict counts what was played, and says what could not be', () => {
  assert.equal(verdictText([good, good]), 'All 2 faults as wished.')
  assert.equal(verdictText([good, left]), 'All 1 faults as wished; 1 cannot be played here.')
  assert.equal(
    verdictText([good, bad, row({ is: 'broken', why: 'no daemon' })]),
    '2 of 3 faults NOT as wished.',
  )
})
