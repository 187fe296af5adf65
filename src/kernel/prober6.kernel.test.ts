/** The same over IPv6: servers on the loopback of a network of our own, and a gateway behind a cable. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { mark, toNumber, type ProbeAnswer, type ProbePath, type ProbeTarget } from '../model/index.ts'
import { enterOwnNetwork } from './own-network.ts'
import { measurePathMtu } from './path-mtu.ts'
import { openProber } from './prober.ts'

enterOwnNetwork('MULTIHOMED_TEST_PROBER6')
const BEYOND = `beyond-${process.pid}`
const HOST = 'fd00::9'
const WITNESSES = ['2606:4700:4700::1111', '2001:4860:4860::8888', '2620:fe::fe']
const GATEWAY = 'fe80::1'
/** Nobody has it. */
const NOBODY = 'fe80::99'
const FAR = '2001:db8:f::1'

execFileSync('ip', ['netns', 'add', BEYOND])
execFileSync('ip', ['-batch', '-'], {
  input: `link set lo up
link add cable type veth peer name cable netns ${BEYOND}
${[HOST, ...WITNESSES].map((address) => `address add ${address}/128 dev lo nodad`).join('\n')}
link set cable addrgenmode none
link set cable up
address add fe80::2/64 dev cable nodad
address add 2001:db8::2/64 dev cable nodad
`,
})
for (const command of [
  'rule add fwmark 0x1000000/0x3f000000 lookup 201',
  `route add default via ${GATEWAY} dev cable table 201`,
])
  execFileSync('ip', ['-6', ...command.split(' ')])
execFileSync('ip', ['-netns', BEYOND, '-batch', '-'], {
  input: `link set lo up
link set cable addrgenmode none
link set cable up
address add ${GATEWAY}/64 dev cable nodad
address add 2001:db8::1/64 dev cable nodad
address add ${FAR}/128 dev lo nodad
`,
})
after(() => execFileSync('ip', ['netns', 'delete', BEYOND]))

const LO: ProbePath = { dev: 'lo', family: 'ipv6' }
const LINE: ProbePath = { dev: 'cable', mark: mark(0x0100_0000), family: 'ipv6' }
const answers = new Map<number, (answer: ProbeAnswer) => void>()
const prober = openProber({ onAnswer: (probe, answer) => answers.get(probe)?.(answer) })
after(() => prober.close())
let probes = 0
function ask(target: ProbeTarget, path: ProbePath): Promise<ProbeAnswer> {
  const probe = (probes += 1)
  const { promise, resolve } = Promise.withResolvers<ProbeAnswer>()
  answers.set(probe, resolve)
  prober.ask(probe, path, target)
  return promise
}
/** What was answered in somebody's name; `true`: the answer is good; text after `no:`: there is none. */
async function outcome(target: ProbeTarget, path = LO): Promise<string | true> {
  const answer = await ask(target, path)
  return answer.answered ? (answer.falsely ?? true) : `no: ${answer.why}`
}

for (const [how, groups] of [
  ['through a raw socket, where nobody may have an ICMP one', '1 0'],
  ['through an ICMP socket', '0 4294967294'],
] as const)
  describe(`an echo ${how}`, () => {
    before(() => writeFileSync('/proc/sys/net/ipv4/ping_group_range', groups))

    test('is answered by this box, over the line, and by a gateway that has nothing but its link-local address', async () => {
      assert.equal(await outcome({ kind: 'icmp', address: HOST }), true)
      assert.equal(await outcome({ kind: 'icmp', address: FAR }, LINE), true)
      assert.equal(await outcome({ kind: 'icmp', address: GATEWAY }, LINE), true)
    })

    test('leaves by the line or not at all', async () => {
      const { mark: _, ...unmarked } = LINE
      assert.equal(await outcome({ kind: 'icmp', address: FAR }, unmarked), 'no: no route leads there')
      assert.match(
        String(await outcome({ kind: 'icmp', address: FAR }, { dev: 'none' })),
        /no such interface/,
      )
    })
  })

describe('how large a packet may be', () => {
  const measured = (most: number) => measurePathMtu(LINE, [FAR], 'ipv6', most)
  const beyond = (input: string) => execFileSync('ip', ['netns', 'exec', BEYOND, 'nft', '-f', '-'], { input })

  test('all that the interface takes, where nothing is in the way', async () => {
    assert.deepEqual(await measured(1500), { is: 'passes', bytes: 1500, isTold: false })
  })

  test('to the byte, where larger ones vanish', async () => {
    beyond('table ip6 hole { chain i { type filter hook input priority 0; meta length > 1411 drop; }; }')
    try {
      assert.deepEqual(await measured(1500), { is: 'passes', bytes: 1411, isTold: false })
    } finally {
      beyond('delete table ip6 hole')
    }
  })

  test('nobody knows, where nobody answers', async () => {
    const path = measurePathMtu(LINE, ['2001:db8:f::99'], 'ipv6', 1500)
    assert.deepEqual(await path, { is: 'silent' })
  })
})

test('a connection that is taken or refused has reached its target', async () => {
  const server = createTcpServer((socket) => socket.on('error', () => {})).listen(443, HOST)
  await once(server, 'listening')
  assert.equal(await outcome({ kind: 'tcp', address: HOST }), true)
  server.close()
  assert.equal(await outcome({ kind: 'tcp', address: HOST, port: 444 }), true)
  assert.equal(await outcome({ kind: 'tcp', address: FAR }, LINE), true)
})

