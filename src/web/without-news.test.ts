import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXAMPLES } from '../api/fake.ts'
import { withoutNews } from './without-news.ts'

const heard = EXAMPLES.status
const shown = withoutNews(heard, 6000)

test('the age of not knowing grows with every second of it, by the clock of the box', () => {
  for (const line of shown.lines) assert.equal(Date.parse(shown.time) - Date.parse(line.since), 6000)
  assert.equal(shown.lines[0]?.since, heard.time)
})

test('what a line is to get is not known either, and not told as nothing at all', () => {
  assert.ok(heard.lines.some(({ wantedShareRatio }) => wantedShareRatio > 0))
  assert.deepEqual(new Set(shown.lines.map(({ wantedShareRatio }) => wantedShareRatio)), new Set([null]))
})

test('nothing is left of checks, good or bad, of either family', () => {
  const legs = shown.lines.flatMap((line) => [line, ...(line.ipv6 === undefined ? [] : [line.ipv6])])
  assert.ok(legs.some(({ health }) => health !== undefined))
  for (const { state, health } of legs) {
    assert.equal(state, 'unknown')
    if (health === undefined) continue
    assert.deepEqual(
      [health.state, health.delayMs, health.lossRatio, health.targets],
      ['unknown', null, null, []],
    )
    for (const said of [health.why, health.blame, health.backAt, health.degraded])
      assert.equal(said, undefined)
  }
})
