import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXAMPLES } from '../api/fake.ts'
import { screenFor } from './screen.ts'
import { thenText } from './trace-sentences.ts'
import { traceText } from './trace-text.ts'

const screen = screenFor({ write: () => true }, { LANG: 'C.UTF-8' }, { color: 'never', ascii: false })
const { trace } = EXAMPLES
const fiber = trace.outcome.ways[0] ?? assert.fail()
const dsl = { ...fiber, line: 'dsl', interface: 'wan2', gateway: null, seenAs: null, shareRatio: 0.25 }

test('the whole answer fits a terminal and reads from top to bottom', () => {
  assert.equal(
    traceText(trace, screen),
    `10.0.0.12 → example.org (203.0.113.80), tcp 443
example.org is 203.0.113.81 too; only 203.0.113.80 is traced.

  1  from the LAN  yes  it comes in by lan0 (config.yaml:3)
  2  near a line   no   in no network that only one line reaches
  3  met before    yes  on fiber, remembered for 9 m more

  Line   fiber, through 198.51.100.1, seen outside as 198.51.100.2
  Why    affinity "pair": a client and a server keep meeting on one line

  If fiber dies  nowhere: no route leads there
  Kernel says    the same (ip route get 203.0.113.80 from 10.0.0.12 iif lan0
                 mark 0x1000000)`,
  )
})

test('where nobody can know, every line stands with its share, and what is lost with it', () => {
  const outcome = { ...trace.outcome, ways: [{ ...fiber, shareRatio: 0.75 }, dsl] }
  const ifLost = [
    {
      lines: ['fiber'],
      outcome: { ...outcome, ways: [{ ...dsl, shareRatio: 1 }] },
      open: { resetAfterMs: 3000, repick: true },
    },
    { lines: ['fiber', 'dsl'], outcome: { ...outcome, ways: [{ ...dsl, shareRatio: 1 }] } },
  ]
  const text = traceText({ ...trace, outcome, ifLost }, screen)
  assert.match(text, /Line {3}fiber {2}75 %, through 198\.51\.100\.1, .*\n {9}dsl {4}25 %, by wan2\n/)
  assert.match(
    text.replaceAll(/\n {19}/g, ' '),
    /If fiber dies {4}dsl for new connections; TCP that is open on fiber is reset after 3 s, without carrier at once; the rest begins anew\n/,
  )
  assert.match(text, /If dsl dies too {2}dsl all the same, in vain: affinity/)
})

const ENDINGS = [
  [{ resetAfterMs: null, repick: true }, /TCP that is open on fiber waits for it; the rest begins anew/],
  [
    { resetAfterMs: 3000, repick: false },
    /fiber is reset after 3 s, without carrier at once; the rest waits/,
  ],
  [{ resetAfterMs: null, repick: false }, /; what is open on fiber waits for it/],
] as const

test('what is open ends as `release` of its line says, and is told so', () => {
  const outcome = { ...trace.outcome, ways: [{ ...dsl, shareRatio: 1 }] }
  for (const [open, told] of ENDINGS) assert.match(thenText({ lines: ['fiber'], outcome, open }, true), told)
})

test('where more lines are left than deaths are told, they are named', () => {
  const outcome = { ...trace.outcome, ways: [{ ...dsl, shareRatio: 1 }] }
  assert.match(
    traceText({ ...trace, ifLost: [{ lines: ['fiber'], outcome }] }, screen),
    /and so on {2,}over dsl\n/,
  )
})

const ELSEWHERE = [
  ['elsewhere', /Goes {3}by wan1, left to whoever wants it there/],
  ['lan', /Goes {3}to your own network, by wan1/],
  ['box', /Goes {3}to this box itself/],
  ['refused', /Goes {3}nowhere/],
  ['unknowable', /Goes {3}nobody can know/],
  ['left-alone', /Goes {3}where others lead it/],
] as const

for (const [is, told] of ELSEWHERE) {
  test(`a packet that takes no line (${is}) says where it goes instead`, () => {
    assert.match(traceText({ ...trace, outcome: { ...trace.outcome, is } }, screen), told)
  })
}

test('a kernel that takes no such question is not said to agree', () => {
  const text = traceText({ ...trace, kernel: { verdict: 'not-asked', answers: [] } }, screen)
  assert.match(text, /Kernel says {4}nothing: it takes no such question/)
})
