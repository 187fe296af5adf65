/** Life beside what Tailscale and kube-proxy leave in the kernel: their rules, chains and marks, without the programs. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { INTERNET, ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import { box } from './box.ts'
import type { Box } from './box.ts'
import { openFlows, talkAll } from './flows.ts'
import { ip, usedBy } from './tunnel.ts'
import { placeWitness } from './witness.ts'

/** Host on the far side of the other program's interface. */
const BEYOND = 'client-2'

/** An interface of the other program, with `client-2` behind it. */
async function plug(lab: Lab, dev: string, own: string, far: string): Promise<void> {
  await ip(
    lab,
    `link add ${dev} type veth peer name eth1 netns ${lab.host(BEYOND).name}`,
    `address add ${own} dev ${dev}`,
    `link set ${dev} up`,
  )
  await lab.must(BEYOND, ['ip', '-batch', '-'], {
    input: `address add ${far} dev eth1\nlink set eth1 up\nroute replace default via ${own.split('/')[0]} dev eth1 onlink\n`,
  })
}

const nft = ({ lab }: Box, input: string): Promise<string> => lab.must(ROUTER, ['nft', '-f', '-'], { input })
const doctor = async ({ lab }: Box): Promise<string> => (await lab.command(['doctor'])).stdout

describe('beside Tailscale', () => {
  const PEER = '100.101.102.103'
  const router = box({
    // The third provider gives addresses of 100.64.0.0/10, as Tailscale does.
    lines: [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte' }],
    clients: 2,
    servers: 10,
    wishes: { lines: { fiber: 1, dsl: 1, lte: 1 }, health: { rise: '0s' } },
  })
  before(async () => {
    await plug(router.lab, 'tailscale0', '100.99.0.1/32', `${PEER}/32`)
    await ip(
      router.lab,
      'rule add pref 5210 fwmark 0x80000/0xff0000 lookup main',
      'rule add pref 5230 fwmark 0x80000/0xff0000 lookup default',
      'rule add pref 5250 fwmark 0x80000/0xff0000 type unreachable',
      'rule add pref 5270 lookup 52',
      `route add ${PEER} dev tailscale0 table 52`,
    )
    await nft(
      router,
      `table ip filter {
  chain ts-input {
    iifname != "tailscale0" ip saddr 100.64.0.0/10 drop
    iifname "tailscale0" accept
  }
  chain ts-forward {
    iifname "tailscale0" meta mark set meta mark & 0xff00ffff | 0x00040000
    meta mark & 0x00ff0000 == 0x00040000 accept
    oifname "tailscale0" ip saddr 100.64.0.0/10 drop
    oifname "tailscale0" accept
  }
  chain INPUT { type filter hook input priority filter; jump ts-input; }
  chain FORWARD { type filter hook forward priority filter; jump ts-forward; }
}
table ip nat {
  chain ts-postrouting { meta mark & 0x00ff0000 == 0x00040000 masquerade; }
  chain POSTROUTING { type nat hook postrouting priority srcnat; jump ts-postrouting; }
}
`,
    )
    await router.lab.listen(BEYOND, 'echo', PEER)
  })

  test('LAN and box reach its peers, no line is chosen for that, and doctor names it', async () => {
    const { lab } = router
    const chosen = await router.chosen()
    for (const host of ['client-1', ROUTER]) await (await lab.openConnection(host, PEER)).exchange()
    assert.deepEqual(await router.chosen(), chosen)
    assert.match(await doctor(router), /Tailscale \(chain ip filter ts-/)
  })

  test('everything else is spread, also over a line whose provider has addresses that it forbids elsewhere', async () => {
    await router.knows('fiber', 'dsl', 'lte')
    assert.deepEqual(await usedBy(router.lab, 'client-1'), ['fiber', 'dsl', 'lte'])
  })

  test('whoever has this box as exit node gets out by the lines, stays on one, and its marks are kept', async () => {
    const { lab } = router
    const marks = await placeWitness(lab, ROUTER, { hook: 'postrouting', match: 'oifname "wan*" ip daddr 203.0.113.0/24 ct state new iifname "tailscale0"', of: ['meta mark'] }) // prettier-ignore
    const flows = await openFlows(lab, [BEYOND], 10)
    assert.ok(new Set(flows.map(({ line }) => line)).size > 1)
    await talkAll(flows)
    assert.deepEqual(await marks.seen(), [['0x00040000']])
  })

  test('with an exit node elsewhere it has everything, and no line is chosen; when that is over the lines have it', async () => {
    const { lab } = router
    const chosen = await router.chosen()
    await ip(lab, `route add default via ${PEER} dev tailscale0 onlink table 52`)
    const gone = await placeWitness(lab, ROUTER, { hook: 'postrouting', match: 'ip daddr 203.0.113.0/24 th dport 80', of: ['oifname'] }) // prettier-ignore
    for (const host of ['client-1', ROUTER])
      await assert.rejects(lab.httpGet(host, '203.0.113.10', { timeoutMs: 200 }))
    assert.deepEqual(await gone.seen(), [['"tailscale0"']])
    assert.deepEqual(await router.chosen(), chosen)
    await ip(lab, 'route del default table 52')
    assert.deepEqual(await usedBy(lab, 'client-1'), ['fiber', 'dsl', 'lte'])
  })
})

describe('beside kube-proxy', () => {
  const [POD, SERVICE, NODE_PORT] = ['10.244.0.5', '10.96.0.10', 30_080]
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 2,
    servers: 10,
    wishes: { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' }, release: '0s' },
  })
  before(async () => {
    await plug(router.lab, 'cni0', '10.244.0.1/24', `${POD}/24`)
    await nft(
      router,
      `table ip nat {
  chain KUBE-MARK-MASQ { meta mark set meta mark | 0x00004000; }
  chain KUBE-SEP-1 { meta l4proto tcp dnat to ${POD}:7; }
  chain KUBE-SVC-1 {
    ip saddr != 10.244.0.0/16 ip daddr ${SERVICE} jump KUBE-MARK-MASQ
    jump KUBE-SEP-1
  }
  chain KUBE-EXT-1 {
    jump KUBE-MARK-MASQ
    jump KUBE-SVC-1
  }
  chain KUBE-NODEPORTS { tcp dport ${NODE_PORT} jump KUBE-EXT-1; }
  chain KUBE-SERVICES {
    ip daddr ${SERVICE} tcp dport 80 jump KUBE-SVC-1
    fib daddr type local jump KUBE-NODEPORTS
  }
  chain KUBE-POSTROUTING {
    meta mark & 0x00004000 != 0x00004000 return
    meta mark set meta mark ^ 0x00004000
    masquerade fully-random
  }
  chain PREROUTING { type nat hook prerouting priority dstnat; jump KUBE-SERVICES; }
  chain OUTPUT { type nat hook output priority -100; jump KUBE-SERVICES; }
  chain POSTROUTING { type nat hook postrouting priority srcnat; jump KUBE-POSTROUTING; }
}
table ip filter {
  chain KUBE-FORWARD {
    ct state invalid drop
    meta mark & 0x00004000 == 0x00004000 accept
    ct state related,established accept
  }
  chain FORWARD { type filter hook forward priority filter; jump KUBE-FORWARD; }
}
`,
    )
    await router.lab.listen(BEYOND, 'echo', POD)
  })

  test('a service is reached from the LAN and from the box, and doctor names it', async () => {
    for (const host of ['client-1', ROUTER])
      await (await router.lab.openConnection(host, SERVICE, { port: 80 })).exchange()
    assert.match(await doctor(router), /kube-proxy \(chain ip \w+ KUBE-/)
  })

  test('a node port is answered on every line', async () => {
    const { lab } = router
    for (const { address } of lab.topology.lines)
      for (const from of lab.topology.servers)
        await (await lab.openConnection(INTERNET, address, { port: NODE_PORT, from })).exchange()
  })

  test("a pod's own connections are spread over the lines and stay", async () => {
    const flows = await openFlows(router.lab, [BEYOND], 10)
    assert.deepEqual(new Set(flows.map(({ line }) => line)), new Set(['fiber', 'dsl']))
    await talkAll(flows)
  })

  test('connections of the LAN to a service go on when lines die: they leave by none', async () => {
    const { lab } = router
    const open = await Promise.all(
      Array.from({ length: 8 }, () => lab.openConnection('client-1', SERVICE, { port: 80 })),
    )
    for (const line of ['fiber', 'dsl']) {
      await lab.cut(line)
      await router.becomes(line, 'down')
      for (const connection of open) await connection.exchange()
      await lab.restore(line)
      await router.becomes(line, 'up')
    }
    for (const connection of open) await connection.exchange()
  })
})
