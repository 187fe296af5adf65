/** Lines with both families: what happens to one of them is not the other's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DEFAULT_HEALTH,
  targetFamily,
  targetsOf,
  type ProbeAnswer,
  type ProbeTarget,
} from '../model/index.ts'
import { answer, elsewhere, Simulation, type PretendLine } from './simulator.ts'

const DEATH = 20_000
const GATEWAY = { ipv4: '192.0.2.1', ipv6: 'fe80::1' }
type Answers = NonNullable<PretendLine['answer']>
const well: Answers = () => answer(50)
/** The gateway is there, and nothing behind it. */
const diesBehindGateway: Answers = ({ kind }, atMs) =>
  kind === 'arp' || kind === 'ndp' || atMs < DEATH ? answer(5) : undefined

const ipv4 = (name: string, answers = well): PretendLine => ({
  name,
  gateway: GATEWAY.ipv4,
  answer: answers,
})
const ipv6 = (name: string, answers = well): PretendLine => ({
  ...ipv4(`${name}/ipv6`, answers),
  family: 'ipv6',
  gateway: GATEWAY.ipv6,
})

for (const { broken, lines, healthy, why } of [
  {
    broken: 'fiber/ipv6',
    lines: [ipv4('fiber'), ipv6('fiber', diesBehindGateway), ipv4('dsl'), ipv6('dsl')],
    healthy: ['fiber', 'dsl', 'dsl/ipv6'],
    why: 'no answer from 6 of 6 targets while the gateway answers: no IPv6 beyond the gateway',
  },
  {
    broken: 'fiber',
    lines: [ipv4('fiber', diesBehindGateway), ipv6('fiber'), ipv4('dsl'), ipv6('dsl')],
    healthy: ['fiber/ipv6', 'dsl', 'dsl/ipv6'],
    why: 'no answer from 6 of 6 targets while the gateway answers: the provider',
  },
  {
    broken: 'dsl/ipv6',
    lines: [ipv4('fiber'), ipv6('fiber', diesBehindGateway), ipv4('dsl'), ipv6('dsl', diesBehindGateway)],
    healthy: ['fiber', 'dsl'],
    why: 'no answer from 6 of 6 targets while the gateway answers, as on every line: the IPv6 Internet',
  },
]) {
  test(`${broken} goes down by itself, and it is said which of the two is gone: ${why}`, () => {
    const world = new Simulation(lines).runUntil(DEATH + 30_000)
    assert.deepEqual([world.report(broken).health, world.report(broken).why], ['down', why])
    for (const line of healthy) assert.equal(world.when('down', 0, line), undefined, line)
  })
}

test('each family is asked at its own addresses, its gateway too, and without a login page over IPv6', () => {
  const world = new Simulation([ipv4('fiber'), ipv6('fiber')]).runUntil(700_000)
  for (const { line, target } of world.asked)
    assert.equal(targetFamily(target), line === 'fiber' ? 'ipv4' : 'ipv6', JSON.stringify(target))
  const kindsOf = (leg: string): string[] =>
    [...new Set(world.asked.filter(({ line }) => line === leg).map(({ target }) => target.kind))].toSorted()
  assert.deepEqual(kindsOf('fiber'), ['arp', 'dns', 'http', 'icmp'])
  assert.deepEqual(kindsOf('fiber/ipv6'), ['dns', 'icmp', 'ndp'])
})

test('the last line with IPv6 is taken back at its first good answers, however many have IPv4', () => {
  const away: Answers = (_, atMs) => (atMs >= DEATH && atMs < DEATH + 10_000 ? undefined : answer(50))
  const backAfterMs = (lines: readonly PretendLine[]): number => {
    const world = new Simulation(lines).runUntil(DEATH + 30_000)
    return (world.when('up', DEATH + 10_000, 'fiber/ipv6') ?? assert.fail()) - DEATH - 10_000
  }
  const waitsMs = backAfterMs([ipv4('fiber'), ipv6('fiber', away), ipv6('dsl')])
  assert.ok(backAfterMs([ipv4('fiber'), ipv6('fiber', away), ipv4('dsl')]) < waitsMs / 2, `${waitsMs}`)
})

test('both families of a metered line keep to one budget together', () => {
  const [budget, metered] = [1_000_000, { metered: true, policy: { budgetBytesPerMonth: 1_000_000 } }]
  const lines = [ipv4('lte'), ipv6('lte')].map((line) => ({ ...line, ...metered }))
  const world = new Simulation(lines, { counted: false }).runUntil(30 * 86_400_000)
  const bytes = ['lte', 'lte/ipv6'].map((leg) => world.report(leg).probes.bytes)
  const sum = bytes.reduce((a, b) => a + b)
  // And a day's worth that was there at first; the first look at either leg is free.
  assert.ok(sum <= budget * (1 + 1 / 30) + 16_000, `${sum}`)
  assert.ok(Math.min(...bytes) > budget / 4, `one leg starves: ${bytes.join(' and ')}`)
})

const PAGE: ProbeTarget = { kind: 'http', host: 'example.org', path: '/alive' }
const LOGIN = 'a redirect to login.test'

test('a login page that answers over both families of one line is that line, and not the page itself', () => {
  const policy = {
    targets: [...targetsOf(DEFAULT_HEALTH, 'ipv4'), ...targetsOf(DEFAULT_HEALTH, 'ipv6'), PAGE],
  }
  const isPage = ({ kind }: ProbeTarget): boolean => kind === 'http'
  const portal = (target: ProbeTarget): ProbeAnswer => (isPage(target) ? elsewhere(50, LOGIN) : answer(50))
  const world = new Simulation(
    [ipv4('fiber', portal), ipv6('fiber', portal), ipv4('dsl'), ipv6('dsl')].map((line) => ({
      ...line,
      policy,
    })),
  ).runUntil(60_000)
  for (const leg of ['fiber', 'fiber/ipv6'])
    assert.equal(world.report(leg).why, `a login page answers for example.org: ${LOGIN}`)
  for (const leg of ['dsl', 'dsl/ipv6']) assert.equal(world.report(leg).health, 'up')
})
