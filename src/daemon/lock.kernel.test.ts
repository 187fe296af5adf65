import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { requirePrivateWorld } from '../lab/index.ts'
import { takeLock } from './lock.ts'

requirePrivateWorld()

test('a second daemon in this network is refused with the pid of the first, until that is gone', async () => {
  const first = await takeLock()
  assert.ok(first.ok)
  assert.deepEqual(await takeLock(), { ok: false, error: { pid: process.pid } })
  first.value.release()
  const again = await takeLock()
  assert.ok(again.ok)
  again.value.release()
})

/** Another process that says a line, which may open `files` files at most. */
async function started(code: string, words: readonly string[] = [], files = 1024): Promise<ChildProcess> {
  const limited = [`--nofile=${files}`, '--', ...words, process.execPath, '--input-type=module', '-e', code]
  const child = spawn('prlimit', limited, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [told] = (await once(child.stdout, 'data')) as [Buffer]
  assert.equal(told.toString(), 'true\n')
  return child
}

const holder = (directory?: string, files?: number): Promise<ChildProcess> =>
  started(
    `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
    const lock = await takeLock(${directory === undefined ? '' : JSON.stringify(directory)})
    console.log(lock.ok)
    setInterval(() => undefined, 1000)`,
    [],
    files,
  )

const STRANGER = 65_534
const STRANGER_WORDS = ['setpriv', `--reuid=${STRANGER}`, `--regid=${STRANGER}`, '--clear-groups']
/** In a user's own world there is nobody else. */
const ALONE = !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'))
const skip = ALONE && 'in this world there is only one user'

/** Has our name, claims to be process 1, and goes on sending for as long as somebody listens. */
const stranger = (): Promise<ChildProcess> =>
  started(
    `import { createServer } from 'node:net'
    const server = createServer((asker) => {
      asker.on('error', () => undefined)
      const send = () => { while (asker.write('1\\n'.repeat(32768))); }
      asker.on('drain', send)
      send()
    })
    server.listen('\\0multihomed', () => console.log(true))`,
    STRANGER_WORDS,
  )

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'close')
  child.kill('SIGKILL')
  await gone
}

test('the lock of a daemon that was killed is free at once', async () => {
  const child = await holder()
  assert.deepEqual(await takeLock(), { ok: false, error: { pid: child.pid } })
  await kill(child)
  const lock = await takeLock()
  assert.ok(lock.ok)
  lock.value.release()
})

test('who holds connections to the name open takes no files away from the daemon', async () => {
  const child = await holder(undefined, 64)
  const held = Array.from({ length: 100 }, () => connect({ path: '\0multihomed', allowHalfOpen: true }))
  try {
    // The daemon is rid of them, while this side keeps them open.
    await Promise.all(held.map((socket) => once(socket.resume(), 'end')))
    assert.deepEqual(await takeLock(), { ok: false, error: { pid: child.pid } })
  } finally {
    for (const socket of held) socket.destroy()
    await kill(child)
  }
})

test(
  'a stranger with our name keeps no daemon from starting, and a second one is found all the same',
  { skip },
  async () => {
    const inTheWay = await stranger()
    try {
      const first = await takeLock()
      assert.ok(first.ok)
      assert.deepEqual(await takeLock(), { ok: false, error: { pid: process.pid } })
      first.value.release()
      const child = await holder()
      assert.deepEqual(await takeLock(), { ok: false, error: { pid: child.pid } })
      await kill(child)
    } finally {
      await kill(inTheWay)
    }
  },
)

test('a stranger can open no lock of a daemon', { skip }, async () => {
  const child = await holder()
  const open = spawn('setpriv', [...STRANGER_WORDS.slice(1), 'flock', '--nonblock', FILE, 'true'], {
    stdio: 'ignore',
  })
  assert.deepEqual(await once(open, 'close'), [66, null], 'cannot be opened')
  await kill(child)
})

/** Below a file nothing can be made, not by root either: as on a disk that is read-only. */
const NOWHERE = '/proc/self/status/multihomed'

test('two daemons find each other where one of them, or both, cannot write below /run', async () => {
  for (const [one, other] of [
    [NOWHERE, undefined],
    [undefined, NOWHERE],
    [NOWHERE, NOWHERE],
  ]) {
    const first = await takeLock(one)
    assert.ok(first.ok)
    assert.deepEqual(await takeLock(other), { ok: false, error: { pid: process.pid } })
    first.value.release()
  }
})

test('only there a stranger is in the way, and is named with pid and user', { skip }, async () => {
  const inTheWay = await stranger()
  try {
    const error = { pid: inTheWay.pid, strangerUid: STRANGER }
    assert.deepEqual(await takeLock(NOWHERE), { ok: false, error })
  } finally {
    await kill(inTheWay)
  }
})

const FILE_NAME = `network-${statSync('/proc/self/ns/net').ino}.lock`
const FILE = join('/run/multihomed', FILE_NAME)

test('a lock that was given back leaves nothing, one that was killed a file that nobody minds', async () => {
  const directory = '/run/multihomed-lock-test'
  await kill(await holder(directory))
  assert.ok(existsSync(join(directory, FILE_NAME)))
  const lock = await takeLock(directory)
  assert.ok(lock.ok)
  lock.value.release()
  assert.ok(!existsSync(directory))
})

test("what root leaves in the directory of a daemon's own user belongs to that user", { skip }, async () => {
  const directory = '/run/multihomed-user-test'
  mkdirSync(directory)
  chownSync(directory, 990, 990)
  await kill(await holder(directory))
  assert.equal(statSync(join(directory, FILE_NAME)).uid, 990)
  const lock = await takeLock(directory)
  assert.ok(lock.ok)
  lock.value.release()
})

test('of many that ask at once again and again exactly one has it', async () => {
  for (let round = 0; round < 50; round++) {
    const locks = await Promise.all(Array.from({ length: 5 }, () => takeLock()))
    const held = locks.flatMap((lock) => (lock.ok ? [lock.value] : []))
    assert.equal(held.length, 1)
    held[0]?.release()
  }
})

test('another network on the same box has a lock of its own', async () => {
  const child = await holder()
  const other = spawn(
    'unshare',
    [
      '--net',
      process.execPath,
      '--input-type=module',
      '-e',
      `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
    const lock = await takeLock()
    process.exit(lock.ok ? 0 : 1)`,
    ],
    { stdio: 'inherit' },
  )
  assert.deepEqual(await once(other, 'close'), [0, null])
  await kill(child)
})
