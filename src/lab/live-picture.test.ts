import assert from 'node:assert/strict'
import { test } from 'node:test'
import { livePicture } from './live-picture.ts'
import { planTopology } from './topology.ts'

const through = { startedAtMs: 0, outcome: { ok: true, source: '', line: 'fiber' } } as const
const failed = { startedAtMs: 0, outcome: { ok: false, error: 'EHOSTUNREACH' } } as const

const rows: [why: string, ended: Parameters<typeof livePicture>[2], title: string][] = [
  ['all is well', [through, through], 'New connections of the last second: 2'],
  ['some fail', [through, failed], 'New connections of the last second: 1, and 1 failed'],
  ['all fail', [failed, failed], 'No new connection goes through: 2 failed in the last second.'],
  ['none even ends', [], 'No new connection goes through: 0 failed in the last second.'],
]
for (const [why, ended, title] of rows)
  test(`the live view tells what is now, not what was once: ${why}`, () => {
    const weights = new Map([
      ['fiber', 5],
      ['dsl', 1],
    ])
    const [first, fiber = '', dsl, ...rest] = livePicture(planTopology(), weights, ended, 60)
    assert.equal(first, title)
    assert.equal(fiber.includes('█'), ended.includes(through))
    assert.match(dsl ?? '', /^ {2}dsl .* 0\.0 %/)
    assert.deepEqual(rest, [])
  })
