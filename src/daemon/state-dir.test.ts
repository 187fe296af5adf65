import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { StateDirError, forgetMemory, loadMemory, saveMemory, type StateDir } from './state-dir.ts'

const memory: Memory = {
  ids: { fiber: 1, dsl: 2 } as unknown as Memory['ids'],
  gateways: { dsl: '203.0.113.1' },
  sources: { dsl: { address: '203.0.113.77', dev: 'wan2' } },
  drains: { dsl: { sinceMs: 1_763_824_202_000, force: false } },
  weights: { fiber: { weight: 2, insteadOf: 3 } },
  uses: { 'multihome-use-7': 'dsl' },
  leases: {
    fiber: {
      dev: 'wan1',
      address: { family: 'ipv4', address: '198.51.100.6', length: 28 },
      router: '198.51.100.1',
      dns: ['198.51.100.53'],
      mtuBytes: 1480,
      endsAtUptimeS: 4711,
    },
  },
  asking: ['wan1'],
  advertised: {
    lan0: {
      prefixes: [{ prefix: { family: 'ipv6', address: '2001:db8:100::', length: 64 } }],
      resolvers: [],
    },
  },
  told: { is: 'resolved', interfaces: ['wan1'] },
  originals: {
    sysctls: [{ key: 'net/ipv4/ip_forward', value: '0' }],
    addedAddresses: [{ family: 'ipv4', address: '198.51.100.2', length: 28, dev: 'wan1' }],
    linksRaised: ['wan1'],
    mtus: [],
    shaped: [],
  },
}

let root: string
let dir: StateDir
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'multihomed-state-'))
  dir = { path: join(root, 'var'), runtimePath: join(root, 'run') }
})
afterEach(() => rm(root, { recursive: true }))

const file = (of: 'path' | 'runtimePath'): string => join(dir[of], 'memory.json')
const rewrite = async (of: 'path' | 'runtimePath', change: (text: string) => string): Promise<void> =>
  writeFile(file(of), change(await readFile(file(of), 'utf8')))
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777
const fromAnotherBoot = (text: string): string => text.replace(/"boot": "[^"]+"/, '"boot": "another"')

test('what was remembered is there after a restart', async () => {
  await saveMemory(dir, memory)
  assert.deepEqual(await loadMemory(dir), memory)
})

test('a first start remembers nothing', async () => assert.deepEqual(await loadMemory(dir), emptyMemory))

test('after a reboot numbers, gateways and what hosts were told are kept, and nothing of the last boot is put back', async () => {
  await saveMemory(dir, memory)
  await rewrite('path', fromAnotherBoot)
  await rm(file('runtimePath'))
  const { told: _, ...lasting } = memory
  assert.deepEqual(await loadMemory(dir), {
    ...lasting,
    leases: {},
    asking: [],
    originals: emptyMemory.originals,
  })
})

test('when the state directory is lost, the copy still knows the way back', async () => {
  await saveMemory(dir, memory)
  await rm(dir.path, { recursive: true })
  assert.deepEqual(await loadMemory(dir), memory)
})

test('when the copy is lost, the state directory knows the way back', async () => {
  await saveMemory(dir, memory)
  await rm(dir.runtimePath, { recursive: true })
  assert.deepEqual(await loadMemory(dir), memory)
})

test('a state directory of an older boot takes the originals from the copy of this one', async () => {
  await saveMemory(dir, memory)
  await rewrite('path', fromAnotherBoot)
  assert.deepEqual((await loadMemory(dir)).originals, memory.originals)
})

const UNUSABLE: readonly { name: string; spoil: (path: string) => Promise<unknown> }[] = [
  {
    name: 'torn',
    spoil: async (path) => writeFile(path, (await readFile(path, 'utf8')).slice(0, 40)),
  },
  { name: 'empty', spoil: (path) => writeFile(path, '') },
  {
    name: 'not as we write it',
    spoil: async (path) =>
      writeFile(
        path,
        (await readFile(path, 'utf8')).replace('net/ipv4/ip_forward', 'net/ipv4/../../kernel/panic'),
      ),
  },
  { name: 'writable by others', spoil: (path) => chmod(path, 0o666) },
  { name: 'a directory', spoil: async (path) => [await rm(path), await mkdir(path)] },
  {
    name: 'a symbolic link',
    spoil: async (path) => [await rename(path, `${path}.real`), await symlink(`${path}.real`, path)],
  },
  { name: 'a pipe', spoil: async (path) => [await rm(path), execFileSync('mkfifo', [path])] },
]

for (const { name, spoil } of UNUSABLE) {
  for (const [bad, good] of [
    ['path', 'runtimePath'],
    ['runtimePath', 'path'],
  ] as const) {
    test(`a file that is ${name} (${bad}) costs nothing while the other copy is whole, and is told`, async () => {
      await saveMemory(dir, memory)
      await spoil(file(bad))
      const told: string[] = []
      assert.deepEqual(await loadMemory(dir, (text) => told.push(text)), memory)
      assert.equal(told.length, 1)
      assert.ok(told[0]?.includes(file(bad)) && !told[0].includes(file(good)), told[0])
    })
  }

  test(`a file that is ${name} without another copy is named in the error, not taken for a first start`, async () => {
    await saveMemory(dir, memory)
    await rm(file('runtimePath'))
    await spoil(file('path'))
    await assert.rejects(loadMemory(dir), (error) => {
      assert.ok(error instanceof StateDirError)
      assert.ok(error.message.includes(file('path')))
      return true
    })
  })
}

