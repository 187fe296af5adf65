import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { httpGet } from '../../asking.ts'
import { openConnection } from '../../connection.ts'
import type { Connection } from '../../connection.ts'
import { INTERNET, LAN } from '../../index.ts'
import { closeNamespace, openNamespace } from '../../namespace.ts'
import type { Namespace } from '../../namespace.ts'
import { mustRun, run } from '../../run.ts'
import { openFlows, talkAll } from '../../scenarios/flows.ts'
import type { Flow } from '../../scenarios/flows.ts'
import { assertNoneFailed, keepAsking } from '../../scenarios/under-load.ts'
import { PORTS, startServer } from '../../servers.ts'
import type { LabServer } from '../../servers.ts'
import { becomes, doctor, journalSince, machine, must, spreads } from './machine.ts'

const CONTAINER = 'shop'
/** Where containers live on while their daemon is restarted, and file systems are copied: ours is an overlay already. */
const SETTINGS = { 'live-restore': true, 'storage-driver': 'vfs' }
const PUBLISHED = 8080

/** The guest has no program that loads AppArmor's profiles. */
const NO_PARSER = '--security-opt apparmor=unconfined'

/** Each by itself: a test may have ended before the thing was there. */
const LEAVE = [
  `ip netns delete ${CONTAINER}`,
  `docker rm --force ${CONTAINER}`,
  'systemctl stop docker.service docker.socket containerd.service',
  'nft delete table ip filter',
  'nft delete table ip nat',
  'ip link delete docker0',
]

/** A command of Docker, which is slow where the processor is emulated. */
const slowly = (...argv: readonly string[]): Promise<string> =>
  mustRun(undefined, argv, { timeoutMs: 30_000 })

describe('Docker', () => {
  let container: Namespace | undefined
  const servers: LabServer[] = []
  let flows: readonly Flow[] = []
  let own: readonly Connection[] = []

  // Before the lab goes, which a container would keep alive.
  after(async () => {
    for (const connection of own) connection.close()
    for (const server of servers) server.close()
    if (container) closeNamespace(container)
    for (const command of LEAVE) await run(undefined, command.split(' '))
  })
  const box = machine({ servers: 10 })

  before(async () => {
    for (const line of ['fiber', 'dsl']) await becomes(line, 'up')
    flows = await openFlows(box.lab, ['client-1', 'client-2'], 4)
    await writeFile('/etc/docker/daemon.json', JSON.stringify(SETTINGS))
  })

  /** By every line, from several places. */
  async function assertPublished(): Promise<void> {
    for (const { address } of box.lab.topology.lines)
      for (const from of box.lab.topology.servers.slice(0, 3)) {
        const connection = await box.lab.openConnection(INTERNET, address, { port: PUBLISHED, from })
        await connection.exchange()
        assert.equal(connection.seen.client, from)
        connection.close()
      }
  }

  test('it is started on a box that forwards already: it drops nothing of the LAN, and doctor names it', async () => {
    await slowly('systemctl', 'start', 'docker')
    assert.match(await must('iptables', '--list-rules', 'FORWARD'), /^-P FORWARD ACCEPT/)
    await talkAll(flows)
    await spreads(box.lab)
    assert.match(await doctor(), /Docker \(chain ip \w+ DOCKER/)
  })

  test('a published port is answered on every line', async () => {
    // A whole image needs no download.
    await slowly('sh', '-c', 'tar -C / -c bin/busybox | docker import - busybox')
    await slowly(...`docker run --detach --name ${CONTAINER} --publish ${PUBLISHED}:${PORTS.echo} ${NO_PARSER} busybox /bin/busybox sleep 1000000`.split(' ')) // prettier-ignore
    const [pid = '', address = ''] = (await slowly('docker', 'inspect', '--format', '{{.State.Pid}} {{.NetworkSettings.IPAddress}}', CONTAINER)).trim().split(' ') // prettier-ignore
    await must('ip', 'netns', 'attach', CONTAINER, pid)
    container = openNamespace(CONTAINER)
    servers.push(await startServer(container, 'echo', address))
    await assertPublished()
  })

  test("a container's own connections are spread over the lines, and each stays on its own", async () => {
    const { lab } = box
    const inside = container ?? assert.fail('the container runs')
    own = await Promise.all(lab.topology.servers.map((to) => openConnection(inside, to, PORTS.echo)))
    const lines = own.map(({ seen }) => lab.lineOfAddress(seen.client) ?? '')
    assert.deepEqual([...new Set(lines)].toSorted(), ['dsl', 'fiber'])
    for (const connection of own) await connection.exchange()
  })

  test('systemctl restart docker, under load: our table stays, no connection is lost', async () => {
    const since = await journalSince()
    const load = keepAsking(box.lab)
    await load.more(20)
    await slowly('systemctl', 'restart', 'docker')
    await load.more(20)
    assertNoneFailed(await load.stop())
    await talkAll(flows)
    for (const connection of own) await connection.exchange()
    await assertPublished()
    assert.doesNotMatch(await since(), /not by us/)
  })

  test('a line dies: the container goes on over the other, and its port is answered there', async () => {
    const { lab } = box
    const inside = container ?? assert.fail('the container runs')
    await lab.cut('fiber')
    await becomes('fiber', 'down')
    for (const to of lab.topology.servers)
      assert.equal(lab.lineOfAddress((await httpGet(inside, to)).client), 'dsl')
    await (await lab.openConnection(INTERNET, lab.line('dsl').address, { port: PUBLISHED })).exchange()
    await lab.restore('fiber')
    await becomes('fiber', 'up')
  })

  test('it is started before us and drops what is forwarded: the LAN is refused until its rule is there, which doctor tells', async () => {
    await must('systemctl', 'stop', 'multihomed')
    await must('sysctl', '-qw', 'net.ipv4.ip_forward=0')
    await slowly('systemctl', 'restart', 'docker')
    assert.match(await must('iptables', '--list-rules', 'FORWARD'), /^-P FORWARD DROP/)
    await must('systemctl', 'start', 'multihomed')
    for (const line of ['fiber', 'dsl']) await becomes(line, 'up')
    await assert.rejects(box.lab.httpGet('client-1', '203.0.113.10', { timeoutMs: 500 }))
    await assertPublished()

    const told = await doctor()
    assert.match(told, /chain ip filter FORWARD drops what no rule of it allows/)
    const rules = [...told.matchAll(/iptables -I DOCKER-USER (.*?-j ACCEPT)/g)].map(([, rule = '']) => rule)
    assert.equal(rules.length, 2, told)
    for (const rule of rules)
      await must(...`iptables -I DOCKER-USER ${rule.replace('LAN', LAN.device)}`.split(' '))
    await spreads(box.lab)
    await slowly('systemctl', 'restart', 'docker')
    await spreads(box.lab)
  })
})
