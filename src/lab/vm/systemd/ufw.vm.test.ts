import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { INTERNET, LAN } from '../../index.ts'
import { run } from '../../run.ts'
import { openFlows, talkAll } from '../../scenarios/flows.ts'
import type { Flow } from '../../scenarios/flows.ts'
import { keepAsking } from '../../scenarios/under-load.ts'
import { becomes, doctor, journalSince, machine, must, spreads } from './machine.ts'

describe('ufw', () => {
  let flows: readonly Flow[] = []
  after(async () => {
    await run(undefined, ['ufw', '--force', 'reset'])
    for (const [family, table] of ['ip', 'ip6'].flatMap((ip) => ['filter', 'nat'].map((name) => [ip, name])))
      await run(undefined, ['nft', 'delete', 'table', `${family}`, `${table}`])
  })
  const box = machine()
  before(async () => {
    for (const line of ['fiber', 'dsl']) await becomes(line, 'up')
    flows = await openFlows(box.lab, ['client-1', 'client-2'], 4)
  })

  test('it is started with the LAN let through: connections go on, new ones are spread, doctor names it', async () => {
    await must('ufw', 'route', 'allow', 'in', 'on', LAN.device)
    await must('ufw', '--force', 'enable')
    await talkAll(flows)
    await spreads(box.lab)
    assert.match(await doctor(), /ufw \(chain ip filter ufw/)
  })

  test('what it denies stays denied, and what it allows is answered on every line', async () => {
    const { lab } = box
    await lab.listen('router', 'echo', '0.0.0.0', 8022)
    const ask = (address: string): Promise<unknown> =>
      lab.openConnection(INTERNET, address, { port: 8022, from: '203.0.113.11', timeoutMs: 500 })
    for (const { address } of lab.topology.lines) await assert.rejects(ask(address))
    await must('ufw', 'allow', '8022/tcp')
    for (const { address } of lab.topology.lines) await ask(address)
  })

  test('ufw reload, under load: what it dropped meanwhile is all that is lost, our table stays, and all lines are back', async (context) => {
    const since = await journalSince()
    const load = keepAsking(box.lab)
    await load.more(20)
    const beganAt = performance.now()
    await must('ufw', 'reload')
    context.diagnostic(`ufw reload took ${Math.round(performance.now() - beganAt)} ms`)
    for (const line of ['fiber', 'dsl']) await becomes(line, 'up')
    await load.more(20)
    const records = await load.stop()
    const failed = records.filter(({ outcome }) => !outcome.ok).length
    context.diagnostic(`${failed} of ${records.length} connections that began around it failed`)
    const outcomes = await Promise.allSettled(flows.map((flow) => flow.talk()))
    const lost = outcomes.filter(({ status }) => status === 'rejected').length
    context.diagnostic(`${lost} of ${flows.length} open connections are lost`)
    const told = await since()
    context.diagnostic(told)
    assert.doesNotMatch(told, /not by us/)
    await spreads(box.lab)
  })
})
