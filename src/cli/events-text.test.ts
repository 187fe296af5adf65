import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventsDocument } from '../api/contract.ts'
import { EXAMPLES } from '../api/fake.ts'
import { eventsText } from './events-text.ts'
import type { EventRow } from './events-text.ts'
import { screenFor } from './screen.ts'

const screenOf = (color: 'never' | 'always', ascii = false) =>
  screenFor({ write: () => true }, { LANG: 'C.UTF-8' }, { color, ascii })
const screen = screenOf('never')

/** Local times, as they are shown. */
const at = (day: number, hour: number, minute: number, second: number, ms: number): string =>
  new Date(2026, 10, day, hour, minute, second, ms).toISOString()
const document = (...events: readonly EventRow[]): EventsDocument => ({
  ...EXAMPLES.events,
  time: at(22, 15, 6, 43, 0),
  events: [...events],
})

const SUSPECT = {
  id: 1,
  time: at(22, 14, 2, 11, 118),
  event: 'suspect',
  line: 'lte',
  text: 'no answer from 3 of 6 targets',
}
const DOWN = {
  id: 2,
  time: at(22, 14, 2, 11, 213),
  event: 'down',
  line: 'lte',
  text: 'no answer from 6 of 6 targets',
  because: 1,
}
const STEERED = {
  id: 3,
  time: at(22, 14, 2, 11, 219),
  event: 'steered',
  line: 'lte',
  text: 'new connections go to fiber and starlink',
  because: 2,
}
const RELEASED = {
  id: 5,
  time: at(22, 14, 2, 14, 220),
  event: 'released',
  line: 'lte',
  text: '3 long ones freed',
  because: 2,
}
const REPAIRED = { id: 4, time: at(22, 14, 2, 12, 2), event: 'repaired', text: 'removed by systemd-networkd (pid 412), not by us: 1 rule; put back' } // prettier-ignore

const STORY = `\
14:02:11.118  lte        suspect   no answer from 3 of 6 targets
14:02:11.213  lte        DOWN      no answer from 6 of 6 targets
14:02:11.219    so                 new connections go to fiber and starlink
14:02:14.220    so                 3 long ones freed`

test('a failover reads as a story: what it was, and what followed', () => {
  assert.equal(eventsText(document(SUSPECT, DOWN, STEERED, RELEASED), screen), STORY)
})

test('what follows from something that is not right above is told with its line', () => {
  assert.equal(
    eventsText(document(SUSPECT, DOWN, REPAIRED, RELEASED), screen),
    `\
14:02:11.118  lte        suspect   no answer from 3 of 6 targets
14:02:11.213  lte        DOWN      no answer from 6 of 6 targets
14:02:12.002  router     repaired  removed by systemd-networkd (pid 412), not by
                                   us: 1 rule; put back
14:02:14.220  lte        released  3 long ones freed`,
  )
})

test('days are named where they are not today', () => {
  const yesterday = { ...SUSPECT, time: at(21, 23, 59, 59, 999) }
  assert.deepEqual(
    eventsText(document(yesterday, DOWN), screen).split('\n').map((row) => row.slice(0, 17).trim()),
    ['2026-11-21', '23:59:59.999  lte', '2026-11-22', '14:02:11.213  lte'],
  ) // prettier-ignore
})

test('colour changes nothing that is printed', () => {
  const text = eventsText(document(SUSPECT, DOWN, STEERED, RELEASED), screenOf('always'))
  assert.notEqual(text, STORY)
  assert.equal(text.replace(/\u001b\[\d+m/g, ''), STORY) // oxlint-disable-line no-control-regex
})

test('80 columns hold a long name, a long word and a long text', () => {
  const long = { ...REPAIRED, line: 'a-provider-with-a-long-name', event: 'something-newer', text: 'words '.repeat(40).trim() }
  assert.deepEqual(eventsText(document(long), screen).split('\n').filter((row) => row.length > 80), [])
}) // prettier-ignore

test('nothing happened', () => {
  assert.equal(eventsText(document(), screen), 'Nothing.')
})
