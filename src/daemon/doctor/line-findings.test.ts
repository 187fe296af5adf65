/** Resolvers and sizes of packets, line by line: what is told, and how grave it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeAnswer } from '../../model/index.ts'
import { lineFindings, type LineLook } from './line-findings.ts'

const answers: ProbeAnswer = { answered: true, delayMs: 3 }
const silent: ProbeAnswer = { answered: false, why: 'no answer within 1500 ms' }
const barred: ProbeAnswer = { answered: false, why: 'not permitted', unasked: true }

const look = (more: Partial<LineLook> = {}): LineLook => ({
  leg: 'fiber',
  interface: 'wan1',
  resolvers: [{ server: '198.51.100.53', answer: answers }],
  mtuBytes: 1500,
  path: { is: 'passes', bytes: 1500, isTold: false },
  ...more,
})
const asked = (...all: readonly ProbeAnswer[]): Partial<LineLook> => ({
  resolvers: all.map((answer, i) => ({ server: `198.51.100.${i + 1}`, answer })),
})

const ROWS = [
  { name: 'all is well', look: look(), told: ['ok resolvers', 'ok mtu'] },
  { name: 'nobody told of resolvers', look: look({ resolvers: [] }), told: ['ok mtu', 'unseen'] },
  {
    name: 'one of two resolvers is silent',
    look: look(asked(silent, answers)),
    told: ['note resolvers', 'ok mtu'],
  },
  { name: 'no resolver answers', look: look(asked(silent, silent)), told: ['fix resolvers', 'ok mtu'] },
  { name: 'we may not ask', look: look(asked(barred)), told: ['ok mtu', 'unseen'] },
  {
    name: 'large packets vanish',
    look: look({ path: { is: 'passes', bytes: 1452, isTold: false } }),
    told: ['fix mtu', 'ok resolvers'],
  },
  {
    name: 'large packets do not fit, and the way says so',
    look: look({ path: { is: 'passes', bytes: 1452, isTold: true } }),
    told: ['note mtu', 'ok resolvers'],
  },
  { name: 'nobody answers', look: look({ path: { is: 'silent' } }), told: ['ok resolvers', 'unseen'] },
]
for (const { name, look: seen, told } of ROWS) {
  test(`doctor, of a line: ${name}`, () => {
    const { findings, unseen } = lineFindings([seen])
    assert.deepEqual(
      [...findings.map((one) => `${one.severity} ${one.name}`), ...unseen.map(() => 'unseen')],
      told,
    )
  })
}

test('doctor: what is well on several lines is one row, and a family is named where it is not IPv4', () => {
  const { findings } = lineFindings([look(), look({ leg: 'dsl', resolvers: [] }), look({ leg: 'dsl/ipv6', mtuBytes: 1492, path: { is: 'passes', bytes: 1492, isTold: false }, resolvers: [] })]) // prettier-ignore
  assert.deepEqual(
    findings.map(({ text }) => text),
    [
      'resolvers answer by their own lines: fiber 198.51.100.53',
      'packets of the full size pass: fiber 1500, dsl 1500, dsl over IPv6 1492',
    ],
  )
})

test('doctor: lines of which nobody knows a resolver are named, once: who looks for dead names must not believe they were asked', () => {
  const { unseen } = lineFindings(['fiber', 'dsl', 'dsl/ipv6'].map((leg) => look({ leg, resolvers: [] })))
  assert.deepEqual(unseen, [
    'whether names are answered by fiber, dsl and dsl over IPv6: no resolvers of theirs are known (dns: of a line names them)',
  ])
})

test('doctor: the size that passes is what the file should say', () => {
  const { findings } = lineFindings([look({ path: { is: 'passes', bytes: 1452, isTold: false } })])
  assert.match(findings[0]?.help ?? '', /^lines: \{ fiber: \{ mtu: 1452 \} \}/)
})
