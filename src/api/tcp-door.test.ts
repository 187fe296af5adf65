import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as askHttp, type IncomingMessage } from 'node:http'
import { request as askHttps } from 'node:https'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import type { Control, Happened, JournalEntry, ToldEntry } from '../daemon/control.ts'
import { VALUES } from './examples.ts'
import { fakeControl } from './fake.ts'
import { createApi } from './server.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'multihomed-tcp-'))
after(() => rmSync(folder, { recursive: true }))

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = await listening()
  const { port } = server.address() as AddressInfo // it listens by TCP
  await new Promise((resolve) => server.close(resolve))
  return port
}

const listening = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server))
  })

async function open(control: Partial<Control> = {}, tls?: { certificate: string; key: string }) {
  const port = await freePort()
  const bugs: unknown[] = []
  const api = createApi(fakeControl(control), { onBug: (error) => bugs.push(error) })
  const opened = await api.openTcpDoor({ address: '127.0.0.1', port, names: [], ...(tls && { tls }) })
  assert.ok(opened.ok, JSON.stringify(opened))
  return { port, door: opened.value, bugs }
}

/** As a person would, with the real program. */
async function curl(...argv: string[]): Promise<{ status: number; body: string }> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--write-out', '\n%{http_code}', ...argv])
  const at = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) }
}

test('who is on the box looks with curl alone; a change takes a token', async () => {
  const drained: string[] = []
  const { port, door } = await open({
    drain: (name) => {
      drained.push(name)
      return Promise.resolve({ is: 'done', status: VALUES.status, line: VALUES.drained })
    },
  })
  const url = `http://127.0.0.1:${port}/v1`
  assert.equal((await curl(`${url}/status`)).status, 200)
  assert.equal((await curl('-X', 'POST', `${url}/lines/dsl/drain`)).status, 401)
  assert.equal((await curl('-X', 'POST', '-H', 'Authorization: Bearer may-read', `${url}/lines/dsl/drain`)).status, 403) // prettier-ignore
  assert.deepEqual(drained, [])
  assert.equal((await curl('-X', 'POST', '-H', 'Authorization: Bearer may-change', `${url}/lines/dsl/drain`)).status, 200) // prettier-ignore
  assert.deepEqual(drained, ['dsl'])
  await door.close()
})

test('what the file holds is told to those who may change it, however they ask', async () => {
  const { port, door } = await open()
  for (const path of ['config', 'config?x=1', 'config/history'])
    for (const [who, status] of [
      [[], 401],
      [['-H', 'Authorization: Bearer may-read'], 403],
      [['-H', 'Authorization: Bearer may-change'], 200],
    ] as const)
      for (const how of [[], ['--head']])
        assert.equal((await curl(...who, ...how, `http://127.0.0.1:${port}/v1/${path}`)).status, status, path)
  for (const path of ['/config', 'config/', '%63onfig', './config'])
    assert.equal((await curl('--path-as-is', `http://127.0.0.1:${port}/v1/${path}`)).status, 404, path)
  await door.close()
})

test('a token in the address opens nothing, because addresses end up in logs', async () => {
  const { port, door } = await open()
  const url = `http://127.0.0.1:${port}/v1/lines/dsl/drain?token=may-change&access_token=may-change`
  assert.equal((await curl('-X', 'POST', url)).status, 401)
  await door.close()
})

test('tokens are made and taken back on the Unix socket alone: by TCP that is said, whatever the token', async () => {
  const { port, door } = await open()
  const bearer = ['-H', 'Authorization: Bearer may-change']
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/a?right=read'],
    ['DELETE', '/desk'],
  ] as const) {
    const { status, body } = await curl(...bearer, '-X', method, `http://127.0.0.1:${port}/v1/tokens${path}`)
    assert.equal(status, 403)
    assert.match(body, /MH740.*on the Unix socket alone/)
  }
  await door.close()
})

test('a port that another program has is named with it, and nothing else is opened', async () => {
  const taken = await listening()
  const { port } = taken.address() as AddressInfo
  const api = createApi(fakeControl(), { holderOf: (asked) => Promise.resolve(`grafana (pid ${asked})`) })
  const opened = await api.openTcpDoor({ address: 'localhost', port, names: [] })
  assert.ok(!opened.ok)
  assert.equal(opened.error, `port ${port} belongs to grafana (pid ${port})`)
  taken.close()
})

