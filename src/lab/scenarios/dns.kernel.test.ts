import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { before, describe, test } from 'node:test'
import { eventually, INTERNET, LAN, ROUTER } from '../index.ts'
import { DIES_WITH_US, spawnIn } from '../run.ts'
import { box } from './box.ts'

/** Resolvers of the providers, and one that both name. Each tells by which line it was asked. */
const [FIBERS, DSLS, SHARED] = ['203.0.113.10', '203.0.113.11', '203.0.113.12']
const CLIENT = 'client-1'
const TIMES = 6

const DNSMASQ = '/usr/sbin/dnsmasq'
const whyNoDnsmasq = (): string | false =>
  existsSync(DNSMASQ) ? false : 'there is no dnsmasq (package dnsmasq-base)'

/** What a program of the client gets for a name, of this resolver and within its patience. */
const LOOK_UP = `const { Resolver } = require('node:dns').promises
const resolver = new Resolver({ timeout: 2000, tries: 1 })
resolver.setServers([process.argv[1]])
resolver.resolve4(process.argv[2]).then(([address]) => console.log(address), ({ code }) => console.log(code))`

describe('resolvers of lines', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    servers: 4,
    wishes: {
      // Whatever the weights and the affinity say.
      lines: { fiber: 1, dsl: 3 },
      affinity: 'client',
      more: { fiber: { dns: [FIBERS, SHARED] }, dsl: { dns: [DSLS, SHARED] } },
    },
  })
  before(async () => {
    for (const address of [FIBERS, DSLS, SHARED]) {
      await router.lab.listen(INTERNET, 'udp-echo', address, 53)
      await router.lab.listen(INTERNET, 'http', address, 53)
    }
  })

  /** The lines by which a host's questions to a resolver leave, over UDP and TCP, each from a socket of its own. */
  async function linesOf(host: string, resolver: string): Promise<(string | undefined)[]> {
    const asked = Array.from({ length: TIMES }, async () => [
      await router.lab.askUdp(host, resolver, { port: 53 }),
      await router.lab.httpGet(host, resolver, { port: 53 }),
    ])
    const lines = (await Promise.all(asked)).flat().map(({ client }) => router.lab.lineOfAddress(client))
    return [...new Set(lines)]
  }

  for (const host of [CLIENT, ROUTER]) {
    test(`${host} asks each provider's resolver by that provider, whatever weight and affinity say`, async () => {
      assert.deepEqual(await linesOf(host, FIBERS), ['fiber'])
      assert.deepEqual(await linesOf(host, DSLS), ['dsl'])
      assert.deepEqual(await linesOf(host, SHARED), ['fiber'])
    })
  }

  test('what is no question for a name is spread as ever, to the same address too', async () => {
    const asked = Array.from({ length: 60 }, () => router.lab.httpGet(ROUTER, FIBERS))
    const lines = (await Promise.all(asked)).map(({ client }) => router.lab.lineOfAddress(client))
    assert.deepEqual(new Set(lines), new Set(['fiber', 'dsl']))
  })

  test('when a line is dead, its own resolver is silent, and that of both answers over the other', async () => {
    await router.lab.blackhole('fiber')
    await router.becomes('fiber', 'down')
    for (const host of [CLIENT, ROUTER]) {
      assert.deepEqual(await linesOf(host, SHARED), ['dsl'])
      assert.deepEqual(await linesOf(host, DSLS), ['dsl'])
      await assert.rejects(router.lab.askUdp(host, FIBERS, { port: 53, timeoutMs: 300 }), /no answer/)
    }
    await router.lab.restore('fiber')
    await router.becomes('fiber', 'up')
    assert.deepEqual(await linesOf(CLIENT, SHARED), ['fiber'])
  })

  test('the list has the resolvers of lines in use, newly found ones too, and a dead line leaves it at once', async () => {
    const { config } = router.lab.daemonPaths
    const list = join(dirname(config), 'list', 'resolv.conf')
    const isTold = (...servers: readonly string[]): Promise<unknown> =>
      eventually(
        async () => (await readFile(list, 'utf8').catch(() => '')).match(/(?<=^nameserver )\S+/gm)?.join(' '),
        (seen) => seen === servers.join(' '),
        { what: `${list} has ${servers.join(' and ')}` },
      )
    await router.apply({
      lines: { fiber: 1, dsl: 1 },
      dns: list,
      more: { fiber: { dns: [FIBERS] } },
    })
    await isTold(FIBERS)

    // As systemd-networkd leaves it when a lease has come.
    const links = join(dirname(config), 'run/systemd/netif/links')
    const [device] = JSON.parse(await router.lab.must(ROUTER, ['ip', '-j', 'link', 'show', 'wan2'])) as {
      ifindex: number
    }[]
    await mkdir(links, { recursive: true })
    await writeFile(join(links, '.new'), `OPER_STATE=routable\nDNS=${DSLS}\n`)
    await rename(join(links, '.new'), join(links, String(device?.ifindex)))
    // The directory is new: whatever happens to a link is a reason to look for it.
    await router.lab.must(ROUTER, ['ip', 'link', 'set', 'wan2', 'alias', 'dsl'])
    await isTold(FIBERS, DSLS)
    assert.deepEqual(await linesOf(CLIENT, DSLS), ['dsl'])

    await router.lab.cut('fiber')
    await isTold(DSLS)
    await router.lab.restore('fiber')
    await isTold(FIBERS, DSLS)
  })
})

describe('dnsmasq on the router', { skip: whyNoDnsmasq() }, () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    servers: 4,
    wishes: { lines: { fiber: 1, dsl: 1 }, more: { fiber: { dns: [FIBERS] }, dsl: { dns: [DSLS] } } },
  })

  test('it asks the resolvers of lines in use, and a client gets its answers when one of them is dead', async (t) => {
    const { lab } = router
    // Names that tell their address are known to both.
    for (const address of [FIBERS, DSLS]) await lab.listen(INTERNET, 'resolver', address, 53)
    const list = join(lab.directory, 'resolv.conf')
    await router.apply({
      lines: { fiber: 1, dsl: 1 },
      dns: list,
      more: { fiber: { dns: [FIBERS] }, dsl: { dns: [DSLS] } },
    })
    await eventually(async () => existsSync(list), Boolean, { what: `${list} is there` })
    const own = [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--no-hosts',
      '--user=root',
      '--group=root',
      '--pid-file=',
    ]
    const dnsmasq = spawnIn(
      lab.host(ROUTER),
      [
        ...DIES_WITH_US,
        DNSMASQ,
        ...own,
        '--bind-interfaces',
        `--listen-address=${LAN.router}`,
        '--cache-size=0',
        `--resolv-file=${list}`,
        '--log-facility=-',
      ],
      { stdio: 'ignore' },
    )
    t.after(() => dnsmasq.kill('SIGKILL'))
    const looksUp = async (name: string): Promise<string> =>
      (await lab.must(CLIENT, [process.execPath, '-e', LOOK_UP, LAN.router, name])).trim()

    await eventually(
      () => looksUp('203.0.113.80.lab'),
      (found) => found === '203.0.113.80',
      { what: 'dnsmasq answers' },
    )
    await lab.blackhole('fiber')
    await router.becomes('fiber', 'down')
    await eventually(
      async () => (await readFile(list, 'utf8')).includes(FIBERS),
      (named) => !named,
      { what: 'the list is without it' },
    )
    for (const last of [81, 82, 83]) assert.equal(await looksUp(`203.0.113.${last}.lab`), `203.0.113.${last}`)
  })
})
