import assert from 'node:assert/strict'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../../index.ts'
import { openFlows, talkAll } from '../../scenarios/flows.ts'
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

const LIMIT = { timeoutMs: 20_000 }
const OF_LINES = '/etc/systemd/network/50-lines.network'
const FOR_LINES = '[Match]\nName=wan1 wan2\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\n'
const SETTING = '/etc/systemd/networkd.conf.d/multihomed.conf'

describe('systemd-networkd has the lines, by DHCP', () => {
  const servers: DhcpServer[] = []

  // Before the lab goes: a server would keep its network alive.
  after(async () => {
    for (const server of servers) await server.stop()
    await must('systemctl', 'stop', 'systemd-networkd.socket', 'systemd-networkd')
    for (const file of [OF_LINES, SETTING]) await rm(file, { force: true })
  })
  const box = machine()

  before(async () => {
    for (const line of ['fiber', 'dsl']) servers.push(await serveDhcp(box.lab, line))
    await writeFile(OF_LINES, FOR_LINES)
    await apply(FOLLOWED)
    await must('systemctl', 'start', 'systemd-networkd')
  })

  test('its leases become lines, and connections are spread over them', async () => {
    for (const line of ['fiber', 'dsl']) await becomes(line, 'up')
    assert.match(await must('ip', 'route'), /default via 198\.51\.100\.1 dev wan1 proto dhcp/)
    await spreads(box.lab)
  })

  /** Until it has both lines again, and whatever it took of ours is back. */
  async function restart(): Promise<string> {
    const before = await ourRules()
    const since = await journalSince()
    await must('systemctl', 'restart', 'systemd-networkd')
    await eventually(() => must('networkctl', 'status', 'wan1', 'wan2', '--no-pager'), (text) => text.split('routable (configured)').length === 3, { what: 'it has the lines again', ...LIMIT }) // prettier-ignore
    await eventually(ourRules, (now) => now === before, { what: 'our rules are as before', ...LIMIT })
    for (const line of ['fiber', 'dsl']) await becomes(line, 'up')
    await spreads(box.lab)
    return since()
  }

  test('a restart of it: addresses go and come, what it takes of ours is put back, and it is named', async () => {
    assert.match(await restart(), /removed by systemd-networkd.*, not by us: .*put back/)
  })

  test('told to keep what it gave and to leave ours alone (contrib/networkd.conf), a restart takes nothing, and connections go on', async () => {
    await mkdir(dirname(SETTING), { recursive: true })
    await copyFile('contrib/networkd.conf', SETTING)
    await writeFile(OF_LINES, `${FOR_LINES}KeepConfiguration=yes\n`)
    await restart()
    const flows = await openFlows(box.lab, ['client-1', 'client-2'], 4)
    assert.doesNotMatch(await restart(), /not by us|is down/)
    await talkAll(flows)
  })

  test('the provider gives another address when the cable is back: it is followed', async () => {
    const renewed = '198.51.100.5'
    await box.lab.cut('fiber')
    await becomes('fiber', 'down')
    await servers[0]?.gives(renewed)
    await box.lab.assignAddresses('fiber', [renewed])
    await box.lab.restore('fiber')
    await eventually(
      async () => (await status()).lines.find(({ name }) => name === 'fiber')?.address,
      (address) => address === renewed,
      { what: `fiber has ${renewed}`, ...LIMIT },
    )
    await becomes('fiber', 'up')
    await spreads(box.lab)
    // A card without an address sends IGMP.
    const wrong = (await box.lab.wrongSources('fiber')).filter(({ source }) => source !== '0.0.0.0')
    assert.deepEqual(wrong, [])
  })
})
