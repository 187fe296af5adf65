import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, ROUTER } from '../index.ts'
import type { Lab, LoadResult, Seen } from '../index.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { flowsOn, openFlows } from './flows.ts'
import type { Flow } from './flows.ts'

const both = { fiber: 1, dsl: 1 }
const two = { lines: [{ name: 'fiber' }, { name: 'dsl' }], clients: 4 } as const
/** Quick ones, so that nobody waits for what is not looked at here. */
const wishes = { lines: both, health: { rise: '0s' }, release: '1s' }
/** Longer than `release`, and than being sure takes. */
const LONG_MS = 3000

const clientsOf = (lab: Lab): string[] => lab.topology.clients.map(({ host }) => host)

/** TCP alone: from the LAN and the box's own, of which each line has some. */
async function openTcp(lab: Lab, each = 12): Promise<Flow[]> {
  const all = [...(await openFlows(lab, clientsOf(lab), each)), ...(await openFlows(lab, [ROUTER], each))]
  const tcp = all.filter(({ name }) => name.startsWith('TCP'))
  for (const line of ['fiber', 'dsl'])
    for (const from of ['from client', 'from router'])
      assert.ok(
        flowsOn(tcp, line).some(({ name }) => name.includes(from)),
        `none ${from} on ${line}`,
      )
  return tcp
}

const usedLines = ({ lines }: LoadResult): string[] =>
  Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0)

/** New connections, of the LAN and of the box: none fails, and they take these lines. */
async function assertUsed({ lab }: Box, names: readonly string[]): Promise<void> {
  for (const hosts of [clientsOf(lab), [ROUTER]]) {
    const result = await lab.load({ connections: 40, clients: hosts, timeoutMs: 3000 })
    assert.deepEqual([result.failed, usedLines(result)], [0, names], `from ${hosts.join()}`)
  }
}

/** Codes with which those ended that ended; `undefined`: still open. */
const endsOf = (flows: readonly Flow[]): Promise<(string | undefined)[]> =>
  Promise.all(flows.map(({ ended }) => Promise.race([ended, sleep(0, undefined)])))

/** While all are dead none may be called so; that it is doubted is enough. */
const isDoubted = (router: Box, name: string): Promise<unknown> =>
  eventually(
    async () => (await router.status()).lines.find((line) => line.name === name)?.state,
    (state) => state === 'suspect' || state === 'down',
    { what: `${name} is doubted`, timeoutMs: 15_000 },
  )

const eventsOf = async ({ client }: Box, kind: string, line: string): Promise<number> => {
  const answer = await client.events({ line })
  assert.ok(answer.ok)
  return answer.value.events.filter(({ event }) => event === kind).length
}

describe('the Internet behind a live gateway is gone', () => {
  const router = box({ ...two, wishes })

  test('all who hang on that line are told, whether they wait or send, and may begin again at once; nobody else is', async () => {
    await router.knows('fiber', 'dsl')
    const flows = await openTcp(router.lab)
    const [stranded, others] = [flowsOn(flows, 'fiber'), flowsOn(flows, 'dsl')]
    await router.lab.blackhole('fiber')
    const first = Promise.race(stranded.map(({ ended }) => ended))
    const talking = stranded.slice(0, 3).map((flow) => flow.talk(20_000).catch(() => {}))

    // The new decision comes before the first ending: who is told finds a line that works.
    await first
    await assertUsed(router, ['dsl'])

    const codes = await Promise.all(stranded.map(({ ended }) => ended))
    for (const code of codes) assert.match(code ?? 'an orderly end', /^ECONN(RESET|ABORTED)$/)
    await Promise.all(talking)
    await Promise.all(others.map((flow) => flow.talk()))
  })

  test('and nobody is ended twice: who began again stays, while the line is dead and when it is back', async () => {
    const again = await openFlows(router.lab, clientsOf(router.lab), 12)
    assert.deepEqual(flowsOn(again, 'fiber'), [])
    const released = (): Promise<number> => eventsOf(router, 'released', 'fiber')
    await eventually(released, (count) => count === 1, { what: 'all are told' })
    await sleep(LONG_MS)
    await Promise.all(again.map((flow) => flow.talk()))
    assert.equal(await released(), 1)
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
    await assertUsed(router, ['fiber', 'dsl'])
    await Promise.all(again.map((flow) => flow.talk()))
  })

  test('UDP goes on over another line from the same socket, as QUIC, WireGuard and games need it', async () => {
    const { lab } = router
    await router.knows('fiber', 'dsl')
    const [server = ''] = lab.topology.servers
    const talker = await lab.openUdpTalker('client-1')
    const ask = (): Promise<Seen> => talker.ask(server, { timeoutMs: 300 })
    const line = lab.lineOfAddress((await ask()).client) ?? assert.fail()
    await lab.blackhole(line)
    const seen = await eventually(ask, ({ client }) => lab.lineOfAddress(client) !== line, {
      what: 'the flow goes on',
      timeoutMs: 15_000,
    })
    assert.notEqual(lab.lineOfAddress(seen.client), line)
    await lab.restore(line)
    await router.becomes(line, 'up')
  })
})