test('localhost is both of its addresses', async () => {
  const port = await freePort()
  const opened = await createApi(fakeControl()).openTcpDoor({ address: 'localhost', port, names: [] })
  assert.ok(opened.ok)
  assert.equal((await curl(`http://127.0.0.1:${port}/v1/lines`)).status, 200)
  const six = await curl(`http://[::1]:${port}/v1/lines`).catch(() => undefined) // a box may have no IPv6
  assert.ok(six === undefined || six.status === 200)
  await opened.value.close()
})

test('with a certificate it speaks HTTPS; with one that is none it says which file', async () => {
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')]
  const make = (name: string) => run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', key, '-out', certificate]) // prettier-ignore
  await make('first')
  const { port, door } = await open({}, { certificate, key })
  const ask = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      askHttps({ port, host: '127.0.0.1', path, rejectUnauthorized: false, agent: false }, resolve)
        .on('error', reject)
        .end()
    })
  const asked = async () => {
    const response = await ask('/v1/lines')
    response.resume()
    const { socket, statusCode } = response
    return [statusCode, socket instanceof TLSSocket && socket.getPeerCertificate().subject.CN]
  }
  const stream = await ask('/v1/events/stream')
  assert.deepEqual(await asked(), [200, 'first'])
  await make('second')
  assert.ok((await door.renew()).ok)
  assert.deepEqual(await asked(), [200, 'second'])
  assert.equal(stream.destroyed, false, 'what is open stays')
  stream.on('error', () => undefined).destroy()
  await door.close()
  writeFileSync(certificate, 'not one')
  const refused = await createApi(fakeControl()).openTcpDoor({ address: '127.0.0.1', port, names: [], tls: { certificate, key } }) // prettier-ignore
  assert.ok(!refused.ok)
  assert.match(refused.error, /tls\.crt and .*tls\.key are not to be used/)
})

/** A stream as it comes in. */
function listen(port: number, path: string, headers: Record<string, string> = {}) {
  const events: string[] = []
  let rest = ''
  let wake = (): void => undefined
  const sent = askHttp({ port, host: '127.0.0.1', path, headers }, (response) => {
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      const pieces = (rest + text).split('\n\n')
      rest = pieces.pop() ?? ''
      events.push(...pieces)
      wake()
    })
    response.on('error', () => undefined)
  })
  sent.on('error', () => undefined)
  sent.end()
  return {
    /** @returns the first one that fits, when it has come */
    async first(fits: RegExp): Promise<string> {
      for (;;) {
        const found = events.find((event) => fits.test(event))
        if (found !== undefined) return found
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    /** Of all that came. */
    ids: () => events.flatMap((event) => /^id: (.*)$/m.exec(event)?.[1] ?? []),
    close: () => sent.destroy(),
  }
}

const entry = (id: number): JournalEntry => ({ id, atMs: Date.UTC(2026, 10, 23), kind: 'down', line: 'dsl', text: 'x' }) // prettier-ignore

test('a stream begins with how things are and goes on with what happens; nobody is told after he left', async () => {
  const listeners = new Set<(entry: JournalEntry) => void>()
  const left = Promise.withResolvers<undefined>()
  const { port, door, bugs } = await open({
    onEvent: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        left.resolve(undefined)
      }
    },
  })
  const others = listeners.size // the tally of the metrics
  const stream = listen(port, '/v1/events/stream')
  assert.match(await stream.first(/^event: status/), /"kind":"Status"/)
  for (const listener of listeners) listener(entry(44))
  const event = await stream.first(/^event: event/)
  assert.match(event, /^event: event\nid: \w+\/44\ndata: \{.*"event":"down"/)
  stream.close()
  await left.promise
  assert.equal(listeners.size, others)
  assert.deepEqual(bugs, [])
  await door.close()
})

