import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DhcpClientOptions, DhcpNews, StartDhcpClient } from '../kernel/index.ts'
import { fail, ok } from '../model/index.ts'
import { eventually } from '../lab/index.ts'
import { TWO, started, type Scene } from './pretend-daemon.ts'

const FILE = TWO.replace('address: 198.51.1.2/24, gateway: 198.51.1.1', 'address: dhcp')

/** A client that tells what a test has it tell. */
class PretendClient {
  readonly asked: DhcpClientOptions[] = []
  closed = 0

  readonly start: StartDhcpClient = (options) => {
    this.asked.push(options)
    return { renew: () => undefined, close: () => void this.closed++ }
  }

  tell(news: DhcpNews): void {
    this.asked.at(-1)?.onNews(news)
  }

  gives(address: string, leaseS?: number): void {
    const given = { family: 'ipv4', address, length: 24 } as const
    const ends = leaseS === undefined ? {} : { leaseS }
    this.tell({ is: 'lease', address: given, router: '198.51.1.1', dns: [], ...ends })
  }
}

const isThen = (scene: Scene, state: string, address: string | undefined): Promise<unknown> =>
  eventually(
    async () => scene.daemon.glance().lines[0],
    (line) => line?.state === state && line.address === address,
    { what: `fiber is ${state}, ${address}` },
  )

async function asking(t: Parameters<typeof started>[0]): Promise<{ scene: Scene; client: PretendClient }> {
  const client = new PretendClient()
  return { scene: await started(t, { yaml: FILE, dhcpClient: ok(client.start) }), client }
}

test('a line has what its client was given, until the server says no', async (t) => {
  const { scene, client } = await asking(t)
  assert.deepEqual(client.asked.map(({ dev }) => dev), ['wan1']) // prettier-ignore
  await isThen(scene, 'down', undefined)
  client.gives('198.51.1.7', 3600)
  await isThen(scene, 'up', '198.51.1.7')
  client.gives('198.51.1.8', 3600)
  await isThen(scene, 'up', '198.51.1.8')
  client.tell({ is: 'none', because: 'refused' })
  await isThen(scene, 'down', undefined)
  assert.equal(client.asked.length, 1)
})

test('whoever begins to ask again says that it has nothing, and the address that is held stays', async (t) => {
  const { scene, client } = await asking(t)
  client.gives('198.51.1.7')
  await isThen(scene, 'up', '198.51.1.7')
  scene.kernel.setCarrier('wan1', false)
  await eventually(async () => client.closed, (closed) => closed === 1, { what: 'nobody asks into the void' }) // prettier-ignore
  scene.kernel.setCarrier('wan1', true)
  await eventually(async () => client.asked.length, (count) => count === 2, { what: 'asked again' }) // prettier-ignore
  assert.equal(client.asked[1]?.lastAddress, '198.51.1.7')
  client.tell({ is: 'none', because: 'over' })
  client.tell({ is: 'silence' })
  await isThen(scene, 'up', '198.51.1.7')
})

test('a card that goes takes its lease along: another provider may be behind the next one', async (t) => {
  const { scene, client } = await asking(t)
  client.gives('198.51.1.7')
  await isThen(scene, 'up', '198.51.1.7')
  scene.kernel.removeLink('wan1')
  await isThen(scene, 'absent', undefined)
  assert.equal(client.closed, 1)
})

test('a client that ends is started again', async (t) => {
  const { client } = await asking(t)
  client.asked[0]?.onEnd('it had enough')
  await eventually(async () => client.asked.length, (count) => count === 2, { what: 'started again', timeoutMs: 5000 }) // prettier-ignore
})

test('a line that asks no more is left without the address', async (t) => {
  const { scene, client } = await asking(t)
  client.gives('198.51.1.7')
  await isThen(scene, 'up', '198.51.1.7')
  await scene.write(TWO)
  await scene.daemon.apply()
  await isThen(scene, 'up', '198.51.1.2')
  assert.equal(client.closed, 1)
})

for (const [missing, says] of [
  ['udhcpc', /address of fiber by DHCP: udhcpc is not/],
  ['util-linux', /address of fiber by DHCP: setpriv, which ends udhcpc/],
] as const)
  test(`without ${missing} nobody asks, it is said, and other lines go on`, async (t) => {
    const { daemon } = await started(t, { yaml: FILE, dhcpClient: fail(missing) })
    const { notes, lines } = daemon.glance()
    const note = notes.find(({ code }) => code === 'no-dhcp-client')
    assert.match(note?.text ?? '', says)
    assert.match(note?.help ?? '', new RegExp(`apt install ${missing},`))
    assert.deepEqual(lines.map(({ state }) => state), ['down', 'up']) // prettier-ignore
  })
