import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import { PROBE, fail, ok, type ProbeAnswer, type ProbePath } from '../model/index.ts'
import { numbersOf } from '../plan/index.ts'
import { BOX, TWO_LINES, reconciled } from './examples.ts'
import { probeLine, type LineProbe } from './probe-line.ts'

const { lines } = (await reconciled(new FakeKernel(BOX), TWO_LINES)).report.wanted
const numbers = numbersOf(TWO_LINES)

interface Scene extends LineProbe {
  readonly asked: string[]
  readonly paths: ProbePath[]
}

/** @param answers by kind; else it answers after 4 ms */
function scene(answers: Readonly<Record<string, ProbeAnswer>> = {}, more: Partial<LineProbe> = {}): Scene {
  const [asked, paths]: [string[], ProbePath[]] = [[], []]
  return {
    asked,
    paths,
    lines,
    numbers,
    line: 'dsl',
    probe: (path, target) => {
      asked.push(`${target.kind} ${'host' in target ? target.host : target.address}`)
      paths.push(path)
      return Promise.resolve(answers[target.kind] ?? { answered: true, delayMs: 4 })
    },
    resolve: () => Promise.resolve(ok(['2001:db8::80', '203.0.113.80'])),
    ...more,
  }
}

const resultsOf = async (asking: LineProbe): Promise<string[]> => {
  const outcome = await probeLine(asking)
  assert.ok(outcome.is === 'done')
  return [...new Set(outcome.evidence.map(({ about, is }) => `${about} ${is}`))]
}

test('from near to far: link, address, gateway, the Internet in three ways, a login page', async () => {
  const it = scene()
  assert.deepEqual(
    await resultsOf(it),
    ['link', 'address', 'gateway', 'internet', 'dns', 'page'].map((about) => `${about} good`),
  )
  assert.deepEqual(it.asked.slice(0, 2), ['arp 198.51.2.1', 'icmp 1.1.1.1'])
  assert.equal(it.asked.length, 1 + 9 + 1)
})

test('no two are asked in one go: answers would wait until the last socket is made, and be told as slow', async () => {
  let isTurnOver = true
  const it = scene(
    {},
    {
      probe: () => {
        assert.ok(isTurnOver, 'answers to the question before could be read')
        isTurnOver = false
        setImmediate(() => (isTurnOver = true))
        return Promise.resolve({ answered: true, delayMs: 4 })
      },
    },
  )
  assert.ok((await resultsOf(it)).length > 3)
})

test('every question leaves by that line, and is known as a probe of ours', async () => {
  const it = scene()
  await probeLine(it)
  for (const { dev, mark: used } of it.paths) {
    assert.equal(dev, 'wan2')
    assert.equal(((used ?? 0) & PROBE) >>> 0, PROBE)
    assert.notEqual((used ?? 0) & TWO_LINES.marks.mask, 0)
  }
})

test('silence, a lie and a question that could not be put are told apart', async () => {
  const results = await resultsOf(
    scene({
      icmp: { answered: false, why: 'no answer within 2000 ms' },
      dns: { answered: false, why: 'not permitted', unasked: true },
      http: { answered: true, delayMs: 3, falsely: 'a redirect to http://portal.example/' },
    }),
  )
  assert.deepEqual(results.slice(3), ['internet bad', 'internet good', 'dns unasked', 'page false'])
})

test('a line whose interface is not there asks nobody', async () => {
  const [, dsl] = lines
  assert.ok(dsl)
  const it = scene({}, { lines: [{ ...dsl, presence: { is: 'absent' } }] })
  const [link] = await resultsOf(it)
  assert.deepEqual([link, it.asked], ['link bad', []])
})

test('a line without a carrier is asked all the same: its gateway may answer by another way than one believes', async () => {
  const [, dsl] = lines
  assert.ok(dsl)
  const it = scene({}, { lines: [{ ...dsl, presence: { is: 'blocked', by: 'no-carrier' } }] })
  assert.equal((await resultsOf(it))[0], 'link bad')
  assert.notEqual(it.asked.length, 0)
})

test('a host is asked alone, beside the gateway: by its IPv4 address, and pages by its name', async () => {
  const it = scene({}, { host: 'example.org' })
  const outcome = await probeLine(it)
  assert.ok(outcome.is === 'done')
  assert.deepEqual(outcome.host, { asked: 'example.org', address: '203.0.113.80' })
  assert.deepEqual(it.asked.slice(1), [
    'icmp 203.0.113.80',
    'tcp 203.0.113.80',
    'dns 203.0.113.80',
    'http example.org',
    'https example.org',
  ])
})

/** The same line with IPv6 too, behind a link-local gateway. */
function twoLegged(): LineProbe['lines'] {
  const [, dsl] = lines
  assert.ok(dsl)
  const address = { family: 'ipv6', address: '2001:db8:2::2', length: 64 } as const
  return [dsl, { ...dsl, family: 'ipv6', leg: 'dsl/ipv6', address, gateway: 'fe80::1' }]
}

test('a line with both families is asked in each of them, one below the other', async () => {
  const it = scene({ ndp: { answered: false, why: 'no answer within 2000 ms' } }, { lines: twoLegged() })
  const outcome = await probeLine(it)
  assert.ok(outcome.is === 'done')
  const rows = outcome.evidence.map(({ about, family, is }) => [about, family, is].join(' '))
  assert.deepEqual(
    [...new Set(rows)],
    [
      'link  good',
      ...['address', 'gateway', 'internet', 'dns', 'page'].map((about) => `${about} ipv4 good`),
      'address ipv6 good',
      'gateway ipv6 bad',
      'internet ipv6 good',
      'dns ipv6 good',
    ],
  )
  assert.ok(it.asked.includes('ndp fe80::1') && it.asked.includes('tcp 2606:4700:4700::1111'))
  assert.deepEqual([...new Set(it.paths.map(({ family }) => family))], ['ipv4', 'ipv6'])
})

test('a name is asked in every family that it and the line have, an address in its own', async () => {
  const asked = async (host: string): Promise<(string | undefined)[]> => {
    const outcome = await probeLine(scene({}, { lines: twoLegged(), host }))
    assert.ok(outcome.is === 'done')
    return [outcome.host?.address, ...new Set(outcome.evidence.flatMap(({ family }) => family ?? []))]
  }
  assert.deepEqual(await asked('example.org'), ['203.0.113.80', 'ipv4', 'ipv6'])
  assert.deepEqual(await asked('2001:DB8::7'), ['2001:db8::7', 'ipv6'])
  const refused = await probeLine(scene({}, { host: '2001:db8::7' }))
  assert.equal(refused.is === 'no-such-name' ? refused.said : refused.is, 'the line has only IPv4')
})

test('no such line, no such name, and a name without an IPv4 address', async () => {
  assert.deepEqual(await probeLine(scene({}, { line: 'lte' })).then(({ is }) => is), 'unknown')
  const kernelError = { code: 'not-found', what: 'getaddrinfo', said: 'ENOTFOUND' } as const
  const said = async (resolve: LineProbe['resolve']) => {
    const outcome = await probeLine(scene({}, { host: 'example.org', resolve }))
    return outcome.is === 'no-such-name' ? outcome.said : outcome.is
  }
  assert.equal(await said(() => Promise.resolve(fail(kernelError))), 'ENOTFOUND')
  assert.equal(await said(() => Promise.resolve(ok(['2001:db8::80']))), 'it has no IPv4 address')
})
