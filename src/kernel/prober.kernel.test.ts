/** What comes back, in every kind of probe; all servers are on the loopback of a network of our own. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { ProbeAnswer, ProbePath, ProbeTarget } from '../model/index.ts'
import { enterOwnNetwork } from './own-network.ts'
import { openProber, type Prober } from './prober.ts'

enterOwnNetwork('MULTIHOMED_TEST_PROBER')
execFileSync('ip', ['-batch', '-'], {
  input: `link set lo up
${['1.1.1.1', '8.8.8.8', '9.9.9.9'].map((address) => `address add ${address} dev lo`).join('\n')}
link add cable type veth peer name far
link set cable up
`,
})

const LO = { dev: 'lo' }
const HOST = '127.0.0.9'
const answers = new Map<number, (answer: ProbeAnswer) => void>()
const prober: Prober = openProber({ onAnswer: (probe, answer) => answers.get(probe)?.(answer) })
after(() => prober.close())
let probes = 0
function ask(target: ProbeTarget, path: ProbePath = LO): Promise<ProbeAnswer> {
  const probe = (probes += 1)
  const { promise, resolve } = Promise.withResolvers<ProbeAnswer>()
  answers.set(probe, resolve)
  prober.ask(probe, path, target)
  return promise
}
/** What was answered in somebody's name; `true`: the answer is good; text after `no:`: there is none. */
async function outcome(target: ProbeTarget, path?: ProbePath): Promise<string | true> {
  const answer = await ask(target, path)
  if (!answer.answered) return `no: ${answer.why}`
  assert.ok(answer.delayMs >= 0 && answer.delayMs < 10_000)
  return answer.falsely ?? true
}

describe('an echo', () => {
  test('is answered by whoever is there', async () => {
    assert.equal(await outcome({ kind: 'icmp', address: HOST }), true)
  })
})

describe('a connection', () => {
  test('that is taken or refused has reached its target', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => {})).listen(443, HOST)
    await once(server, 'listening')
    assert.equal(await outcome({ kind: 'tcp', address: HOST }), true)
    server.close()
    assert.equal(await outcome({ kind: 'tcp', address: HOST, port: 444 }), true)
  })

  test('whose first packet is lost took as long as its second, and not the second until that', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => {})).listen(445, HOST)
    await once(server, 'listening')
    execFileSync('nft', ['-f', '-'], {
      input: `add table ip once
        add chain ip once in { type filter hook input priority 0; }
        add rule ip once in tcp dport 445 tcp flags syn quota until 100 bytes drop
`,
    })
    const askedAtMs = performance.now()
    const answer = await ask({ kind: 'tcp', address: HOST, port: 445 })
    assert.ok(performance.now() - askedAtMs > 900, 'nothing was lost')
    assert.ok(answer.answered && answer.delayMs < 900, JSON.stringify(answer))
    server.close()
    execFileSync('nft', ['delete', 'table', 'ip', 'once'])
  })
})

/** A resolver that does what a test says with each question. */
async function resolver(
  address: string,
  onQuestion: (
    answer: (record: string | undefined) => void,
    question: Buffer,
    socket: UdpSocket,
    from: RemoteInfo,
  ) => void,
): Promise<Disposable & { readonly asked: () => number }> {
  const socket = createSocket('udp4')
  let asked = 0
  socket.on('message', (question, from) => {
    asked += 1
    const answer = (told: string | undefined): void => {
      const record =
        told === undefined
          ? ''
          : `c00c000100010000003c0004${Buffer.from(told.split('.').map(Number)).toString('hex')}`
      const bytes = Buffer.concat([question, Buffer.from(record, 'hex')])
      bytes.writeUInt16BE(told === undefined ? 0x8183 : 0x8180, 2)
      bytes.writeUInt16BE(told === undefined ? 0 : 1, 6)
      socket.send(bytes, from.port, from.address)
    }
    onQuestion(answer, question, socket, from)
  })
  socket.bind(53, address)
  await once(socket, 'listening')
  return { asked: () => asked, [Symbol.dispose]: () => void socket.close() }
}