// Only root can give files away; where the tests run as another user, there is no file of a stranger to try.
const mayGiveAway = process.geteuid?.() === 0 && (await idsMapped())

test('a file of another user is not believed', { skip: !mayGiveAway }, async () => {
  await saveMemory(dir, memory)
  await chown(file('path'), 1000, 0)
  await chown(file('runtimePath'), 1000, 0)
  await assert.rejects(loadMemory(dir), /belongs to user 1000/)
})

for (const { user, uid } of [
  { user: 'DynamicUser=', uid: 61_999 },
  { user: 'a user of its own', uid: 998 },
]) {
  test(
    `root believes what a daemon under ${user} wrote in its own directory`,
    { skip: !mayGiveAway },
    async () => {
      const stranger = new RegExp(`belongs to user ${uid}`)
      await saveMemory(dir, memory)
      await chown(file('path'), uid, uid)
      await rm(file('runtimePath'))
      await assert.rejects(loadMemory(dir), stranger, 'in a directory of somebody else')
      await chown(dir.path, uid, uid)
      assert.deepEqual(await loadMemory(dir), memory)
      await chmod(dir.path, 0o777)
      await assert.rejects(loadMemory(dir), stranger, 'where everybody may write')
    },
  )
}

test('writing leaves no half file behind, and only root and its group may read', async () => {
  await saveMemory(dir, memory)
  await writeFile(`${file('path')}.new`, 'left by a crash')
  await saveMemory(dir, { ...memory, gateways: {} })
  assert.deepEqual(await readdir(dir.path), ['memory.json'])
  for (const copy of ['path', 'runtimePath'] as const) assert.equal(await modeOf(file(copy)), 0o640)
  assert.deepEqual(await loadMemory(dir), { ...memory, gateways: {} })
})

test('who may use the socket may pass through its directory, and nobody into the state directory', async () => {
  const before = process.umask(0o077)
  try {
    await saveMemory(dir, memory)
  } finally {
    process.umask(before)
  }
  assert.deepEqual([await modeOf(dir.path), await modeOf(dir.runtimePath)], [0o750, 0o755])
})

test('a directory that somebody made keeps its mode', async () => {
  await mkdir(dir.runtimePath, { mode: 0o700 })
  await saveMemory(dir, memory)
  assert.equal(await modeOf(dir.runtimePath), 0o700)
})

test('a link planted where we write is not written through', async () => {
  await mkdir(dir.runtimePath)
  await writeFile(join(root, 'victim'), 'untouched')
  await symlink(join(root, 'victim'), `${file('runtimePath')}.new`)
  await symlink(join(root, 'victim'), file('runtimePath'))
  await saveMemory(dir, memory)
  assert.equal(await readFile(join(root, 'victim'), 'utf8'), 'untouched')
  await rm(dir.path, { recursive: true })
  assert.deepEqual(await loadMemory(dir), memory)
})

test('what cannot be written is named, and the other copy is written all the same', async () => {
  await writeFile(join(root, 'blocked'), 'a file where the directory should be')
  const blocked = join(root, 'blocked')
  const [copyLost] = await saveMemory({ ...dir, runtimePath: blocked }, memory)
  assert.ok(copyLost?.directory === blocked && /EEXIST|ENOTDIR/.test(copyLost.why), JSON.stringify(copyLost))
  assert.deepEqual(await loadMemory({ ...dir, runtimePath: join(root, 'none') }), memory)
  await rm(dir.path, { recursive: true })
  const [kept, ...more] = await saveMemory({ ...dir, path: blocked }, memory)
  assert.deepEqual([kept?.directory, more], [blocked, []])
  assert.deepEqual(await loadMemory({ ...dir, path: join(root, 'none') }), memory)
})

for (const [stuck, newer] of [
  ['path', 'runtimePath'],
  ['runtimePath', 'path'],
] as const) {
  test(`a copy that could not be written for a while (${stuck}) is not believed against the newer one`, async () => {
    await saveMemory(dir, memory)
    const old = await readFile(file(stuck), 'utf8')
    const now: Memory = { ...memory, gateways: { dsl: '203.0.113.9' }, originals: emptyMemory.originals }
    await saveMemory(dir, now)
    await writeFile(file(stuck), old)
    assert.deepEqual(await loadMemory(dir), now)
    await rm(file(newer))
    assert.deepEqual(await loadMemory(dir), memory)
  })
}

test('a state directory that is the directory of the socket is written once', async () => {
  const one = { path: dir.path, runtimePath: dir.path }
  assert.deepEqual(await saveMemory(one, memory), [])
  assert.deepEqual(await loadMemory(one), memory)
})

test('after down nothing is remembered, twice as well', async () => {
  await saveMemory(dir, memory)
  await forgetMemory(dir)
  await forgetMemory(dir)
  assert.deepEqual(await loadMemory(dir), emptyMemory)
})

/** In a user namespace of one user there is nobody else. */
async function idsMapped(): Promise<boolean> {
  const maps = await readFile('/proc/self/uid_map', 'utf8')
  return maps.split('\n').some((line) => Number(line.trim().split(/\s+/)[2]) > 65_535)
}
