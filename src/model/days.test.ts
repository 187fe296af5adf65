import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayOf, monthAt, monthNamed, type Month } from './days.ts'

const local = (year: number, month: number, day: number, hour = 0): number =>
  new Date(year, month - 1, day, hour).getTime()
const days = (month: Month | undefined): readonly string[] =>
  month === undefined ? [] : [month.name, dayOf(month.fromMs), dayOf(month.toMs)]

const AT = [
  { name: 'a calendar month', at: local(2026, 11, 22, 14), firstDay: 1, is: ['2026-11', '2026-11-01', '2026-12-01'] },
  { name: 'before the day of the bill', at: local(2026, 11, 14, 23), firstDay: 15, is: ['2026-10', '2026-10-15', '2026-11-15'] },
  { name: 'on the day of the bill', at: local(2026, 11, 15), firstDay: 15, is: ['2026-11', '2026-11-15', '2026-12-15'] },
  { name: 'a month without such a day', at: local(2026, 3, 1), firstDay: 31, is: ['2026-02', '2026-02-28', '2026-03-31'] },
  { name: 'over the new year', at: local(2027, 1, 3), firstDay: 10, is: ['2026-12', '2026-12-10', '2027-01-10'] },
] // prettier-ignore
for (const { name, at, firstDay, is } of AT) {
  test(`the month of a bill: ${name}`, () => assert.deepEqual(days(monthAt(at, firstDay)), is))
}

test('the month before is the one that ended last', () => {
  assert.deepEqual(days(monthAt(local(2026, 1, 5), 1, 1)), ['2025-12', '2025-12-01', '2026-01-01'])
})

test('a month is found by its name, and what is no name finds none', () => {
  assert.deepEqual(days(monthNamed('2026-02', 30)), ['2026-02', '2026-02-28', '2026-03-30'])
  for (const name of ['2026-13', '2026-00', '2026', 'last', '2026-1'])
    assert.equal(monthNamed(name, 1), undefined)
})