describe('a question to a resolver', () => {
  const about = (name?: string, expect?: string): ProbeTarget => ({
    kind: 'dns',
    address: HOST,
    ...(name !== undefined && { name }),
    ...(expect !== undefined && { expect }),
  })

  test('is answered by anything when no name was asked for', async () => {
    using _ = await resolver(HOST, (answer) => answer(undefined))
    assert.equal(await outcome(about()), true)
  })

  test('about a name wants an address, and the expected one when there is one', async () => {
    using _ = await resolver(HOST, (answer) => answer('192.0.2.7'))
    assert.equal(await outcome(about('example.com')), true)
    assert.equal(await outcome(about('example.com', '192.0.2.7')), true)
    assert.equal(await outcome(about('example.com', '192.0.2.8')), '192.0.2.7 for example.com')
  })

  test('about a name that is said not to be is answered, and not well', async () => {
    using _ = await resolver(HOST, (answer) => answer(undefined))
    assert.equal(await outcome(about('example.com')), 'no address for example.com (NXDOMAIN)')
  })

  test('is not answered by what answers another question, or by the question itself', async () => {
    using _ = await resolver(HOST, (answer, question, socket, from) => {
      const echoed = Buffer.from(question)
      const other = Buffer.from(question)
      other.writeUInt16BE(question.readUInt16BE(0) ^ 1, 0)
      other.writeUInt16BE(0x8180, 2)
      for (const bytes of [echoed, other, Buffer.from('?')]) socket.send(bytes, from.port, from.address)
      answer('192.0.2.7')
    })
    assert.equal(await outcome(about('example.com', '192.0.2.7')), true)
  })

  test('took as long as it took', async () => {
    let heldMs = 0
    using _ = await resolver(HOST, (answer) => {
      const fromMs = performance.now()
      setTimeout(() => {
        heldMs = performance.now() - fromMs
        answer(undefined)
      }, 50)
    })
    const answer = await ask(about())
    assert.ok(answer.answered && answer.delayMs >= heldMs, JSON.stringify(answer))
  })

  test('is not asked about what is no name', async () => {
    const answer = await ask(about('no name'))
    assert.deepEqual(answer, { answered: false, why: 'no name is no name of a host', unasked: true })
  })

  test('may be answered late: for ten seconds it is told, and then forgotten', async (t) => {
    const held: (() => void)[] = []
    using server = await resolver(HOST, (answer) => held.push(() => answer(undefined)))
    const heard: number[] = []
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const another = openProber({ onAnswer: (probe) => heard.push(probe) })
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await turn()
    }
    for (const probe of [1, 2]) another.ask(probe, LO, about())
    await until(() => server.asked() === 2)
    t.mock.timers.tick(9_999)
    held[0]?.()
    await until(() => heard.length === 1)
    t.mock.timers.tick(1)
    another.ask(3, LO, about())
    await until(() => server.asked() === 3)
    for (const answer of held) answer()
    await until(() => heard.length === 2)
    assert.deepEqual(heard, [1, 3])
    another.close()
  })
})

async function serving(server: Server, port: number, address = HOST): Promise<AsyncDisposable> {
  server.listen(port, address)
  await once(server, 'listening')
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const web = (onRequest: RequestListener): Promise<AsyncDisposable> => serving(createServer(onRequest), 80)

describe('a page', () => {
  const page = { kind: 'http', host: HOST, path: '/there?a=b' } as const

  test('is asked for as it is named, and any answer of the server will do', async () => {
    await using _ = await web(({ url, headers, method }, response) => {
      const asked = `${method} ${headers.host}${url}`
      response.writeHead(asked === `GET ${HOST}/there?a=b` ? 404 : 511).end()
    })
    assert.equal(await outcome(page), true)
  })

  test('of a login host is not the one that was asked for', async () => {
    await using _ = await web(
      (__, response) => void response.writeHead(302, { location: 'http://login.test/' }).end(),
    )
    assert.equal(await outcome(page), 'a redirect to login.test')
  })

  test('with the wanted text in it is good, with another status or text it is not', async () => {
    await using _ = await web((__, response) => void response.end('<p>success</p>'))
    assert.equal(await outcome({ ...page, status: 200, body: 'success' }), true)
    assert.equal(await outcome({ ...page, status: 204 }), 'status 200 instead of 204')
    assert.equal(await outcome({ ...page, body: 'welcome' }), 'a page without "welcome"')
  })

  test('without end is read for 64 kB', async () => {
    await using _ = await web((__, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(16_384)));
        response.once('drain', more)
      }
      response.on('error', () => {})
      more()
    })
    assert.equal(await outcome({ ...page, body: 'success' }), 'a page without "success"')
  })

  test('that never comes is no answer', async () => {
    assert.equal(await outcome(page), 'no: the connection was refused')
    await using _ = await web(({ socket }) => socket.destroy())
    assert.equal(await outcome(page), 'no: the connection was broken off')
  })

  test('of a host with a name is found by asking the witnesses, once in some minutes', async () => {
    using witness = await resolver('9.9.9.9', (answer) => answer(HOST))
    using _ = await resolver('1.1.1.1', (answer) => answer(undefined))
    await using __ = await web(({ headers }, response) => void response.end(headers.host))
    const named = { ...page, host: 'example.com', body: 'example.com' }
    assert.equal(await outcome(named), true)
    assert.equal(await outcome(named), true)
    assert.equal(witness.asked(), 1)
  })

  test('of a host that no witness knows is not there', async () => {
    const witnesses = await Promise.all(
      ['1.1.1.1', '8.8.8.8', '9.9.9.9'].map((one) => resolver(one, (answer) => answer(undefined))),
    )
    assert.equal(
      await outcome({ ...page, host: 'nowhere.test' }),
      'no: no resolver has an address for nowhere.test',
    )
    assert.equal(await outcome({ ...page, host: 'no name' }), 'no: no resolver has an address for no name')
    for (const witness of witnesses) witness[Symbol.dispose]()
  })
})

