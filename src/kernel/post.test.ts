import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { post } from './post.ts'

const posting = (url: string, timeoutMs = 5000) =>
  ({ family: 'ipv4', url, headers: {}, body: 'a secret', timeoutMs }) as const

/** What a server at a port of this box answers to whoever connects. */
async function answering(t: TestContext, text: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(text))
    t.after(() => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/` // it listens on TCP
}

test('the status, when to come again and how the answer begins are told', async (t) => {
  const url = await answering(t, 'HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 5\r\n\r\nlater')
  assert.deepEqual(await post(posting(url)), { is: 'answered', status: 429, retryAfter: '7', said: 'later' })
})

test('an endless answer is not read to its end', async (t) => {
  const url = await answering(t, `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1_000_000)}`)
  const posted = await post(posting(url))
  assert.ok(posted.is === 'answered' && posted.said.length <= 2048)
})

test('what is no HTTP is no answer', async (t) => {
  assert.equal((await post(posting(await answering(t, 'hello\r\n')))).is, 'failed')
})

test('nobody listens, or nobody speaks', async (t) => {
  assert.deepEqual(await post(posting('http://127.0.0.1:1/')), {
    is: 'failed',
    why: 'the connection was refused',
  })
  const silent = createServer((socket) => t.after(() => socket.destroy()))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.after(() => silent.close())
  const { port } = silent.address() as AddressInfo // it listens on TCP
  assert.deepEqual(await post(posting(`http://127.0.0.1:${port}/`, 200)), {
    is: 'failed',
    why: 'no answer in time',
  })
})

test('a server whose certificate nobody vouches for is told nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'multihomed-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-keyout', key, '-out', cert], { stdio: 'ignore' }) // prettier-ignore
  } catch {
    return t.skip('openssl makes no certificate here')
  }
  let heard = ''
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on('error', () => undefined).on('data', (piece: Buffer) => (heard += piece.toString()))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo // it listens on TCP
  const posted = await post(posting(`https://127.0.0.1:${port}/`))
  assert.match(posted.is === 'failed' ? posted.why : '', /^self-signed certificate/)
  assert.equal(heard, '')
})
