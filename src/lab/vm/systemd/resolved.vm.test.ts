import assert from 'node:assert/strict'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { StatusDocument } from '../../../api/contract.ts'
import { eventually } from '../../index.ts'
import { apply, becomes, doctor, journal, machine, must, status } from './machine.ts'

const LIMIT = { timeoutMs: 20_000 }
const RULE = '/etc/polkit-1/rules.d/multihomed.rules'
const OF_NETWORKD = '/etc/systemd/networkd.conf.d/multihomed.conf'
const OF_DSL = '/etc/systemd/network/50-dsl.network'
/** The fixed line's resolver is in our file, the other's with systemd-networkd. */
const FOR_DSL =
  '[Match]\nName=wan2\n[Network]\nAddress=192.0.2.2/28\nGateway=192.0.2.1\nDNS=192.0.2.53\nLinkLocalAddressing=no\n'
const FILE = `lan: { interfaces: [{ name: lan0, address: 10.0.0.1/24 }] }
lines:
  fiber: { interface: wan1, address: 198.51.100.2/28, gateway: 198.51.100.1, dns: [198.51.100.53] }
  dsl: { interface: wan2 }
`

const note = async (): Promise<StatusDocument['notes'][number] | undefined> =>
  (await status()).notes.find(({ code }) => code === 'MH548')

/** What `resolvectl` shows: `198.51.100.53`, `yes`. */
async function shows(what: 'dns' | 'default-route', device: string, wanted: string): Promise<void> {
  await eventually(
    async () => (await must('resolvectl', what, device)).trim().replace(/^.*?\): ?/, ''),
    (seen) => seen === wanted,
    { what: `resolvectl ${what} ${device} is "${wanted}"`, ...LIMIT },
  )
}

describe('systemd-resolved answers for names, and the unit is to tell it whom to ask', () => {
  after(async () => {
    await must('systemctl', 'stop', 'systemd-networkd.socket', 'systemd-networkd')
    for (const file of [RULE, OF_NETWORKD, OF_DSL]) await rm(file, { force: true })
  })
  const box = machine()

  before(async () => {
    await mkdir(dirname(OF_NETWORKD), { recursive: true })
    await copyFile('contrib/networkd.conf', OF_NETWORKD)
    await writeFile(OF_DSL, FOR_DSL)
    // What we took from the interface for the file of before is not to be what it has put there.
    await apply(`${FILE}dns: resolved\n`)
    await must('systemctl', 'start', 'systemd-resolved', 'systemd-networkd')
    for (const line of ['fiber', 'dsl']) await becomes(line, 'up')
  })

  test('as long as polkit does not let the daemon tell it, status and doctor say so', async () => {
    const told = await eventually(note, (seen) => seen !== undefined, { what: 'status says it', ...LIMIT })
    assert.match(told?.text ?? '', /resolvectl .* wan1.*authentication required/)
    assert.match(told?.help ?? '', /contrib\/multihomed\.rules/)
    assert.match(await doctor(), /nobody is told which resolvers work/)
  })

  test('with the rule of contrib, put where docs/install.md has it, it knows those of each line', async () => {
    await must('install', '-m', '644', 'contrib/multihomed.rules', RULE)
    const again = async (): ReturnType<typeof note> => {
      await must('systemctl', 'reload', 'multihomed')
      return note()
    }
    await eventually(again, (seen) => seen === undefined, { what: 'the note is gone', ...LIMIT })
    await shows('dns', 'wan1', '198.51.100.53')
    await shows('dns', 'wan2', '192.0.2.53')
    for (const device of ['wan1', 'wan2']) await shows('default-route', device, 'yes')
  })

  test('a line that falls silent is no way for names until it is back, whoever configured it', async () => {
    for (const [line, device] of [
      ['fiber', 'wan1'],
      ['dsl', 'wan2'],
    ] as const) {
      await box.lab.blackhole(line)
      await becomes(line, 'down')
      await shows('default-route', device, 'no')
      await box.lab.restore(line)
      await becomes(line, 'up')
      await shows('default-route', device, 'yes')
    }
  })

  test('when the file names nobody any more, it is as if we had never been there', async () => {
    await apply(FILE)
    await shows('dns', 'wan1', '')
    await shows('dns', 'wan2', '192.0.2.53')
  })

  test('NetworkManager, where there is one, would tell it anew when we ask', async () => {
    const ask = 'pkcheck --action-id org.freedesktop.NetworkManager.reload --process $$'
    await must('setpriv', '--reuid=multihomed', '--regid=multihomed', '--clear-groups', 'sh', '-c', ask)
  })

  test('no program of ours spoke to systemd in our name', async () => {
    assert.doesNotMatch(await journal(), /Got notification message/)
  })
})
