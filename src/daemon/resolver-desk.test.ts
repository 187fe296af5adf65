import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { eventually } from '../lab/index.ts'
import type { ResolverTrouble } from '../kernel/index.ts'
import { untoldResolvers } from './missing-programs.ts'
import { started, TWO, type Scene } from './pretend-daemon.ts'
import { loadMemory } from './state-dir.ts'

const NAMED = TWO.replace('gateway: 198.51.1.1', 'gateway: 198.51.1.1, dns: 198.18.1.53').replace('interface: wan2', 'interface: wan2, dns: [198.18.2.53]') // prettier-ignore
const FILE = `${NAMED}dns: /run/resolv.conf\n`

const lists = ({ told }: Scene): (readonly string[] | undefined)[] => told.map(({ news }) => news?.servers)

const told = (scene: Scene, ...servers: readonly string[]): Promise<unknown> =>
  eventually(
    async () => lists(scene).at(-1)?.join(' '),
    (seen) => seen === servers.join(' '),
    { what: `the last list is ${servers.join(' ')}` },
  )

test('unless the file says so, nobody is told anything', async (t) => {
  const scene = await started(t, { yaml: NAMED })
  await scene.daemon.stop()
  assert.deepEqual(scene.told, [])
})

test('a line that dies takes its resolvers from the list; when none works the last list stays', async (t) => {
  const scene = await started(t, { yaml: FILE })
  await told(scene, '198.18.1.53', '198.18.2.53')
  scene.watch.says('fiber', 'down')
  await told(scene, '198.18.2.53')
  scene.watch.says('fiber', 'up')
  await told(scene, '198.18.1.53', '198.18.2.53')
  scene.kernel.removeLink('wan1')
  await told(scene, '198.18.2.53')
  scene.kernel.removeLink('wan2')
  await scene.daemon.stop()
  assert.deepEqual(lists(scene).at(-1), ['198.18.2.53'])
})

test('another program is told, and the one before gets back what it had', async (t) => {
  const scene = await started(t, { yaml: FILE.replace('/run/resolv.conf', 'resolved') })
  await told(scene, '198.18.1.53', '198.18.2.53')
  const [first] = scene.told
  assert.deepEqual(first?.news?.interfaces, [
    { name: 'wan1', isUsed: true, servers: ['198.18.1.53'] },
    { name: 'wan2', isUsed: true, servers: ['198.18.2.53'] },
  ])
  await scene.write(FILE)
  await scene.daemon.apply()
  await eventually(async () => scene.told.length, (count) => count === 3, { what: 'two more are told' }) // prettier-ignore
  assert.deepEqual(
    scene.told.map(({ driver, news }) => [driver.is, news !== undefined]),
    [
      ['resolved', true],
      ['resolved', false],
      ['file', true],
    ],
  )
})

test('down gives back', async (t) => {
  const scene = await started(t, { yaml: FILE.replace('/run/resolv.conf', 'resolved') })
  await told(scene, '198.18.1.53', '198.18.2.53')
  await scene.daemon.down({ dryRun: false })
  const { driver, news } = scene.told.at(-1) ?? assert.fail()
  assert.deepEqual([driver.is, news], ['resolved', undefined])
})

test('the interface of a line that is no more in the file is given back, at once and alone', async (t) => {
  const resolved = FILE.replace('/run/resolv.conf', 'resolved')
  const scene = await started(t, { yaml: resolved })
  await told(scene, '198.18.1.53', '198.18.2.53')
  await scene.write(resolved.replace(/ {2}dsl.*\n/, ''))
  await scene.daemon.apply()
  await eventually(async () => scene.told.length, (count) => count === 3, { what: 'two more are told' }) // prettier-ignore
  assert.deepEqual(
    scene.told.slice(1).map(({ news, interfaces }) => [news?.servers, interfaces]),
    [
      [['198.18.1.53'], ['wan1']],
      [undefined, ['wan2']],
    ],
  )
})

const RESOLVED = FILE.replace('/run/resolv.conf', 'resolved')
const BEFORE: Memory = { ...emptyMemory, told: { is: 'resolved', interfaces: ['wan1', 'wan9'] } }