describe('a page over HTTPS', () => {
  const page = { kind: 'https', host: HOST, path: '/' } as const

  test('is not taken from a host that nobody vouches for', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'multihomed-tls-'))
    const [key, cert] = [join(directory, 'key'), join(directory, 'cert')]
    const make = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=portal`
    execFileSync('openssl', make.split(' '), { stdio: 'ignore' })
    const server = createHttpsServer(
      { key: readFileSync(key), cert: readFileSync(cert) },
      (_, response) => void response.end(),
    )
    rmSync(directory, { recursive: true })
    await using _ = await serving(server, 443)
    assert.equal(await outcome(page), 'a certificate that nobody known vouches for')
  })

  test('is not taken from a host that speaks something else', async () => {
    await using _ = await serving(
      createServer((__, response) => void response.end()),
      443,
    )
    assert.equal(await outcome(page), 'something that is no TLS')
  })
})

describe('a neighbour', () => {
  test('can only be asked for where there are hardware addresses', async () => {
    for (const [path, why] of [
      [LO, 'on lo there are no hardware addresses to ask for'],
      [{}, 'neighbours are asked for on an interface, and none is named'],
      [{ dev: 'none' }, 'there is no such interface'],
      [{ dev: 'far' }, 'the interface is switched off'],
    ] as const)
      assert.deepEqual(await ask({ kind: 'arp', address: HOST }, path), {
        answered: false,
        why,
        unasked: true,
      })
  })
})

test('a thousand probes of all kinds, answered or not, leave no descriptor open', async () => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length
  await using _ = await web((__, response) => void response.end())
  using ___ = await resolver(HOST, (answer) => answer(undefined))
  const targets: [ProbeTarget, ProbePath?][] = [
    [{ kind: 'icmp', address: HOST }],
    [{ kind: 'tcp', address: HOST, port: 80 }],
    [{ kind: 'tcp', address: HOST, port: 9 }],
    [{ kind: 'dns', address: HOST }],
    [{ kind: 'http', host: HOST, path: '/' }],
    [{ kind: 'https', host: HOST, port: 80, path: '/' }],
    [{ kind: 'http', host: HOST, port: 9, path: '/' }],
    [{ kind: 'arp', address: HOST }],
    [{ kind: 'icmp', address: HOST }, { dev: 'none' }],
  ]
  const before = descriptors()
  const another = openProber({ onAnswer: (probe) => answers.get(probe)?.({ answered: false, why: '' }) })
  const silent: [ProbeTarget, ProbePath][] = [
    [
      { kind: 'tcp', address: '192.0.2.1' },
      { dev: 'cable', source: HOST },
    ],
    [{ kind: 'dns', address: '192.0.2.1' }, { dev: 'cable' }],
    [{ kind: 'arp', address: '192.0.2.1' }, { dev: 'cable' }],
    [{ kind: 'http', host: 'nowhere.test', path: '/' }, LO],
  ]
  for (let round = 0; round < 100; round += 1) {
    for (const [target, path] of silent) another.ask(0, path, target)
    await Promise.all(targets.map(([target, path]) => ask(target, path)))
  }
  another.close()
  prober.close()
  const ended = (): boolean => descriptors() <= before
  const deadlineMs = performance.now() + 5000
  while (!ended() && performance.now() < deadlineMs) await turn()
  assert.ok(ended(), `${descriptors()} are open, ${before} were`)
})
