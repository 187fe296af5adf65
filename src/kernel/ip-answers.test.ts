import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IpAnswers, type IpAnswer } from './ip-answers.ts'

const MARKED = (line: number): string =>
  `Object "end-of-answer" is unknown, try "ip help".\nCommand failed -:${line}\n`
const PRINTED = `[{"ifname":"lo"}]\n${MARKED(2)}Cannot find device "nowhere"\nCommand failed -:3\n${MARKED(4)}${MARKED(6)}[ ]`
const ANSWERS: readonly IpAnswer[] = [
  { output: '[{"ifname":"lo"}]\n', error: undefined },
  { output: '', error: 'Cannot find device "nowhere"' },
  { output: '', error: undefined },
]

for (const length of [1, 7, 60, 199, PRINTED.length]) {
  test(`answers are whole and in order, in pieces of ${length}`, () => {
    const reader = new IpAnswers()
    const pieces = PRINTED.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? []
    assert.deepEqual(
      pieces.flatMap((piece) => reader.take(piece)),
      ANSWERS,
    )
    assert.equal(reader.unfinished(), '[ ]')
  })
}

test('a marker is none in the middle of a line', () => {
  const [answer] = new IpAnswers().take(`["x${MARKED(1)}"]\n${MARKED(2)}`)
  assert.match(answer?.error ?? '', /^\["xObject/)
})

test('a box with all routes of the internet: what came before is not searched again with every piece', () => {
  const reader = new IpAnswers()
  const route =
    '{"dst":"203.0.113.0/24","gateway":"198.51.100.1","dev":"wan1","table":"254","protocol":"196","metric":20,"flags":["onlink"]},'
  const piece = route.repeat(65)
  const before = process.cpuUsage()
  for (let i = 0; i < 3000; i += 1) assert.deepEqual(reader.take(piece), [])
  const [answer] = reader.take(`\n${MARKED(1)}`)
  assert.equal(answer?.output.length, 3000 * piece.length + 1)
  const { user, system } = process.cpuUsage(before)
  // Searched again and again it takes half a minute of the processor, otherwise a fraction of a second.
  assert.ok(user + system < 5_000_000)
})
