import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_HEALTH, type Degradation } from '../model/index.ts'
import { judge, type ProbeSample } from './judge.ts'

const NOW_MS = 100_000
/** `.` answered after 50 ms, `~` after 1.2 s, `-` after 0.6 s, `x` not at all; the last one just now. */
const probes = (picture: string): ProbeSample[] =>
  picture.split('').map((one, i) => {
    const sentAtMs = NOW_MS - (picture.length - i) * 1000
    const delayMs = { '.': 50, '-': 600, '~': 1200 }[one]
    return { sentAtMs, dueMs: sentAtMs + 100, delayMs }
  })

const ROWS: readonly {
  name: string
  picture: string
  was?: Degradation
  degraded: Degradation | undefined
}[] = [
  { name: 'all well', picture: '....................', degraded: undefined },
  { name: 'too few to tell', picture: 'xxx....', degraded: undefined },
  { name: 'a lost one now and then', picture: '.x...........x...x..', degraded: undefined },
  { name: 'a third', picture: '..x..x.x..x..x..x..x', degraded: 'lossy' },
  { name: 'all of a sudden most', picture: '............xxx.xxxx', degraded: 'lossy' },
  {
    name: 'a bit more than half of the threshold, and well before',
    picture: 'x....x......x.......',
    degraded: undefined,
  },
  {
    name: 'a bit more than half of the threshold, and lossy before',
    picture: 'x....x......x.......',
    was: 'lossy',
    degraded: 'lossy',
  },
  {
    name: 'better than half of the threshold',
    picture: '.....x..............',
    was: 'lossy',
    degraded: undefined,
  },
  { name: 'answers after more than a second', picture: '............~~~~~~~~', degraded: 'slow' },
  { name: 'half as slow, and well before', picture: '............--------', degraded: undefined },
  { name: 'half as slow, and slow before', picture: '............--------', was: 'slow', degraded: 'slow' },
  { name: 'lossy and slow: packets are lost', picture: '~~x~~x~x~~x~~x~~x~~x', degraded: 'lossy' },
]

for (const { name, picture, was, degraded } of ROWS) {
  test(`quality: ${name} is ${degraded ?? 'good'}`, () => {
    assert.equal(judge(probes(picture), DEFAULT_HEALTH, NOW_MS, was).degraded, degraded)
  })
}

test('a probe whose time is not over is no loss, and one that was answered late is none either', () => {
  const young = { sentAtMs: NOW_MS - 50, dueMs: NOW_MS + 50 }
  const late = { sentAtMs: NOW_MS - 3000, dueMs: NOW_MS - 2900, delayMs: 1500 }
  const { lossRatio } = judge([...probes('.........'), late, young], DEFAULT_HEALTH, NOW_MS)
  assert.equal(lossRatio, 0)
})

test('what was long ago does not count', () => {
  assert.equal(judge(probes('x'.repeat(20)), DEFAULT_HEALTH, NOW_MS + 600_000).lossRatio, undefined)
})
