import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { parseConfig } from '../config/index.ts'
import { post, runHook, sendMail, type Mailing } from '../kernel/index.ts'
import { eventually } from '../lab/index.ts'
import type { NotifyConfig } from '../model/index.ts'
import type { Picture } from '../notify/index.ts'
import { Journal } from './journal.ts'
import { createLog } from './log.ts'
import { MessageDesk } from './message-desk.ts'
import type { MessageWay } from './message-ways.ts'
import { MESSAGES_FILE } from './messages-store.ts'
import { WallClock } from './wall-clock.ts'

/** Removed once nobody writes there any more. */
const states = new Set<string>()

after(() => Promise.all([...states].map((path) => rm(path, { recursive: true, force: true }))))

interface Received {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

/** An HTTP server that keeps what it is sent, and answers with `status`. */
async function receiver(t: TestContext) {
  const received: Received[] = []
  const it = { received, status: 200, said: 'ok', url: '' }
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece))
    request.on('end', () => {
      received.push({
        url: request.url ?? '',
        headers: request.headers,
        body: JSON.parse(text) as Received['body'],
      })
      response.writeHead(it.status, { connection: 'close' }).end(it.said)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  it.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/topic`
  return it
}

function notifyOf(text: string): NotifyConfig {
  const parsed = parseConfig(`lines: { fiber: { interface: wan1 } }\nnotify: ${text}\n`, 'config.yaml')
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.value.config.notify ?? assert.fail('no notify')
}

const seen = (...works: readonly boolean[]): Picture => ({
  lines: works.map((is, i) => ({
    name: `line${i}`,
    isDrained: false,
    legs: [{ leg: `line${i}`, works: is }],
  })),
})

interface Options {
  readonly notify: string
  readonly directory?: string
  readonly post?: typeof post
  readonly mail?: typeof sendMail
  readonly ways?: () => readonly MessageWay[]
  readonly nowMs?: () => number
}

async function desk(t: TestContext, { notify, directory, ...options }: Options) {
  const state = directory ?? (await mkdtemp(join(tmpdir(), 'multihomed-')))
  const clock = new WallClock()
  const journal = new Journal(clock)
  const log: string[] = []
  const config = notifyOf(notify)
  const it = {
    picture: undefined as Picture | undefined,
    journal,
    log,
    state,
    desk: undefined as unknown as MessageDesk,
  } // made below
  it.desk = new MessageDesk({
    notify: () => config,
    picture: () => it.picture,
    ways: () => [],
    post,
    mail: sendMail,
    run: runHook,
    journal,
    clock,
    directory: state,
    log: createLog('text', {}, (line) => log.push(line)),
    ...options,
  })
  t.after(async () => {
    await it.desk.close()
    states.add(state)
  })
  await it.desk.load()
  return it
}

test('a line that is down reaches a webhook and a program, its return too', async (t) => {
  const server = await receiver(t)
  const directory = await mkdtemp(join(tmpdir(), 'multihomed-'))
  const file = join(directory, 'told')
  const box = await desk(t, {
    directory,
    notify: `{ after: 0s, channels: { hook: { kind: webhook, url: "${server.url}" }, program: { kind: command, run: [/bin/sh, -c, 'cat >> "$0"', "${file}"] } } }`,
  })
  box.picture = seen(true, false)
  box.desk.looked()
  await eventually(
    () => server.received.length,
    (n) => n === 1,
    { what: 'the webhook is told' },
  )
  assert.equal(server.received[0]?.body['title'], 'line1 is down')
  const document = await eventually(
    () => readFile(file, 'utf8').catch(() => ''),
    (text) => text.endsWith('\n'),
    { what: 'the program is told' },
  )
  assert.equal((JSON.parse(document) as Received['body'])['line'], 'line1')
  const last = await eventually(
    () => box.desk.channels()[0]?.last,
    (one) => one !== undefined,
    { what: 'it is known what became of it' },
  )
  assert.deepEqual([last?.isDelivered, last?.answer, box.desk.channels()[0]?.waiting], [true, 'HTTP 200', 0])
})

test('what cannot be sent waits on disk for nobody else to read, and a daemon that is started anew sends it once', async (t) => {
  const server = await receiver(t)
  server.status = 503
  const notify = `{ after: 0s, channels: { hook: { kind: webhook, url: "${server.url}" } } }`
  const first = await desk(t, { notify })
  first.picture = seen(true, false)
  first.desk.looked()
  await eventually(
    () => first.desk.channels()[0]?.last?.answer,
    (answer) => answer === 'HTTP 503: ok',
    {
      what: 'it is refused for now',
    },
  )
  assert.equal(first.desk.channels()[0]?.failures, 1)
  await first.desk.close()
  assert.equal((await stat(join(first.state, MESSAGES_FILE))).mode & 0o777, 0o600)

  server.status = 200
  const second = await desk(t, { notify, directory: first.state })
  second.picture = seen(true, false)
  second.desk.looked()
  await eventually(
    () => server.received.length,
    (n) => n === 2,
    { what: 'it is sent again' },
  )
  second.picture = seen(true, true)
  second.desk.looked()
  await eventually(
    () => second.desk.channels()[0]?.waiting,
    (n) => n === 1,
    { what: 'its return waits' },
  )
  // Which is no trouble, and not for ever: one message a line in five minutes.
  const [channel] = second.desk.channels()
  assert.equal(channel?.failures, 0)
  const waitsMs = (channel.nextAtMs ?? 0) - Date.now()
  assert.ok(waitsMs > 200_000 && waitsMs <= 301_000, `${waitsMs} ms`)
  const [lost, again] = server.received
  assert.equal(lost?.headers['x-message-id'], again?.headers['x-message-id'])
})

test('a receiver that says no is in the journal, with its answer and without the secret', async (t) => {
  const server = await receiver(t)
  const directory = await mkdtemp(join(tmpdir(), 'multihomed-'))
  const token = join(directory, 'token')
  await writeFile(token, 'se-cret\n', { mode: 0o600 })
  server.status = 401
  server.said = 'who is se-cret?'
  const box = await desk(t, {
    directory,
    notify: `{ after: 0s, channels: { phone: { kind: ntfy, url: "${server.url}", tokenFile: ${token} } } }`,
  })
  box.picture = seen(true, false)
  box.desk.looked()
  const told = (): string[] =>
    box.journal
      .entries()
      .filter(({ kind }) => kind === 'unsent')
      .map(({ text }) => text)
  await eventually(told, (texts) => texts.length > 0, { what: 'it is in the journal' })
  assert.deepEqual(told(), ['phone was not told "line1 is down": HTTP 401: who is …?'])
  assert.equal(server.received[0]?.headers['authorization'], 'Bearer se-cret')
  const everything = JSON.stringify([box.log, box.journal.entries(), box.desk.channels()])
  assert.doesNotMatch(everything, /se-cret/)
})

test('a secret that everybody may read is used for nothing', async (t) => {
  const server = await receiver(t)
  const directory = await mkdtemp(join(tmpdir(), 'multihomed-'))
  const token = join(directory, 'token')
  await writeFile(token, 'se-cret\n')
  await chmod(token, 0o644)
  const box = await desk(t, {
    directory,
    notify: `{ channels: { phone: { kind: ntfy, url: "${server.url}", tokenFile: ${token} } } }`,
  })
  const tested = await box.desk.test('phone')
  assert.ok(tested.is === 'done')
  assert.equal(tested.channels[0]?.answer, `${token} can be read by everybody: chmod o= ${token}`)
  assert.equal(server.received.length, 0)
})

test('what comes back over no line is tried over the next one, and waits while none works', async (t) => {
  const tried: string[] = []
  const ways = { now: [] as MessageWay[] }
  const box = await desk(t, {
    notify: '{ after: 0s, channels: { hook: { kind: webhook, url: "https://example.org/" } } }',
    ways: () => ways.now,
    post: ({ path }) => {
      tried.push(path?.dev ?? 'none')
      return Promise.resolve(
        path?.dev === 'wan2'
          ? { is: 'answered', status: 200, said: '' }
          : { is: 'failed', why: 'no answer in time' },
      )
    },
  })
  box.picture = seen(false, false)
  box.desk.looked()
  box.picture = seen(true, true)
  box.desk.looked()
  assert.deepEqual(tried, [])
  ways.now = [
    { line: 'fiber', path: { dev: 'wan1' }, family: 'ipv4' },
    { line: 'dsl', path: { dev: 'wan2' }, family: 'ipv4' },
  ]
  box.desk.looked()
  await eventually(
    () => box.desk.channels()[0]?.last,
    (last) => last?.isDelivered === true,
    { what: 'it is sent' },
  )
  assert.deepEqual(tried, ['wan1', 'wan2'])
  const last = box.desk.channels()[0]?.last
  assert.equal(last?.line, 'dsl')
  assert.match(last?.title ?? '', /^You were offline/)
})

test('mail about the end of something stands in the thread of its beginning', async (t) => {
  const mails: Mailing[] = []
  let laterMs = 0
  const box = await desk(t, {
    notify:
      '{ after: 0s, channels: { mail: { kind: email, server: mail.example.org, from: r@example.org, to: a@example.org } } }',
    ways: () => [{ line: 'fiber', path: { dev: 'wan1' }, family: 'ipv4' }],
    nowMs: () => performance.now() + laterMs,
    mail: (mailing) => {
      mails.push(mailing)
      return Promise.resolve({ is: 'taken', said: '250 queued' })
    },
  })
  box.picture = seen(true, false)
  box.desk.looked()
  await eventually(
    () => box.desk.channels()[0]?.last?.answer,
    (answer) => answer === '250 queued',
    {
      what: 'it is sent',
    },
  )
  box.picture = seen(true, true)
  laterMs = 400_000
  box.desk.looked()
  await eventually(
    () => mails.length,
    (n) => n === 2,
    { what: 'its end is sent' },
  )
  const [down, back] = mails
  assert.deepEqual(
    [down?.subject, down?.path, down?.server, down?.after],
    [
      'line1 is down',
      { dev: 'wan1' },
      { host: 'mail.example.org', port: 587, security: 'starttls' },
      undefined,
    ],
  )
  assert.match(back?.subject ?? '', /^line1 is back after/)
  assert.equal(back?.after, down?.messageId)
})

test('what is due again while no line works leaves the daemon time for everything else', async (t) => {
  const ways = { now: [{ line: 'fiber', path: { dev: 'wan1' }, family: 'ipv4' }] as MessageWay[] }
  let laterMs = 0
  const tries: string[] = []
  const box = await desk(t, {
    notify: '{ after: 0s, channels: { hook: { kind: webhook, url: "https://example.org/" } } }',
    ways: () => ways.now,
    nowMs: () => performance.now() + laterMs,
    post: ({ path }) => {
      tries.push(path?.dev ?? 'none')
      return Promise.resolve({ is: 'failed', why: 'no answer in time' })
    },
  })
  box.picture = seen(true, false)
  box.desk.looked()
  await eventually(
    () => tries.length,
    (n) => n === 1,
    { what: 'it is tried' },
  )
  ways.now = []
  laterMs = 60_000
  box.desk.looked()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(tries, ['wan1'])
  assert.equal(box.desk.channels()[0]?.waiting, 1)
})

test('a test of a channel that there is none of names those that there are', async (t) => {
  const box = await desk(t, { notify: '{ channels: { phone: { kind: command, run: /bin/true } } }' })
  assert.deepEqual(await box.desk.test('fone'), { is: 'unknown', channels: ['phone'] })
  const tested = await box.desk.test()
  assert.ok(tested.is === 'done')
  assert.deepEqual([tested.channels[0]?.isDelivered, tested.channels[0]?.answer], [true, 'exit 0'])
})