test('who comes back with the last id gets what he missed, and nothing twice', async () => {
  const { port, door } = await open()
  const [first, last] = VALUES.history.entries
  const back = listen(port, '/v1/events/stream', { 'last-event-id': `${VALUES.history.run}/${first?.id}` })
  const missed = await back.first(/^event: event/)
  assert.match(missed, new RegExp(`id: ${VALUES.history.run}/${last?.id}\n`))
  back.close()
  const stranger = listen(port, '/v1/events/stream', { 'last-event-id': 'another-run/7' })
  assert.match(await stranger.first(/^event: event/), new RegExp(`id: ${VALUES.history.run}/${first?.id}\n`))
  stranger.close()
  await door.close()
})

test('who comes back after the daemon was started anew gets the end of the run before too, in order, and nothing twice', async () => {
  const listeners = new Set<(entry: JournalEntry) => void>()
  const isListening = Promise.withResolvers<undefined>()
  const read = Promise.withResolvers<Happened>()
  const { run: current } = VALUES.history
  const told = (of: string, id: number): ToldEntry => ({ ...entry(id), run: of })
  const { port, door } = await open({
    events: () => ({ run: current, entries: [told(current, 1)], isCut: false }),
    pastEvents: () => read.promise,
    onEvent: (listener) => {
      listeners.add(listener)
      if (listeners.size === 2) isListening.resolve(undefined) // the first is the tally of the metrics
      return () => void listeners.delete(listener)
    },
  })
  const back = listen(port, '/v1/events/stream?only=events', { 'last-event-id': 'before/7' })
  await isListening.promise
  for (const listener of listeners) for (const id of [2, 3]) listener(entry(id))
  const entries = [
    told('before', 6),
    told('before', 7),
    told('before', 8),
    told(current, 1),
    told(current, 2),
  ]
  read.resolve({ run: current, entries, isCut: false })
  await back.first(new RegExp(`id: ${current}/3`))
  assert.deepEqual(back.ids(), ['before/8', `${current}/1`, `${current}/2`, `${current}/3`])
  back.close()
  await door.close()
})

test('a stream ends when the token is taken back with which it was asked for', async () => {
  let isGood = true
  let tell = (): void => undefined
  const { port, door } = await open({
    tokens: { ...fakeControl().tokens, rightOf: () => (isGood ? 'read' : undefined) },
    onChange: (listener) => ((tell = listener), () => undefined),
  })
  const over = Promise.withResolvers<undefined>()
  const headers = { authorization: 'Bearer mine', 'x-forwarded-for': '192.0.2.7' }
  askHttp({ port, host: '127.0.0.1', path: '/v1/events/stream', headers }, (response) => {
    response.on('error', () => undefined)
    response.on('close', () => over.resolve(undefined))
    response.once('data', () => {
      isGood = false
      tell()
    })
  }).end()
  await over.promise
  await door.close()
})

test('who goes while he still sends is no mistake of ours', async () => {
  const { port, door, bugs } = await open()
  const sent = askHttp({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/v1/config/check',
    headers: {
      authorization: 'Bearer may-change',
      'content-type': 'application/json',
      'content-length': 1000,
      expect: '100-continue', // it answers when it reads
    },
  })
  sent.on('error', () => undefined)
  sent.on('continue', () => {
    sent.write('{', () => sent.destroy())
  })
  sent.flushHeaders()
  await new Promise((resolve) => sent.on('close', resolve))
  assert.equal((await curl(`http://127.0.0.1:${port}/v1/status`)).status, 200)
  assert.deepEqual(bugs, [])
  await door.close()
})

test('who listens and does not read is sent away, and the daemon keeps its memory', async () => {
  const big = { ...VALUES.status, hostname: 'x'.repeat(1 << 20) }
  let ask = (): void => undefined
  const { port, door } = await open({
    status: () => Promise.resolve(big),
    look: () => Promise.resolve(big),
    onChange: (listener) => ((ask = listener), () => undefined),
  })
  const gone = Promise.withResolvers<undefined>()
  const sent = askHttp({ port, host: '127.0.0.1', path: '/v1/events/stream' }, (response) => {
    response.pause()
    response.on('error', () => undefined)
    response.on('close', () => gone.resolve(undefined))
  })
  sent.on('error', () => gone.resolve(undefined))
  sent.end()
  const pressing = setInterval(() => ask(), 5)
  await gone.promise
  clearInterval(pressing)
  await door.close()
})