test('a connection that a router prohibits has reached nobody, and it is not this box that prohibits it', async () => {
  const nft = (text: string): unknown => execFileSync('ip', ['netns', 'exec', BEYOND, 'nft', text])
  nft('add table ip6 strict; add chain ip6 strict in { type filter hook input priority 0; }')
  for (const word of ['admin-prohibited', 'port-unreachable']) {
    nft(`add rule ip6 strict in meta l4proto tcp reject with icmpv6 type ${word}`)
    assert.deepEqual(await ask({ kind: 'tcp', address: FAR }, LINE), {
      answered: false,
      why: 'a router on the way refused it',
    })
    nft('flush chain ip6 strict in')
  }
  nft('delete table ip6 strict')
})

/** Tells one address for every name, an IPv6 one to whoever asks for such. */
async function resolver(address: string): Promise<AsyncDisposable> {
  const socket = createSocket('udp6')
  socket.on('message', (question, from) => {
    const wantsIpv6 = question.readUInt16BE(question.length - 4) === 28
    const ipv6 = toNumber(HOST).toString(16).padStart(32, '0')
    const record = wantsIpv6 ? `c00c001c00010000003c0010${ipv6}` : 'c00c000100010000003c0004c0000207'
    const bytes = Buffer.concat([question, Buffer.from(record, 'hex')])
    bytes.writeUInt16BE(0x8180, 2)
    bytes.writeUInt16BE(1, 6)
    socket.send(bytes, from.port, from.address)
  })
  socket.bind(53, address)
  await once(socket, 'listening')
  return {
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}

test('a resolver is asked for addresses of the expected family', async () => {
  await using _ = await resolver(HOST)
  const about = { kind: 'dns', address: HOST, name: 'example.com' } as const
  assert.equal(await outcome({ kind: 'dns', address: HOST }), true)
  assert.equal(await outcome({ ...about, expect: '192.0.2.7' }), true)
  assert.equal(await outcome({ ...about, expect: HOST }), true)
  assert.equal(await outcome({ ...about, expect: 'fd00::8' }), `${HOST} for example.com`)
})

test('a page is asked for by address, and by the IPv6 address that a name has at a witness', async () => {
  await using _ = await resolver(WITNESSES[2] ?? assert.fail())
  const server = createServer(({ headers }, response) => {
    if (headers.host === 'moved.test') response.writeHead(302, { location: 'http://login.test/' }).end()
    else response.end(headers.host)
  })
  await once(server.listen(80, HOST), 'listening')
  const page = { kind: 'http', host: HOST, path: '/' } as const
  assert.equal(await outcome({ ...page, body: `[${HOST}]` }), true)
  assert.equal(await outcome({ ...page, host: 'example.com', body: 'example.com' }), true)
  assert.equal(await outcome({ ...page, host: 'moved.test' }), 'a redirect to login.test')
  server.closeAllConnections()
  server.close()
})

describe('a gateway, asked by neighbour discovery', () => {
  test('answers by its link-local address and by its global one, and nobody answers in its place', async () => {
    let wasSilent = true
    const silent = ask({ kind: 'ndp', address: NOBODY }, LINE)
    void silent.then(() => (wasSilent = false))
    assert.equal(await outcome({ kind: 'ndp', address: GATEWAY }, LINE), true)
    assert.equal(await outcome({ kind: 'ndp', address: '2001:db8::1' }, LINE), true)
    assert.ok(wasSilent)
  })

  test('can only be asked for where there are hardware addresses, and an address of ours', async () => {
    for (const [path, why] of [
      [LO, 'on lo there are no hardware addresses to ask for'],
      [{}, 'neighbours are asked for on an interface, and none is named'],
      [{ dev: 'none' }, 'there is no such interface'],
    ] as const)
      assert.deepEqual(await ask({ kind: 'ndp', address: GATEWAY }, path), {
        answered: false,
        why,
        unasked: true,
      })
    execFileSync('ip', ['-6', 'address', 'flush', 'dev', 'cable'])
    const answer = await ask({ kind: 'ndp', address: GATEWAY }, LINE)
    assert.ok(!answer.answered && answer.unasked === true, JSON.stringify(answer))
  })
})

test('probes of all kinds, answered or not, leave no descriptor open', async () => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length
  const before = descriptors()
  const another = openProber({ onAnswer: () => {} })
  const targets: [ProbeTarget, ProbePath][] = [
    [{ kind: 'icmp', address: HOST }, LO],
    [{ kind: 'tcp', address: HOST, port: 9 }, LO],
    [{ kind: 'dns', address: HOST }, LO],
    [{ kind: 'http', host: HOST, path: '/' }, LO],
    [{ kind: 'http', host: 'nowhere.test', path: '/' }, LO],
    [{ kind: 'ndp', address: NOBODY }, LINE],
    [{ kind: 'ndp', address: NOBODY }, LO],
    [{ kind: 'icmp', address: FAR }, LINE],
  ]
  for (let round = 0; round < 50; round += 1)
    for (const [target, path] of targets) another.ask(0, path, target)
  another.close()
  prober.close()
  const deadlineMs = performance.now() + 5000
  while (descriptors() > before && performance.now() < deadlineMs) await turn()
  assert.ok(descriptors() <= before, `${descriptors()} are open, ${before} were`)
})
