/** What happens, heard by the client from the real server. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Control } from '../daemon/control.ts'
import type { ClientError } from './client-error.ts'
import { createClient } from './client.ts'
import { EXAMPLES, fakeControl } from './fake.ts'
import { createApi } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'multihomed-stream-'))
after(() => rmSync(folder, { recursive: true }))

const unexpected = (error: unknown): never => assert.fail(String(error))

/** What a listener hears, as promises of the first of each. */
function hear(socketPath: string) {
  const status = Promise.withResolvers<string>()
  const event = Promise.withResolvers<{ readonly id: number; readonly run: string }>()
  const over = Promise.withResolvers<ClientError>()
  const end = createClient(socketPath).follow({
    status: ({ kind }) => status.resolve(kind),
    event: ({ id }, run) => event.resolve({ id, run }),
    over: over.resolve,
  })
  return { status: status.promise, event: event.promise, over: over.promise, end }
}

test('the status comes at once, an event when it happens, and the end is told', async () => {
  let tell: Parameters<Control['onEvent']>[0] | undefined
  const onEvent: Control['onEvent'] = (heard) => {
    tell = heard
    return () => undefined
  }
  const started = await createApi(fakeControl({ onEvent }), { onBug: unexpected }).listen(
    join(folder, 'a.sock'),
  )
  assert.ok(started.ok)
  const heard = hear(started.value.socketPath)
  assert.equal(await heard.status, 'Status')
  assert.ok(tell !== undefined)
  tell({ id: 7, atMs: 0, kind: 'up', line: 'fiber', text: 'it can be used again' })
  assert.deepEqual(await heard.event, { id: 7, run: EXAMPLES.events.run })
  await started.value.close()
  assert.equal((await heard.over).is, 'not-reachable')
})

test('nobody there, and somebody who is no daemon, are told from each other', async () => {
  assert.equal((await hear(join(folder, 'nobody.sock')).over).is, 'not-reachable')
  const path = join(folder, 'b.sock')
  const other = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno'))
  await new Promise<void>((resolve) => other.listen(path, resolve))
  assert.equal((await hear(path).over).is, 'not-understood')
  other.close()
})

test('who has ended it hears nothing more', async () => {
  const started = await createApi(fakeControl(), { onBug: unexpected }).listen(join(folder, 'c.sock'))
  assert.ok(started.ok)
  const heard = hear(started.value.socketPath)
  await heard.status
  heard.end()
  const first = await Promise.race([heard.over, started.value.close().then(() => 'closed')])
  assert.equal(first, 'closed')
})
