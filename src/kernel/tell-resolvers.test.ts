import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { foreseenResolverTrouble, tellResolvers, type ResolverNews } from './tell-resolvers.ts'

const NEWS: ResolverNews = {
  servers: ['198.51.100.53', '2001:db8::53'],
  interfaces: [
    { name: 'wan1', isUsed: false, servers: ['203.0.113.53'] },
    { name: 'wan2', isUsed: true, servers: [] },
  ],
}

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'multihomed-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

function onlyPath(t: TestContext, path: string): void {
  const before = process.env['PATH']
  process.env['PATH'] = path
  t.after(() => void (process.env['PATH'] = before))
}

/** A program of that name that writes down how it was called, before all others. */
async function pretend(
  t: TestContext,
  program: string,
  exitCode = 0,
  said = 'no such thing',
): Promise<() => Promise<string[]>> {
  const path = await directory(t)
  const calls = join(path, 'calls')
  await writeFile(join(path, program), `#!/bin/sh\necho "$@" >> '${calls}'\necho '${said}' >&2\nexit ${exitCode}\n`, { mode: 0o755 }) // prettier-ignore
  onlyPath(t, `${path}:${process.env['PATH']}`)
  return async () => (await readFile(calls, 'utf8')).trimEnd().split('\n')
}

test('the file is there with its directory, whole, for everybody to read, and nothing beside it', async (t) => {
  const path = join(await directory(t), 'run', 'resolv.conf')
  assert.equal(await tellResolvers({ is: 'file', path }, NEWS, []), undefined)
  const lines = (await readFile(path, 'utf8')).split('\n')
  assert.deepEqual(lines.slice(1), ['nameserver 198.51.100.53', 'nameserver 2001:db8::53', ''])
  assert.equal((await stat(path)).mode & 0o777, 0o644)
  const { ino } = await stat(path)
  await tellResolvers({ is: 'file', path }, NEWS, [])
  assert.notEqual((await stat(path)).ino, ino, 'replaced, not written over')
  assert.deepEqual(await readdir(join(path, '..')), ['resolv.conf'])
})

test('the file stays when all is taken back: whoever reads it would know nobody to ask', async (t) => {
  const path = join(await directory(t), 'resolv.conf')
  await tellResolvers({ is: 'file', path }, NEWS, [])
  await tellResolvers({ is: 'file', path }, undefined, [])
  assert.match(await readFile(path, 'utf8'), /nameserver 198/)
})

test('a file that cannot be written is told with its path', async () => {
  const trouble = await tellResolvers({ is: 'file', path: '/proc/nowhere/resolv.conf' }, NEWS, [])
  assert.match(trouble?.text ?? '', /^\/proc\/nowhere\/resolv\.conf cannot be written: /)
})

test('resolved: lines in use first, others are no way for names, and old answers are forgotten', async (t) => {
  const calls = await pretend(t, 'resolvectl')
  assert.equal(await tellResolvers({ is: 'resolved' }, NEWS, []), undefined)
  assert.deepEqual(await calls(), [
    'default-route wan2 yes',
    'dns wan1 203.0.113.53',
    'default-route wan1 no',
    'flush-caches',
  ])
})

test('resolved gets its interfaces back', async (t) => {
  const calls = await pretend(t, 'resolvectl')
  await tellResolvers({ is: 'resolved' }, undefined, ['wan1', 'wan2'])
  assert.deepEqual(await calls(), ['revert wan1', 'revert wan2'])
})

test('what NetworkManager had told of them it tells again, where it is', async (t) => {
  const calls = await pretend(t, 'nmcli', 8, 'Error: NetworkManager is not running.')
  await pretend(t, 'resolvectl')
  assert.equal(await tellResolvers({ is: 'resolved' }, undefined, ['wan1']), undefined)
  assert.deepEqual(await calls(), ['general reload dns-full'])
})

test('an interface that is gone keeps no other from being given back', async (t) => {
  const calls = await pretend(t, 'resolvectl', 1, 'Failed to resolve interface "ppp0": No such device')
  assert.equal(await tellResolvers({ is: 'resolved' }, undefined, ['ppp0', 'wan2']), undefined)
  assert.deepEqual(await calls(), ['revert ppp0', 'revert wan2'])
})

test('unbound: forwarders, and its own file again in the end', async (t) => {
  const calls = await pretend(t, 'unbound-control')
  await tellResolvers({ is: 'unbound' }, NEWS, [])
  await tellResolvers({ is: 'unbound' }, undefined, [])
  assert.deepEqual(await calls(), ['forward 198.51.100.53 2001:db8::53', 'reload'])
})

test('a program that refuses is told with its words, and nothing more is asked of it', async (t) => {
  const calls = await pretend(t, 'resolvectl', 1)
  const text = 'resolvectl default-route wan2 yes: no such thing'
  assert.deepEqual(await tellResolvers({ is: 'resolved' }, NEWS, []), { is: 'other', text })
  assert.deepEqual(await calls(), ['default-route wan2 yes'])
})

for (const [program, is, said] of [
  ['resolvectl', 'resolved', 'Failed to set DNS configuration: Interactive authentication required.'],
  ['resolvectl', 'resolved', 'Failed to set default route configuration: Access denied'],
  ['unbound-control', 'unbound', 'error: connect: Permission denied for /run/unbound.ctl'],
] as const)
  test(`one that does not listen to our user is told as such: ${said}`, async (t) => {
    await pretend(t, program, 1, said)
    const trouble = await tellResolvers({ is }, NEWS, [])
    assert.equal(trouble?.is, 'forbidden')
    assert.ok(trouble.text.endsWith(said.replace(/\.$/, '')), trouble.text)
  })

for (const [is, program] of [
  ['resolved', 'resolvectl'],
  ['unbound', 'unbound-control'],
] as const)
  test(`${program} that is not installed is seen beforehand, said when it is wanted, and nothing is owed to it`, async (t) => {
    onlyPath(t, await directory(t))
    const missing = { is: 'missing', text: `${program} is not installed` }
    assert.deepEqual(await foreseenResolverTrouble({ is }), missing)
    assert.deepEqual(await tellResolvers({ is }, NEWS, []), missing)
    assert.equal(await tellResolvers({ is }, undefined, ['wan1']), undefined)
    await pretend(t, program, 1)
    assert.equal(await foreseenResolverTrouble({ is }), undefined)
  })
