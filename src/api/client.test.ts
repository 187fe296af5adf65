import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createClient } from './client.ts'
import type { ClientError } from './client.ts'
import { fakeControl } from './fake.ts'
import { createApi } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'multihomed-client-'))
after(() => rmSync(folder, { recursive: true }))

const unexpected = (error: unknown): never => assert.fail(String(error))

let sockets = 0
const freshPath = (): string => join(folder, `${++sockets}.sock`)

async function errorFrom(socketPath: string, askTimeoutMs?: number): Promise<ClientError> {
  const client = createClient(socketPath, askTimeoutMs === undefined ? {} : { askTimeoutMs })
  const answer = await client.status()
  assert.ok(!answer.ok)
  return answer.error
}

async function withServer(server: Server, use: (path: string) => Promise<void>): Promise<void> {
  const path = freshPath()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  try {
    await use(path)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

test('every question reaches its route and brings its document back', async () => {
  const started = await createApi(fakeControl(), { onBug: unexpected }).listen(freshPath())
  assert.ok(started.ok)
  const client = createClient(started.value.socketPath)
  const answers = [
    await client.status(),
    await client.lines(),
    await client.line('fiber'),
    await client.apply(),
    await client.down({ dryRun: true }),
  ]
  await started.value.close()
  assert.deepEqual(
    answers.map((answer) => (answer.ok ? answer.value.kind : answer.error)),
    ['Status', 'Lines', 'Line', 'Apply', 'Down'],
  )
})

test("the daemon's problem comes back whole, also for a name that must be encoded", async () => {
  const started = await createApi(fakeControl(), { onBug: unexpected }).listen(freshPath())
  assert.ok(started.ok)
  const answer = await createClient(started.value.socketPath).line('a/b ?')
  await started.value.close()
  assert.ok(!answer.ok && answer.error.is === 'problem')
  assert.equal(answer.error.problem.code, 'MH709')
  assert.match(answer.error.problem.detail, /"a\/b \?"/)
})

test('no socket file, a file of another kind, a path too long: the daemon is not reachable', async () => {
  assert.equal((await errorFrom(join(folder, 'none.sock'))).is, 'not-reachable')
  const file = freshPath()
  writeFileSync(file, '')
  assert.equal((await errorFrom(file)).is, 'not-reachable')
  assert.equal((await errorFrom(join(folder, 'x'.repeat(120)))).is, 'not-reachable')
})

const NOBODY = 65_534

test(
  'a socket of others: not allowed, which is another thing than not running',
  { skip: process.getuid?.() === 0 ? false : 'needs root to become somebody else' },
  async () => {
    await withServer(createHttpServer(), async (path) => {
      chownSync(path, 0, 0)
      chmodSync(path, 0o600) // not 0660: we keep root's group
      chmodSync(folder, 0o755)
      process.seteuid?.(NOBODY)
      try {
        assert.equal((await errorFrom(path)).is, 'not-allowed')
      } finally {
        process.seteuid?.(0)
      }
    })
  },
)

test('a daemon that hangs is given up after the time set', async () => {
  const server = createHttpServer(() => undefined) // takes the question and never answers
  await withServer(server, async (path) => {
    assert.deepEqual(await errorFrom(path, 50), { is: 'no-answer', socketPath: path, timeoutMs: 50 })
    server.closeAllConnections()
  })
})

test('an answer that hangs half way is given up as well', async () => {
  const server = createHttpServer((_, response) => response.write('{"api":"v1",'))
  await withServer(server, async (path) => {
    assert.equal((await errorFrom(path, 50)).is, 'no-answer')
    server.closeAllConnections()
  })
})

const STRANGERS = [
  { name: 'no HTTP', bytes: 'SSH-2.0-OpenSSH_9.2\r\n' },
  { name: 'no JSON', bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi' },
  { name: 'another document', bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}' },
]
for (const { name, bytes } of STRANGERS) {
  test(`a stranger behind the socket (${name}) is not understood, and never believed`, async () => {
    await withServer(
      createServer((socket) => socket.resume().end(bytes)),
      async (path) => assert.equal((await errorFrom(path)).is, 'not-understood'),
    )
  })
}

test('a daemon that dies while it is asked is not reachable', async () => {
  await withServer(
    createServer((socket) => socket.once('data', () => socket.destroy())),
    async (path) => assert.equal((await errorFrom(path)).is, 'not-reachable'),
  )
})