test('whom we tell is known to whoever comes after us, until it is taken back', async (t) => {
  const stateDir = await mkdtemp(join(tmpdir(), 'multihomed-'))
  t.after(() => rm(stateDir, { recursive: true }))
  const remembered = async (): Promise<unknown> =>
    (await loadMemory({ path: stateDir, runtimePath: stateDir })).told
  const scene = await started(t, { yaml: RESOLVED, stateDir })
  await told(scene, '198.18.1.53', '198.18.2.53')
  assert.deepEqual(await remembered(), { is: 'resolved', interfaces: ['wan1', 'wan2'] })
  await scene.write(TWO)
  await scene.daemon.apply()
  await eventually(remembered, (seen) => seen === undefined, { what: 'it is taken back' })
})

test('what a daemon before us told of an interface that is no line any more is taken back', async (t) => {
  const scene = await started(t, { yaml: RESOLVED, memory: BEFORE })
  await eventually(async () => scene.told.length, (count) => count === 2, { what: 'two are told' }) // prettier-ignore
  assert.deepEqual(
    scene.told.map(({ news, interfaces }) => [news?.servers, interfaces]),
    [
      [
        ['198.18.1.53', '198.18.2.53'],
        ['wan1', 'wan2'],
      ],
      [undefined, ['wan9']],
    ],
  )
})

test('what a daemon before us told is taken back when the file names nobody any more', async (t) => {
  const scene = await started(t, { memory: BEFORE })
  await eventually(async () => scene.told.length, (count) => count === 1, { what: 'one is told' }) // prettier-ignore
  assert.deepEqual(scene.told, [
    { driver: { is: 'resolved' }, news: undefined, interfaces: ['wan1', 'wan9'] },
  ])
})

const FORBIDDEN: ResolverTrouble = { is: 'forbidden', text: 'resolvectl dns wan1: access denied' }

const untold = ({ daemon }: Scene): string | undefined =>
  daemon.glance().notes.find(({ code }) => code === 'resolvers-untold')?.text

test('while a program does not listen status says so, with what to do; it is logged once', async (t) => {
  let trouble: ResolverTrouble | undefined = FORBIDDEN
  const scene = await started(t, { yaml: RESOLVED, troubleWithResolvers: () => trouble })
  await eventually(() => untold(scene), (text) => text?.includes(FORBIDDEN.text) === true, { what: 'it is a note' }) // prettier-ignore
  const tries = scene.told.length
  await scene.daemon.apply()
  await eventually(async () => scene.told.length, (count) => count > tries, { what: 'it is tried again' }) // prettier-ignore
  assert.equal(scene.log.filter((line) => line.includes(FORBIDDEN.text)).length, 1)
  const note = scene.daemon.glance().notes.find(({ code }) => code === 'resolvers-untold')
  assert.match(note?.help ?? '', /contrib\/multihomed\.rules/)
  trouble = undefined
  await scene.daemon.apply()
  await eventually(() => untold(scene), (text) => text === undefined, { what: 'the note is gone' }) // prettier-ignore
})

test('who never listened to us owes us nothing when the file names him no more', async (t) => {
  const scene = await started(t, { yaml: RESOLVED, troubleWithResolvers: () => FORBIDDEN })
  await eventually(() => untold(scene), (text) => text !== undefined, { what: 'it is a note' }) // prettier-ignore
  await scene.write(TWO)
  await scene.daemon.apply()
  await eventually(() => untold(scene), (text) => text === undefined, { what: 'the note is gone' }) // prettier-ignore
  const tries = scene.told.length
  await scene.daemon.apply()
  assert.equal(scene.told.length, tries, 'and it is not asked again')
})

for (const [is, trouble, help] of [
  ['resolved', 'missing', /^apt install systemd-resolved; or .*resolv\.conf$/],
  ['resolved', 'other', /journalctl -u systemd-resolved$/],
  ['unbound', 'missing', /^apt install unbound;/],
  ['unbound', 'forbidden', /^usermod -aG unbound multihomed,/],
] as const)
  test(`${is}, ${trouble}: the note says what to do`, () => {
    assert.match(untoldResolvers({ is }, { is: trouble, text: '' }).help ?? '', help)
  })

test('a file that cannot be written: another place is named', () => {
  const note = untoldResolvers({ is: 'file', path: '/etc/resolv.conf' }, { is: 'other', text: '' })
  assert.match(note.help ?? '', /dns: \/run\/multihomed\/resolv\.conf/)
})