describe('a line that died while nobody used it', () => {
  const router = box({ ...two, wishes })

  test('whoever comes first gets through by sending the first packet again, over the other line', async () => {
    const { lab } = router
    await router.knows('fiber', 'dsl')
    await lab.blackhole('fiber')
    const pairs = clientsOf(lab).flatMap((host) =>
      lab.topology.servers.slice(0, 2).map((server) => ({ host, server })),
    )
    const opened = await Promise.all(
      pairs.map(({ host, server }) => lab.openConnection(host, server, { timeoutMs: 20_000 })),
    )
    assert.deepEqual(new Set(opened.map(({ seen }) => lab.lineOfAddress(seen.client))), new Set(['dsl']))
  })
})

describe('a cable is cut', () => {
  const router = box({ ...two, wishes: { ...wishes, release: '1h' } })

  test('what hangs on it is told at once, for there is nothing to wait for', async () => {
    const flows = await openTcp(router.lab)
    await router.lab.cut('fiber')
    await Promise.all(flowsOn(flows, 'fiber').map(({ ended }) => ended))
    await assertUsed(router, ['dsl'])
    await Promise.all(flowsOn(flows, 'dsl').map((flow) => flow.talk()))
  })
})

describe('no line works', () => {
  const router = box({ ...two, wishes })

  test('nothing is ended, for there is nowhere to go', async () => {
    const { lab } = router
    await router.knows('fiber', 'dsl')
    const flows = await openTcp(lab)
    for (const line of ['fiber', 'dsl']) await lab.blackhole(line)
    for (const line of ['fiber', 'dsl']) await isDoubted(router, line)
    await sleep(LONG_MS)
    assert.deepEqual(new Set(await endsOf(flows)), new Set([undefined]))

    // The first that is back takes everything, and only now those of the other one are told.
    await lab.restore('dsl')
    await router.becomes('dsl', 'up')
    await Promise.all(flowsOn(flows, 'fiber').map(({ ended }) => ended))
    await assertUsed(router, ['dsl'])
    await Promise.all(flowsOn(flows, 'dsl').map((flow) => flow.talk(20_000)))
  })
})

describe('a box that is switched on during an outage', () => {
  const router = box({
    ...two,
    wishes,
    beforeStart: async (lab) => {
      for (const line of ['fiber', 'dsl']) await lab.blackhole(line)
    },
  })

  test('works as soon as one of its lines does: nobody has to come by', async () => {
    const { lab } = router
    for (const line of ['fiber', 'dsl']) await isDoubted(router, line)
    await lab.restore('dsl')
    await router.becomes('dsl', 'up')
    await assertUsed(router, ['dsl'])
    await lab.restore('fiber')
    await router.becomes('fiber', 'up')
    await assertUsed(router, ['fiber', 'dsl'])
  })
})

describe('release: never, for a line that usually comes back', () => {
  const router = box({ ...two, wishes: { ...wishes, release: 'never' } })

  test('its connections hang, and go on when it is back', async () => {
    const { lab } = router
    await router.knows('fiber', 'dsl')
    const flows = await openTcp(lab, 6)
    await lab.blackhole('fiber')
    await router.becomes('fiber', 'down')
    await assertUsed(router, ['dsl'])
    await sleep(LONG_MS)
    assert.deepEqual(new Set(await endsOf(flows)), new Set([undefined]))
    await lab.restore('fiber')
    await Promise.all(flows.map((flow) => flow.talk(20_000)))
  })
})
