import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { mark, PROBE, WITNESSES } from '../../model/index.ts'
import type { ProbeAnswer, ProbePath, ProbeTarget } from '../../model/index.ts'
import { eventually, ROUTER } from '../index.ts'
import type { LabLine, Sharing } from '../index.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { openProberThread, type ProberThread } from './prober-thread.ts'

const SERVER = '203.0.113.10'
const [{ ipv4: WITNESS }] = WITNESSES
const SILENCE_MS = 300

/** What the daemon asks by: the card, the line's mark and that of probes. */
const pathOf = ({ device, number }: LabLine): ProbePath => ({
  dev: device,
  mark: mark((number << 24) | PROBE),
})

/** The page tells who asked: it came over the line only if that was the line's customer. */
const questions = ({ gateway, publicAddress }: LabLine) =>
  ({
    arp: { kind: 'arp', address: gateway },
    icmp: { kind: 'icmp', address: WITNESS },
    tcp: { kind: 'tcp', address: WITNESS },
    dns: { kind: 'dns', address: WITNESS },
    'dns with a name': { kind: 'dns', address: WITNESS, name: `${SERVER}.lab`, expect: SERVER },
    http: {
      kind: 'http',
      host: `${SERVER}.lab`,
      path: '/',
      status: 200,
      body: `"client":"${publicAddress}"`,
    },
    'http of a witness': { kind: 'http', host: WITNESS, path: '/' },
    https: { kind: 'https', host: WITNESS, path: '/' },
  }) as const satisfies Record<string, ProbeTarget>

type Question = keyof ReturnType<typeof questions>
/** `answered`, the words of a false or missing answer, or `silence`. */
type Outcomes = Record<Question, string>

/** Nothing in the lab speaks TLS. */
const ALL: Outcomes = {
  arp: 'answered',
  icmp: 'answered',
  tcp: 'answered',
  dns: 'answered',
  'dns with a name': 'answered',
  http: 'answered',
  'http of a witness': 'answered',
  https: 'something that is no TLS',
}
const everywhere = (outcome: string, except: Partial<Outcomes> = {}): Outcomes =>
  ({ ...Object.fromEntries(Object.keys(ALL).map((kind) => [kind, outcome])), ...except }) as Outcomes // its keys

const wordOf = (answer: ProbeAnswer | 'silence'): string => {
  if (answer === 'silence') return answer
  return answer.answered ? (answer.falsely ?? 'answered') : answer.why
}

/** One prober for all tests, as the daemon has one for all its life. */
function asking(router: Box): {
  readonly all: (line: string, withinMs?: number) => Promise<Outcomes>
  readonly ask: (line: string, question: Question, withinMs?: number) => Promise<ProbeAnswer | 'silence'>
} {
  let thread: ProberThread | undefined
  before(() => (thread = openProberThread(router.lab.host(ROUTER))))
  after(() => thread?.close())
  const ask = (name: string, question: Question, withinMs?: number): Promise<ProbeAnswer | 'silence'> => {
    const line = router.lab.line(name)
    return (thread ?? assert.fail('no thread yet')).ask(pathOf(line), questions(line)[question], withinMs)
  }
  return {
    ask,
    all: async (name, withinMs) => {
      const kinds = Object.keys(ALL) as Question[] // its keys
      const answers = await Promise.all(kinds.map((kind) => ask(name, kind, withinMs)))
      return Object.fromEntries(kinds.map((kind, i) => [kind, wordOf(answers[i] ?? 'silence')])) as Outcomes
    },
  }
}

describe('probes of a daemon that lives long', () => {
  const router = box({
    lines: [{ name: 'fiber', addressing: 'by-provider' }, { name: 'dsl' }],
    clients: 0,
    servers: 1,
    wishes: { lines: { fiber: 1, dsl: 1 } },
  })
  const { all, ask } = asking(router)
  const dslWorks = async (): Promise<void> => assert.deepEqual(await all('dsl'), ALL)

  test('every kind is answered over every line', async () => {
    assert.deepEqual(await all('fiber'), ALL)
    await dslWorks()
  })

  test('behind a gateway without the Internet only the gateway answers', async () => {
    await using _ = await router.lab.inflict('fiber', { kind: 'internet-gone' })
    assert.deepEqual(await all('fiber', SILENCE_MS), everywhere('silence', { arp: 'answered' }))
    await dslWorks()
  })

  test('a gateway that is gone has no hardware address', async () => {
    await using _ = await router.lab.inflict('fiber', { kind: 'gateway-gone' })
    assert.equal(wordOf(await ask('fiber', 'arp', SILENCE_MS)), 'silence')
    await dslWorks()
  })

  test('a login page is told from the page that was asked for', async () => {
    await using _ = await router.lab.inflict('fiber', { kind: 'portal' })
    const { http, 'http of a witness': witness, icmp } = await all('fiber', SILENCE_MS)
    assert.deepEqual(
      [http, witness, icmp],
      ['status 302 instead of 200', 'a redirect to login.portal.test', 'silence'],
    )
    await dslWorks()
  })

  test('a device that comes back is asked by again, though it is another one', async () => {
    await router.lab.unplug('fiber')
    assert.deepEqual(await all('fiber', SILENCE_MS), everywhere('there is no such interface'))
    await dslWorks()
    await router.lab.replug('fiber')
    await eventually(
      () => all('fiber', SILENCE_MS),
      (outcomes) => outcomes.icmp === 'answered' && outcomes.arp === 'answered',
      { what: 'fiber answers again' },
    )
    assert.deepEqual(await all('fiber'), ALL)
  })

  test('a cable that was cut is asked by again', async () => {
    await router.lab.cut('fiber')
    assert.ok(!Object.values(await all('fiber', SILENCE_MS)).includes('answered'))
    await dslWorks()
    await router.lab.restore('fiber')
    await eventually(
      () => all('fiber', SILENCE_MS),
      (outcomes) => outcomes.icmp === 'answered' && outcomes.arp === 'answered',
      { what: 'fiber answers again' },
    )
  })
})

const SHARED: Readonly<Record<Sharing, string>> = {
  card: 'one card for two lines',
  'card-and-network': 'one card and one network for two lines',
  'card-and-address': 'one card, one network and one address for two lines',
  'address-and-gateway': 'two cards with the same address and gateway',
}

for (const what of Object.keys(SHARED) as Sharing[])
  describe(`probes with ${SHARED[what]}`, () => {
    const router = box({
      lines: [{ name: 'fiber' }, { name: 'dsl', sharing: { with: 'fiber', what } }],
      clients: 0,
      servers: 1,
      wishes: { lines: { fiber: 1, dsl: 1 } },
    })
    const { all } = asking(router)

    test('each leaves by its own line, also while one of them is dead', async () => {
      for (const line of ['fiber', 'dsl']) assert.deepEqual(await all(line), ALL, line)
      for (const [dead, alive] of [
        ['fiber', 'dsl'],
        ['dsl', 'fiber'],
      ] as const) {
        await using _ = await router.lab.inflict(dead, { kind: 'internet-gone' })
        assert.deepEqual(await all(dead, SILENCE_MS), everywhere('silence', { arp: 'answered' }), dead)
        assert.deepEqual(await all(alive), ALL, alive)
      }
    })
  })
