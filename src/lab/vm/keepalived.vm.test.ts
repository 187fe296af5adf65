import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { LAN, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { DIES_WITH_US, spawnIn } from '../run.ts'
import { box } from '../scenarios/box.ts'
import { flowsOn, openFlows, talkAll } from '../scenarios/flows.ts'
import type { Flow } from '../scenarios/flows.ts'
import { uses } from './uses.ts'

const VIRTUAL = '10.0.0.254'
/** The other box of the pair; of the lines it has none. */
const OTHER = 'client-3'

/** @param excluded addresses that go along with the virtual one */
async function keepalived(lab: Lab, host: string, priority: number, excluded = ''): Promise<ChildProcess> {
  const device = host === ROUTER ? LAN.device : 'eth0'
  const file = (end: string): string => join(lab.directory, `keepalived-${host}${end}`)
  await writeFile(
    file('.conf'),
    `vrrp_instance lan {
  state BACKUP
  interface ${device}
  virtual_router_id 51
  priority ${priority}
  advert_int 1
  virtual_ipaddress {
    ${VIRTUAL}/24 dev ${device}
  }
  virtual_ipaddress_excluded {
    ${excluded}
  }
}
`,
  )
  const argv = `keepalived --dont-fork --vrrp --use-file=${file('.conf')} --pid=${file('.pid')} --vrrp_pid=${file('.vrrp')}`
  return spawnIn(lab.host(host), [...DIES_WITH_US, ...argv.split(' ')], { stdio: 'ignore' })
}

describe('keepalived', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 3,
    wishes: { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' }, more: { fiber: { address: undefined } } },
    beforeStart: (lab) => lab.must(ROUTER, ['ip', 'link', 'set', 'wan1', 'up']),
  })
  const running: ChildProcess[] = []
  let flows: readonly Flow[] = []
  after(() => {
    for (const child of running) child.kill()
  })

  test('it brings the address of a line and that of the LAN’s gateway: the line is used, and doctor names it', async () => {
    const { lab } = router
    await router.becomes('fiber', 'down')
    await lab.must('client-1', ['ip', 'route', 'replace', 'default', 'via', VIRTUAL])
    running.push(await keepalived(lab, ROUTER, 100, `${lab.line('fiber').addressWithLength} dev wan1`))
    await router.becomes('fiber', 'up')
    await router.knows('fiber', 'dsl')
    for (const client of ['client-1', 'client-2']) await uses(lab, client, ['fiber', 'dsl'])
    flows = await openFlows(lab, ['client-1', 'client-2'], 6)
    assert.match((await lab.command(['doctor'])).stdout, /keepalived \(it runs\)/)
  })

  test('the other box takes both: the line is out of use here, and what another line carries goes on', async () => {
    const { lab } = router
    running.push(await keepalived(lab, OTHER, 200))
    await router.becomes('fiber', 'down')
    await uses(lab, 'client-2', ['dsl'])
    await talkAll(flowsOn(flows, 'dsl').filter(({ name }) => name.includes('client-2')))
  })

  test('they come back: the line is used again, and nothing of ours was taken', async () => {
    const { lab } = router
    running.pop()?.kill()
    await router.becomes('fiber', 'up')
    for (const client of ['client-1', 'client-2']) await uses(lab, client, ['fiber', 'dsl'])
    await talkAll(flowsOn(flows, 'dsl'))
    assert.doesNotMatch(router.daemon.log.all.join('\n'), /not by us/)
  })
})
