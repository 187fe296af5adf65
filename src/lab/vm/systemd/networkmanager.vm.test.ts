import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../../index.ts'
import { openFlows, talkAll } from '../../scenarios/flows.ts'
import type { Flow } from '../../scenarios/flows.ts'
import { serveDhcp } from './dhcp-server.ts'
import type { DhcpServer } from './dhcp-server.ts'
import {
  apply,
  becomes,
  FOLLOWED,
  journalSince,
  machine,
  must,
  ourRules,
  spreads,
  status,
} from './machine.ts'

const LINES = [
  ['fiber', 'wan1'],
  ['dsl', 'wan2'],
] as const

describe('NetworkManager has the lines, by DHCP', () => {
  const servers: DhcpServer[] = []
  let flows: readonly Flow[] = []

  // Before the lab goes: a server would keep its network alive.
  after(async () => {
    for (const [line] of LINES) await must('nmcli', 'connection', 'delete', line)
    await must('systemctl', 'stop', 'NetworkManager')
    for (const server of servers) await server.stop()
  })
  const box = machine()

  before(async () => {
    for (const [line] of LINES) servers.push(await serveDhcp(box.lab, line))
    await apply(FOLLOWED)
    await must('systemctl', 'start', 'NetworkManager')
    for (const [line, device] of LINES) {
      // Debian leaves virtual cards to whoever made them.
      await must('nmcli', 'device', 'set', device, 'managed', 'yes')
      await must(...`nmcli connection add type ethernet con-name ${line} ifname ${device} ipv4.method auto ipv6.method disabled`.split(' ')) // prettier-ignore
    }
  })

  test('its leases become lines, and connections are spread over them', async () => {
    for (const [line] of LINES) await becomes(line, 'up')
    assert.match(await must('ip', 'route'), /default via 198\.51\.100\.1 dev wan1 proto dhcp/)
    await spreads(box.lab)
    flows = await openFlows(box.lab, ['client-1', 'client-2'], 4)
  })

  test('a restart of it takes nothing of ours, and connections go on', async () => {
    const before = await ourRules()
    const since = await journalSince()
    await must('systemctl', 'restart', 'NetworkManager')
    await eventually(() => must('nmcli', '--terse', '--fields', 'DEVICE,STATE', 'device'), (text) => /wan1:connected/.test(text), { what: 'it has the lines again', timeoutMs: 20_000 }) // prettier-ignore
    await talkAll(flows)
    await spreads(box.lab)
    assert.equal(await ourRules(), before)
    assert.doesNotMatch(await since(), /not by us/)
  })

  test('the provider gives another address: it is followed', async () => {
    const renewed = '192.0.2.6'
    await servers[1]?.gives(renewed)
    await box.lab.assignAddresses('dsl', [renewed])
    await must('nmcli', 'connection', 'up', 'dsl')
    await eventually(
      async () => (await status()).lines.find(({ name }) => name === 'dsl')?.address,
      (address) => address === renewed,
      { what: `dsl has ${renewed}`, timeoutMs: 20_000 },
    )
    await becomes('dsl', 'up')
    await spreads(box.lab)
  })
})
