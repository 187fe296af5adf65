import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { LabStateDocument } from './door-faults.ts'
import { reserveDoor } from './door-socket.ts'
import { eventually } from './eventually.ts'
import type { Namespace } from './namespace.ts'
import { programEntry } from './package-root.ts'
import { requirePrivateWorld } from './private-world.ts'
import { printedLines } from './printed-lines.ts'
import { mustRun, run } from './run.ts'
import { openTcp } from './sockets.ts'

const directory = mkdtempSync(join(tmpdir(), 'multihomed-door-test-'))
after(() => rmSync(directory, { recursive: true }))

describe('the lab on a page of the machine it runs on', () => {
  /** A network that knows no private world, and stays while labs come and go. */
  const owner = spawn('unshare', ['-n', 'sh', '-c', 'ip link set lo up && echo there && exec cat'])
  const enter = ['nsenter', '-t', String(owner.pid), '-n', '--']
  let machine: Namespace

  before(async () => {
    await printedLines(owner.stdout, 'the machine').waitFor(/there/)
    machine = { name: 'machine', fd: openSync(`/proc/${owner.pid}/ns/net`, 'r') }
    const up = await lab('up', '--clients', '4')
    assert.match(up.stdout, /^Dashboard: http:\/\/localhost:8223\/$/m, up.stderr)
  })
  after(async () => {
    await lab('down') // where a test did not come so far
    closeSync(machine.fd)
    owner.stdin.end()
  })

  const lab = (...args: string[]): ReturnType<typeof run> =>
    run(undefined, [...enter, process.execPath, programEntry(), 'lab', ...args], {
      env: { ...process.env, MULTIHOMED_LAB_DIR: join(directory, 'runtime') },
      timeoutMs: 60_000,
    })

  const open = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<IncomingMessage> => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const socket = openTcp(machine)
    const connect = { host: '127.0.0.1', port: 8223 }
    request({
      method,
      path,
      headers: { host: 'localhost:8223', ...headers },
      createConnection: () => socket.connect(connect),
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body)
    return promise
  }
  const ask = async (...asked: Parameters<typeof open>): Promise<{ status: number; body: unknown }> => {
    const response = await open(...asked)
    return { status: response.statusCode ?? 0, body: JSON.parse(await textOf(response)) }
  }
  const textOf = async (response: IncomingMessage): Promise<string> => {
    let text = ''
    for await (const piece of response.setEncoding('utf8')) text += String(piece)
    return text
  }
  const faultsOfFiber = (body: unknown): readonly string[] | undefined =>
    (body as LabStateDocument).lines.find(({ name }) => name === 'fiber')?.faults

  const strangers: readonly (readonly [string, string, Readonly<Record<string, string>>, number])[] = [
    ['a page that took this machine for its name (DNS rebinding)', 'GET', { host: 'evil.example:8223' }, 421],
    ['the same, to break a line', 'POST', { host: 'evil.example:8223' }, 421],
    ['a page of elsewhere', 'POST', { origin: 'https://evil.example' }, 403],
    ['a page of another port of the machine', 'POST', { origin: 'http://localhost:3000' }, 403],
    ['a page of a file', 'GET', { origin: 'null' }, 403],
  ]
  for (const [who, method, headers, status] of strangers)
    test(`refused: ${who}`, async () => {
      const paths =
        method === 'GET' ? ['/lab/state', '/v1/status'] : ['/lab/lines/fiber/cut', '/v1/lines/fiber/drain']
      for (const path of paths) assert.equal((await ask(method, path, headers)).status, status, path)
      assert.deepEqual(faultsOfFiber((await ask('GET', '/lab/state')).body), [])
    })

  const mistaken: readonly (readonly [string, string, number, RegExp])[] = [
    ['POST', '/lab/lines/lte/cut', 404, /the lines are fiber, dsl/],
    ['POST', '/lab/lines/fiber/explode', 404, /restore mends it all/],
    ['POST', '/lab/lines/fiber/address-change', 409, /cannot be played here/],
    ['POST', '/lab/lines/fiber/delay?value=long', 400, /expected TIME/],
    ['GET', '/lab/lines/fiber/cut', 405, /GET is not possible/],
    ['GET', '/lab/%zz', 404, /nothing at/],
  ]
  for (const [method, path, status, sentence] of mistaken)
    test(`told what is wrong: ${method} ${path}`, async () => {
      const { status: answered, body } = await ask(method, path)
      assert.deepEqual([answered, sentence.test(JSON.stringify(body))], [status, true], JSON.stringify(body))
    })

  test('a text to be checked is answered each time', async () => {
    const type = { 'content-type': 'application/json' }
    const text = JSON.stringify({ text: 'lines: {}' })
    const statuses: number[] = []
    for (let i = 0; i < 100; i++) statuses.push((await ask('POST', '/v1/config/check', type, text)).status)
    assert.deepEqual([...new Set(statuses)], [200])
  })

  test('our own page sees a line break and heal, and may change things without a token', async () => {
    const origin = 'http://localhost:8223'
    const stream = await open('GET', '/v1/events/stream?only=events', { origin })
    const events: string[] = []
    stream.setEncoding('utf8').on('data', (text: string) => events.push(text))
    const ended = new Promise((resolve) => stream.once('close', resolve))
    stream.on('error', () => {})

    const cut = await ask('POST', '/lab/lines/fiber/cut', { origin })
    assert.deepEqual([cut.status, faultsOfFiber(cut.body)], [200, ['cut']])
    assert.deepEqual(
      faultsOfFiber((await ask('POST', '/lab/lines/fiber/cut')).body),
      ['cut'],
      'twice is once',
    )
    assert.deepEqual(faultsOfFiber((await ask('POST', '/lab/lines/fiber/loss?value=5%25')).body), [
      'cut',
      'loss',
    ])
    await eventually(
      () => events.join(''),
      (text) => text.includes('"event":"down"'),
      { what: 'the page is told that the line is down' },
    )
    assert.deepEqual(faultsOfFiber((await ask('POST', '/lab/lines/fiber/restore')).body), [])
    assert.equal((await ask('POST', '/v1/lines/dsl/drain?force=true', { origin })).status, 200)
    assert.equal((await ask('POST', '/v1/lines/dsl/undrain', { origin })).status, 200)

    const { pid } = (await ask('GET', '/v1/status')).body as { pid: number }
    process.kill(pid, 'SIGKILL')
    const told = await eventually(
      async () => textOf(await open('GET', '/', { accept: 'text/html' })),
      (text) => text.includes('The daemon is not running'),
      { what: 'who loads the page is told in words that the daemon is dead' },
    )
    assert.match(told, /lab exec router multihome run<\/code>/)
    assert.match((await lab('status')).stdout, /^The daemon is not running: /m)

    assert.equal((await lab('down')).code, 0)
    await ended
    await assert.rejects(ask('GET', '/lab/state'), { code: 'ECONNREFUSED' })
    assert.deepEqual(readdirSync(directory), [], 'nothing is left')
  })
})

test('a port that is taken: the next one, and by whom; one that was asked for is not given up for another', async () => {
  requirePrivateWorld()
  await mustRun(undefined, ['ip', 'link', 'set', 'lo', 'up'])
  const first = await reserveDoor('usual')
  const second = await reserveDoor('usual')
  assert.deepEqual([first.socket?.port, second.socket?.port], [8223, 8224])
  assert.match(second.note ?? '', /^port 8223 belongs to node \(pid \d+\)$/)
  await assert.rejects(reserveDoor(8224), /port 8224 belongs to .*--port takes another one/)
  assert.deepEqual(await reserveDoor('off'), {})
  for (const { socket } of [first, second])
    if (socket) for (const fd of [socket.fd, socket.connectionsFd]) closeSync(fd)
})
