import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import type { Control } from '../daemon/control.ts'
import { fail, ok } from '../model/index.ts'
import type { ProblemDocument } from './contract.ts'
import { EXAMPLES, VALUES } from './examples.ts'
import { fakeControl } from './fake.ts'
import { createApi } from './server.ts'
import type { ApiServer } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'multihomed-api-'))
after(() => rmSync(folder, { recursive: true }))

const unexpected = (error: unknown): never => assert.fail(String(error))

let sockets = 0
const freshPath = (): string => join(folder, `${++sockets}.sock`)

async function serve(
  control: Partial<Control>,
  onBug: (error: unknown) => void = unexpected,
): Promise<ApiServer> {
  const started = await createApi(fakeControl(control), { onBug }).listen(freshPath())
  assert.ok(started.ok)
  return started.value
}

interface Reply {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

/** Asks as any program would: plain HTTP over the socket, without our client. */
function ask(
  socketPath: string,
  method: string,
  path: string,
  { body = '', headers = {} }: { body?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: text === '' ? {} : (JSON.parse(text) as Reply['body']), // tests look at single keys
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

test('GET /v1/status answers the whole document', async () => {
  const api = await serve({})
  const { status, headers, body } = await ask(api.socketPath, 'GET', '/v1/status')
  await api.close()
  assert.equal(status, 200)
  assert.match(headers['content-type'] ?? '', /^application\/json/)
  // The verdict depends on the day it is asked for; verdict.test.ts has its rows.
  assert.deepEqual({ ...body, time: '', verdict: '' }, { ...EXAMPLES.status, time: '', verdict: '' })
})

test('GET /v1/events asks this run, or with a time the memory, and answers what happened', async () => {
  const asked: unknown[] = []
  const api = await serve({
    events: (question) => (asked.push(question), VALUES.history),
    pastEvents: (question) => (asked.push(question), Promise.resolve({ ...VALUES.history, isCut: true })),
  })
  const since = 'since=2026-11-22T14%3A00%3A00%2B01%3A00&line=dsl'
  const ofRun = await ask(api.socketPath, 'GET', `/v1/events?${since}&after=40`)
  const ofAll = await ask(api.socketPath, 'GET', `/v1/events?${since}&until=2026-11-23T00%3A00%3A00Z&limit=7`)
  await api.close()
  const sinceMs = Date.UTC(2026, 10, 22, 13)
  assert.deepEqual(asked, [
    { sinceMs, line: 'dsl', afterId: 40 },
    { sinceMs, untilMs: Date.UTC(2026, 10, 23), line: 'dsl', limit: 7 },
  ])
  assert.deepEqual([ofRun.status, ofRun.body['run'], ofRun.body['events'], ofRun.body['earlier']], [200, EXAMPLES.events.run, EXAMPLES.events.events, undefined]) // prettier-ignore
  assert.equal(ofAll.body['earlier'], true)
})

const PROBLEMS: readonly {
  readonly name: string
  readonly ask: readonly [method: string, path: string]
  readonly control?: Partial<Control>
  readonly status: number
  readonly code: string
  readonly detail: RegExp
}[] = [
  {
    name: 'an unknown line',
    ask: ['GET', '/v1/lines/fibre'],
    status: 404,
    code: 'MH709',
    detail: /there is no line "fibre"/,
  },
  {
    name: 'events since a time that is none',
    ask: ['GET', '/v1/events?since=yesterday'],
    status: 400,
    code: 'MH707',
    detail: /^since: /,
  },
  {
    name: 'a refused file',
    ask: ['POST', '/v1/apply'],
    control: {
      apply: () => Promise.resolve({ is: 'refused', text: 'error[MH203]: …', problems: [] }),
    },
    status: 422,
    code: 'MH710',
    detail: /running state is untouched/,
  },
  {
    name: 'a failed apply',
    ask: ['POST', '/v1/apply'],
    control: { apply: () => Promise.resolve({ is: 'failed', trouble: 'ip rule add: busy' }) },
    status: 500,
    code: 'MH590',
    detail: /ip rule add: busy/,
  },
  {
    name: 'the wrong method',
    ask: ['DELETE', '/v1/status'],
    status: 405,
    code: 'MH706',
    detail: /DELETE .* possible: GET, HEAD/,
  },
  {
    name: 'looking with the method that changes something',
    ask: ['GET', '/v1/down'],
    control: { down: () => assert.fail('nothing may happen') },
    status: 405,
    code: 'MH706',
    detail: /possible: POST/,
  },
  {
    name: 'a version we do not speak',
    ask: ['GET', '/v2/status'],
    status: 404,
    code: 'MH708',
    detail: /speaks v1, not v2/,
  },
  {
    name: 'an unknown path',
    ask: ['GET', '/v1/nothing'],
    status: 404,
    code: 'MH705',
    detail: /\/v1\/nothing/,
  },
  {
    name: 'a dryRun that is neither true nor false',
    ask: ['POST', '/v1/down?dryRun=perhaps'],
    control: { down: () => assert.fail('nothing may happen') },
    status: 400,
    code: 'MH707',
    detail: /dryRun/,
  },
]

for (const row of PROBLEMS) {
  test(`${row.name} is answered with problem details`, async () => {
    const api = await serve(row.control ?? {})
    const { status, headers, body } = await ask(api.socketPath, ...row.ask)
    await api.close()
    const problem = body as unknown as ProblemDocument // the assertions below are the check
    assert.equal(status, row.status)
    assert.match(headers['content-type'] ?? '', /^application\/problem\+json/)
    assert.equal(problem.status, row.status)
    assert.equal(problem.code, row.code)
    assert.equal(problem.type, `urn:multihomed:problem:${row.code}`)
    assert.match(problem.detail, row.detail)
  })
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

for (const { name, body, headers = JSON_TYPE, status, code } of [
  { name: 'no JSON', body: 'text: lan', status: 400, code: 'MH714' },
  { name: 'JSON that is no object', body: '["lan"]', status: 400, code: 'MH714' },
  { name: 'nothing', body: '', headers: {}, status: 415, code: 'MH714' },
  {
    name: 'a form, as any page may send it',
    body: 'text=lan',
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'MH714',
  },
  {
    name: 'more than a megabyte',
    body: JSON.stringify({ text: 'x'.repeat(1 << 20) }),
    status: 413,
    code: 'MH714',
  },
  { name: 'half a character', body: '{"text":"\\ud800"}', status: 400, code: 'MH707' },
] as const)
  // prettier-ignore
  test(`what comes along is ${name}: it is refused, and nothing happens`, async () => {
    const api = await serve({ checkText: () => assert.fail('nothing may happen') })
    const reply = await ask(api.socketPath, 'POST', '/v1/config/check', { body, headers })
    await api.close()
    assert.deepEqual([reply.status, reply.body['code']], [status, code])
  })

test('a text comes to the daemon as it was sent, in however many pieces', async () => {
  const texts: unknown[] = []
  const api = await serve({
    applyText: (wish) => {
      texts.push(wish)
      return Promise.resolve({ is: 'changed' })
    },
  })
  const text = '# größer – «\n'.repeat(20_000)
  const version = 'a'.repeat(64)
  const body = JSON.stringify({ text, version, confirmSeconds: 60 })
  const reply = await ask(api.socketPath, 'POST', '/v1/config/apply', { body, headers: JSON_TYPE })
  await api.close()
  assert.deepEqual([reply.status, reply.body['code']], [412, 'MH609'])
  assert.deepEqual(texts, [{ text, version, confirmMs: 60_000 }])
})

test('a text that is refused is helped with the text: the file, which is right, is not to be checked', async () => {
  const refused = { is: 'refused', text: 'error[MH203]', problems: [] } as const
  const api = await serve({
    applyText: () => Promise.resolve(refused),
    apply: () => Promise.resolve(refused),
  })
  const body = JSON.stringify({ text: 'lan: {}', version: 'a'.repeat(64) })
  const ofText = await ask(api.socketPath, 'POST', '/v1/config/apply', { body, headers: JSON_TYPE })
  const ofFile = await ask(api.socketPath, 'POST', '/v1/apply')
  await api.close()
  assert.deepEqual([ofText.status, ofText.body['code']], [422, 'MH710'])
  assert.match(String(ofText.body['help']), /config\/check/)
  assert.equal(ofFile.body['help'], 'multihome check')
})

test('events of a line with a typo are no silence: the nearest name is told; one that left the file keeps its past', async () => {
  const nothing = { ...VALUES.history, entries: [] }
  const api = await serve({ pastEvents: () => Promise.resolve(nothing), events: () => nothing })
  const typo = await ask(api.socketPath, 'GET', '/v1/events?line=fibr&limit=100')
  const quiet = await ask(api.socketPath, 'GET', '/v1/events?line=fiber&limit=100')
  const followed = await ask(api.socketPath, 'GET', '/v1/events?line=gone&after=4')
  await api.close()
  assert.deepEqual([typo.status, typo.body['help']], [404, 'did you mean fiber?'])
  assert.deepEqual([quiet.status, followed.status], [200, 200])
})

test('lines stand in the order of the file for every client, whichever had the first connection', async () => {
  const { connections: report } = VALUES
  const [client] = report.clients
  assert.ok(client)
  const turned = { ...client, lines: new Map([...client.lines].toReversed()) }
  const api = await serve({
    connections: () => Promise.resolve({ ok: true, value: { ...report, clients: [turned] } }),
  })
  const { body } = await ask(api.socketPath, 'GET', '/v1/connections')
  await api.close()
  assert.deepEqual(body['lines'], ['fiber', 'dsl'])
  assert.deepEqual(body['clients'], EXAMPLES.connections.clients)
})

test('405 names the methods that are possible in Allow', async () => {
  const api = await serve({})
  const { headers } = await ask(api.socketPath, 'PUT', '/v1/apply')
  await api.close()
  assert.equal(headers.allow, 'POST')
})

test('an unknown line is helped to the nearest name', async () => {
  const api = await serve({})
  const near = await ask(api.socketPath, 'GET', '/v1/lines/fibr')
  const far = await ask(api.socketPath, 'GET', '/v1/lines/%2e%2e%2fetc')
  await api.close()
  assert.equal(near.body['help'], 'did you mean fiber?')
  assert.equal(far.body['help'], 'the lines are fiber, dsl')
})

test('a mistake of ours is told to the log, not to the one who asked', async () => {
  const bugs: unknown[] = []
  const bug = new Error('secret detail')
  const api = await serve({ status: () => Promise.reject(bug) }, (error) => bugs.push(error))
  const { status, body } = await ask(api.socketPath, 'GET', '/v1/status')
  await api.close()
  assert.equal(status, 500)
  assert.equal(body['code'], 'MH901')
  assert.doesNotMatch(JSON.stringify(body), /secret/)
  assert.deepEqual(bugs, [bug])
})

test('what the kernel refuses at `down` is told as a problem, and nothing is claimed to be gone', async () => {
  const refusal = 'not everything could be taken away: ip rule del: Operation not permitted'
  const api = await serve({ down: () => Promise.resolve(fail(refusal)) })
  const { status, body } = await ask(api.socketPath, 'POST', '/v1/down')
  assert.equal(status, 500)
  await api.close()
  assert.equal(body['detail'], refusal)
})

test('down passes dryRun on, and without it means it', async () => {
  const asked: boolean[] = []
  const api = await serve({
    down: ({ dryRun }) => {
      asked.push(dryRun)
      return Promise.resolve(ok({ ...VALUES.down, dryRun }))
    },
  })
  await ask(api.socketPath, 'POST', '/v1/down?dryRun=true')
  await ask(api.socketPath, 'POST', '/v1/down?dryRun=false')
  const { body } = await ask(api.socketPath, 'POST', '/v1/down')
  await api.close()
  assert.deepEqual(asked, [true, false, false])
  assert.equal(body['dryRun'], false)
})

test('close lets the answer under way arrive: the report of `down` outlives the daemon', async () => {
  const began = Promise.withResolvers<undefined>()
  const finish = Promise.withResolvers<undefined>()
  const api = await serve({
    down: async ({ dryRun }) => {
      began.resolve(undefined)
      await finish.promise
      return ok({ ...VALUES.down, dryRun })
    },
  })
  const reply = ask(api.socketPath, 'POST', '/v1/down')
  await began.promise
  const closed = api.close()
  finish.resolve(undefined)
  assert.equal((await reply).status, 200)
  await closed
  assert.ok(!existsSync(api.socketPath), 'the socket file is gone')
})

test('only owner and group may use the socket, whatever the umask', async () => {
  const before = process.umask(0)
  const api = await serve({})
  process.umask(before)
  assert.equal(statSync(api.socketPath).mode & 0o777, 0o660)
  await api.close()
})

test('a second daemon is refused the socket, and the first goes on', async () => {
  const first = await serve({})
  const second = await createApi(fakeControl()).listen(first.socketPath)
  assert.ok(!second.ok)
  assert.equal(second.error.code, 'in-use')
  assert.equal((await ask(first.socketPath, 'GET', '/v1/lines')).status, 200)
  await first.close()
})

test('the socket file that a killed daemon left is replaced', async () => {
  const path = freshPath()
  const killItself = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  await assert.rejects(promisify(execFile)(process.execPath, ['-e', killItself, path]))
  assert.ok(existsSync(path), 'left over')
  const started = await createApi(fakeControl()).listen(path)
  assert.ok(started.ok)
  assert.equal((await ask(path, 'GET', '/v1/status')).status, 200)
  await started.value.close()
})

test('a file that is no socket is never removed', async () => {
  const path = freshPath()
  writeFileSync(path, 'precious')
  const started = await createApi(fakeControl()).listen(path)
  assert.ok(!started.ok)
  assert.equal(started.error.code, 'not-a-socket')
  assert.ok(existsSync(path))
})

test('a path the kernel would cut is refused, not cut', async () => {
  const started = await createApi(fakeControl()).listen(join(folder, 'x'.repeat(120)))
  assert.ok(!started.ok)
  assert.equal(started.error.code, 'path-too-long')
})

test('the folder of the socket is made', async () => {
  const path = join(folder, 'not', 'yet', 'there.sock')
  const started = await createApi(fakeControl()).listen(path)
  assert.ok(started.ok)
  await started.value.close()
})
