import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Family } from '../../model/index.ts'
import { eventually, ROUTER } from '../index.ts'
import { box } from './box.ts'
import type { Box, Wishes } from './box.ts'
import { flowsOn, openFlows } from './flows.ts'
import type { Flow } from './flows.ts'

const FAMILIES = ['ipv4', 'ipv6'] as const
const HOSTS = ['client-1', 'client-2']
const wishes: Wishes = { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' }, release: '1s' }

const serversOf = ({ lab: { topology } }: Box, family: Family): readonly string[] =>
  family === 'ipv4' ? topology.servers : topology.servers6

/** New connections of the LAN and of the box: none fails, and these lines carry them. */
async function assertUsed(router: Box, family: Family, names: readonly string[]): Promise<void> {
  for (const clients of [HOSTS, [ROUTER]]) {
    const servers = serversOf(router, family)
    const { failed, lines } = await router.lab.load({ connections: 24, clients, servers, timeoutMs: 3000 })
    const used = Object.keys(lines).filter((name) => (lines[name]?.connections ?? 0) > 0)
    assert.deepEqual([failed, used], [0, names], `${family} from ${clients.join()}`)
  }
}

/** Nobody waits for a time-out: who asks is told, and turns to the other family. */
async function assertRefused(router: Box, family: Family): Promise<void> {
  const [server = ''] = serversOf(router, family)
  for (const host of [...HOSTS, ROUTER])
    await assert.rejects(
      router.lab.httpGet(host, server, { timeoutMs: 20_000 }),
      ({ code }: NodeJS.ErrnoException) => /^E(NETUNREACH|HOSTUNREACH|ACCES)$/.test(code ?? ''),
    )
}

const isIn = (family: Family) => ({ name }: Flow) => name.includes(':') === (family === 'ipv6') // prettier-ignore

const openTcp = async ({ lab }: Box): Promise<readonly Flow[]> => {
  const all = [
    ...(await openFlows(lab, [...HOSTS, ROUTER], 12)),
    ...(await openFlows(lab, [...HOSTS, ROUTER], 12, { family: 'ipv6' })),
  ]
  return all.filter(({ name }) => name.startsWith('TCP'))
}

/** Waits until new connections of a family avoid the line, or take it again. */
const takes = ({ lab }: Box, name: string, family: Family, is: boolean): Promise<unknown> =>
  eventually(
    () =>
      lab.must(ROUTER, ['nft', 'list', 'map', 'inet', 'multihomed', `slots${family === 'ipv6' ? '6' : ''}`]),
    (slots) => slots.includes(`goto pick_${lab.line(name).number}`) === is,
    { what: `${name} ${is ? 'carries' : 'does not carry'} ${family}`, timeoutMs: 20_000 },
  )

describe('one family of a line fails', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated' },
      { name: 'dsl', ipv6: 'delegated' },
    ],
    clients: 2,
    servers: 2,
    wishes,
  })
  before(() => router.knows('fiber', 'dsl'))

  test('a line that is drained gets no new connections in either family, and keeps what it has', async () => {
    const flows = await openTcp(router)
    assert.equal((await router.lab.command(['drain', 'fiber'])).code, 0)
    for (const family of FAMILIES) await assertUsed(router, family, ['dsl'])
    await Promise.all(flows.map((flow) => flow.talk()))
    assert.equal((await router.lab.command(['undrain', 'fiber'])).code, 0)
    for (const family of FAMILIES) await assertUsed(router, family, ['fiber', 'dsl'])
  })

  for (const family of FAMILIES) {
    const other = family === 'ipv4' ? 'ipv6' : 'ipv4'
    test(`${family}: it is steered away from it, all who hang on it are told, and the other family notices nothing`, async () => {
      const flows = await openTcp(router)
      const stranded = flowsOn(flows, 'fiber').filter(isIn(family))
      assert.ok(stranded.length > 3)
      const fault = await router.lab.inflict('fiber', { kind: 'internet-gone', family })
      const codes = await Promise.all(stranded.map(({ ended }) => ended))
      for (const code of codes) assert.match(code ?? 'an orderly end', /^ECONN(RESET|ABORTED)$/)
      await assertUsed(router, family, ['dsl'])
      await assertUsed(router, other, ['fiber', 'dsl'])
      await Promise.all(flows.filter((flow) => !stranded.includes(flow)).map((flow) => flow.talk()))
      await fault.mend()
      await takes(router, 'fiber', family, true)
      await assertUsed(router, family, ['fiber', 'dsl'])
    })
  }

  test('IPv6 of all lines: whoever asks is told at once and has IPv4; open connections learn it too', async () => {
    const flows = await openTcp(router)
    const faults = []
    for (const line of ['fiber', 'dsl'])
      faults.push(await router.lab.inflict(line, { kind: 'internet-gone', family: 'ipv6' }))
    await Promise.all(flows.filter(isIn('ipv6')).map(({ ended }) => ended))
    await assertRefused(router, 'ipv6')
    await assertUsed(router, 'ipv4', ['fiber', 'dsl'])
    await Promise.all(flows.filter(isIn('ipv4')).map((flow) => flow.talk()))
    for (const fault of faults) await fault.mend()
    for (const line of ['fiber', 'dsl']) await takes(router, line, 'ipv6', true)
    await assertUsed(router, 'ipv6', ['fiber', 'dsl'])
  })

  test('IPv4 of all lines: nobody who has it is ended for IPv6, which goes on', async () => {
    const flows = await openTcp(router)
    const faults = []
    for (const line of ['fiber', 'dsl'])
      faults.push(await router.lab.inflict(line, { kind: 'internet-gone', family: 'ipv4' }))
    await router.daemon.log.waitFor(/no line works as far as can be seen/)
    await assertUsed(router, 'ipv6', ['fiber', 'dsl'])
    await Promise.all(flows.filter(isIn('ipv6')).map((flow) => flow.talk()))
    for (const fault of faults) await fault.mend()
    await Promise.all(flows.filter(isIn('ipv4')).map((flow) => flow.talk(20_000)))
    await assertUsed(router, 'ipv4', ['fiber', 'dsl'])
  })
})

describe('a backup with IPv6', () => {
  const router = box({
    lines: [
      { name: 'fiber', ipv6: 'delegated' },
      { name: 'lte', ipv6: 'link-only' },
    ],
    clients: 2,
    servers: 2,
    wishes: { ...wishes, lines: { fiber: 1, lte: 1 }, more: { lte: { role: 'backup', failback: 'move' } } },
  })
  before(() => router.knows('fiber', 'lte'))

  test('it waits, and costs nothing while IPv4 of the normal line works: IPv6 is refused instead', async () => {
    for (const family of FAMILIES) await assertUsed(router, family, ['fiber'])
    const fault = await router.lab.inflict('fiber', { kind: 'internet-gone', family: 'ipv6' })
    await takes(router, 'fiber', 'ipv6', false)
    await assertRefused(router, 'ipv6')
    await assertUsed(router, 'ipv4', ['fiber'])
    await fault.mend()
    await takes(router, 'fiber', 'ipv6', true)
  })

  test('it takes both families while the normal line has neither, and gives both back', async () => {
    await router.lab.blackhole('fiber')
    for (const family of FAMILIES) await takes(router, 'fiber', family, false)
    for (const family of FAMILIES) await assertUsed(router, family, ['lte'])
    const flows = await openTcp(router)
    await router.lab.restore('fiber')
    for (const family of FAMILIES) await takes(router, 'fiber', family, true)
    await Promise.all(flows.map(({ ended }) => ended))
    for (const family of FAMILIES) await assertUsed(router, family, ['fiber'])
  })
})
