import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  lineId,
  mark,
  targetFamily,
  witnessAddresses,
  type LinePresence,
  type ProbePath,
} from '../model/index.ts'
import { numbersOf, type LineFacts } from '../plan/index.ts'
import type { LineMeasure } from './control.ts'
import { TWO_LINES } from './examples.ts'
import { measureLines, whatIsWorse, type Probe } from './measure-lines.ts'

const numbers = numbersOf({ marks: { mask: mark(0x3f00_0000) }, rulePriorityBase: 30_000 })
/** fiber on wan1, dsl on wan2. */
const linesWith = (fiber: LinePresence): LineFacts[] =>
  TWO_LINES.lines.map((config, i) => ({
    config,
    id: lineId(i + 1),
    family: 'ipv4',
    leg: config.name,
    presence: i === 0 ? fiber : { is: 'usable' },
    linkUp: true,
    pointToPoint: false,
    sharesDevice: false,
    released: false,
    verdict: { health: 'unknown' },
    standing: { takes: true, as: 'wished' },
    weight: 1,
    onlink: false,
    eligible: true,
  }))
const here = (): LineFacts[] => linesWith({ is: 'usable' })
const away = (): LineFacts[] => linesWith({ is: 'blocked', by: 'no-carrier' })
const silence = { answered: false, why: 'no answer within 2000 ms' } as const
const nobodyExpected = new Set<string>()

test('a line works when anything answers over it, and its delay is that of the quickest', async () => {
  const asked: ProbePath[] = []
  const probe: Probe = async (path, { kind }) => {
    asked.push(path)
    return path.dev === 'wan1' && kind === 'tcp' ? { answered: true, delayMs: 4 } : silence
  }
  const measured = await measureLines({ lines: here, numbers, probe, expected: nobodyExpected })
  assert.deepEqual(measured, [
    { line: 'fiber', works: true, delayMs: 4 },
    { line: 'dsl', works: false, why: 'no answer within 2000 ms' },
  ])
  assert.deepEqual(new Set(asked.map((path) => JSON.stringify(path))).size, 2)
  assert.deepEqual(asked[0], { dev: 'wan1', mark: 0x8100_0000 })
})

test('a line with both families is asked in each, at its own witnesses, and IPv6 may be what does not work', async () => {
  const asked: string[] = []
  const [fiber = assert.fail()] = here()
  const lines = (): LineFacts[] => [fiber, { ...fiber, family: 'ipv6', leg: 'fiber/ipv6' }]
  const probe: Probe = async (_, target) => {
    asked.push('address' in target ? target.address : target.host)
    return targetFamily(target) === 'ipv4' ? { answered: true, delayMs: 4 } : silence
  }
  assert.deepEqual(await measureLines({ lines, numbers, probe, expected: nobodyExpected }), [
    { line: 'fiber', works: true, delayMs: 4 },
    { line: 'fiber/ipv6', works: false, why: 'no answer within 2000 ms' },
  ])
  assert.deepEqual(new Set(asked), new Set([...witnessAddresses('ipv4'), ...witnessAddresses('ipv6')]))
})

test('a line that the kernel shows as dead is not asked', async () => {
  const probe: Probe = async ({ dev }) =>
    dev === 'wan1' ? assert.fail('asked in vain') : { answered: true, delayMs: 4 }
  const measured = await measureLines({ lines: away, numbers, probe, expected: nobodyExpected })
  assert.deepEqual(measured[0], { line: 'fiber', works: false, why: 'no carrier' })
})

test('a line that worked before gets some seconds: for its carrier, and for the first answer', async () => {
  let looks = 0
  let asked = 0
  const probe: Probe = async () => (++asked > 30 ? { answered: true, delayMs: 4 } : silence)
  const expected = new Set(['fiber', 'dsl'])
  const lines = () => (looks++ < 3 ? away() : here())
  const measured = await measureLines({ lines, numbers, probe, expected })
  assert.deepEqual(measured.map(({ works }) => works), [true, true]) // prettier-ignore
})

const works = (line: string): LineMeasure => ({ line, works: true, delayMs: 4 })
const dead = (line: string): LineMeasure => ({ line, works: false, why: 'no gateway known yet' })

for (const { name, before, after, worse } of [
  {
    name: 'nothing changed',
    before: [works('a'), works('b')],
    after: [works('a'), works('b')],
    worse: undefined,
  },
  {
    name: 'a line that answered is silent',
    before: [works('a'), works('b')],
    after: [works('a'), dead('b')],
    worse: /^b answered before and does not now \(no gateway known yet\)$/,
  },
  {
    name: 'a line that answered in IPv6 is silent there: named in words',
    before: [works('a'), works('a/ipv6')],
    after: [works('a'), dead('a/ipv6')],
    worse: /^a over IPv6 answered before/,
  },
  {
    name: 'a line that was silent before is silent still',
    before: [works('a'), dead('b')],
    after: [works('a'), dead('b')],
    worse: undefined,
  },
  { name: 'a line that came back', before: [dead('a')], after: [works('a')], worse: undefined },
  {
    name: 'a new line that is silent is no loss',
    before: [works('a')],
    after: [works('a'), dead('b')],
    worse: undefined,
  },
  {
    name: 'a line that was taken out on purpose is no loss',
    before: [works('a'), works('b')],
    after: [works('a')],
    worse: undefined,
  },
  {
    name: 'the line that worked taken out, and none left that does',
    before: [works('a'), dead('b')],
    after: [dead('b')],
    worse: /^no line works any more; before a did$/,
  },
  { name: 'renamed and dead', before: [works('a')], after: [dead('b')], worse: /^no line works any more/ },
  {
    name: 'no Internet before, none after: nobody can tell',
    before: [dead('a')],
    after: [dead('a')],
    worse: undefined,
  },
] as const) {
  // prettier-ignore
  test(`after a change: ${name}`, () => {
    const said = whatIsWorse(before, after)
    if (worse === undefined) assert.equal(said, undefined)
    else assert.match(said ?? '', worse)
  })
}
