import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../lab/index.ts'
import { mark } from '../model/index.ts'
import { slotsOf } from '../plan/index.ts'
import { TWO, started, type Scene } from './pretend-daemon.ts'

const AT_ONCE = `${TWO}release: 0s\n`

/** Numbers of the lines that new connections take. */
async function chosen({ kernel }: Scene): Promise<string> {
  const observed = await kernel.observe([])
  assert.ok(observed.ok)
  return [...new Set(slotsOf(observed.value.ruleset, 'ipv4').map(String))].toSorted().join()
}

const becomes = (scene: Scene, lines: string): Promise<unknown> =>
  eventually(() => chosen(scene), (now) => now === lines, { what: `lines ${lines} are chosen` }) // prettier-ignore

/** What was done to connections, and between what. */
const story = ({ kernel }: Scene, from: number): string[] =>
  kernel.deeds
    .slice(from)
    .map((deed) => (deed.do === 'forget-connections' ? `forget ${deed.which}` : deed.do))

const happened = (scene: Scene, from: number, deed: string): Promise<unknown> =>
  eventually(() => Promise.resolve(story(scene, from)), (deeds) => deeds.includes(deed), { what: deed }) // prettier-ignore

const events = ({ daemon }: Scene): string[] =>
  daemon.journal.entries().map(({ line, kind }) => (line === undefined ? kind : `${line} ${kind}`))

test('a suspected line gets no new connections, nothing of it is ended, and its first answer gives it back', async (t) => {
  const scene = await started(t)
  await becomes(scene, '1,2')
  const before = scene.kernel.deeds.length
  scene.watch.says('dsl', 'suspect', { why: 'a check of 1.1.1.1 is late' })
  await becomes(scene, '1')
  scene.watch.says('dsl', 'up')
  await becomes(scene, '1,2')
  assert.deepEqual(new Set(story(scene, before)), new Set(['change-ruleset', 'change-nexthop', 'delete-nexthop', 'add-nexthop'])) // prettier-ignore
  assert.deepEqual(events(scene).slice(-4), ['dsl suspect', 'steered', 'dsl up', 'steered'])
})

test('a dead line: first the choice, then what had no answer, then the release, and last those who only wait', async (t) => {
  const scene = await started(t, { yaml: AT_ONCE })
  scene.kernel.connect(mark(0x0200_0000), 3)
  const before = scene.kernel.deeds.length
  scene.watch.says('dsl', 'down', { why: 'the provider is silent' })
  await happened(scene, before, 'tell-stranded')
  const deeds = story(scene, before)
  const order = ['change-ruleset', 'forget unanswered', 'tell-stranded'].map((deed) => deeds.indexOf(deed))
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    deeds.join(', '),
  )
  assert.ok(deeds.lastIndexOf('change-ruleset') < deeds.indexOf('tell-stranded'), deeds.join(', '))
  await eventually(
    () => Promise.resolve(story(scene, before)),
    (now) => now.includes('forget fleeting'),
    { what: 'calls go on elsewhere' },
  )
  assert.equal(story(scene, before).filter((deed) => deed === 'tell-stranded').length, 1)
  assert.ok(events(scene).includes('dsl released'), events(scene).join())
})

test('a line whose release holds gives its connections back when it answers', async (t) => {
  const scene = await started(t, { yaml: AT_ONCE })
  const pinned = async (): Promise<string> => {
    const observed = await scene.kernel.observe([])
    assert.ok(observed.ok)
    return [
      ...(observed.value.ruleset?.maps.find(({ name }) => name === 'pinned')?.elements.values() ?? []),
    ].join()
  }
  scene.watch.says('dsl', 'down')
  await eventually(pinned, (now) => now === 'goto stay_1,goto over_2', { what: 'dsl is released' })
  scene.watch.says('dsl', 'up')
  await eventually(pinned, (now) => now === 'goto stay_1,goto stay_2', { what: 'dsl is itself again' })
})

test('while every line is dead nothing is ended, and the first that answers frees the others', async (t) => {
  const scene = await started(t, { yaml: AT_ONCE })
  const before = scene.kernel.deeds.length
  scene.watch.says('fiber', 'down')
  scene.watch.says('dsl', 'down')
  await eventually(
    () => Promise.resolve(events(scene)),
    (told) => told.includes('offline'),
    { what: 'it is told' },
  )
  assert.deepEqual(await chosen(scene), '1,2')
  assert.deepEqual(
    story(scene, before).filter((deed) => /forget|tell/.test(deed)),
    [],
  )
  scene.watch.says('dsl', 'up')
  await happened(scene, before, 'tell-stranded')
  assert.equal(await chosen(scene), '2')
  assert.ok(events(scene).includes('online'))
})

test('lines are watched as they are now: by their marks, and not without a carrier', async (t) => {
  const { kernel, watch } = await started(t)
  assert.deepEqual(
    watch.lines.map(({ name, usable, path }) => [name, usable, path.dev, path.mark?.toString(16)]),
    [
      ['fiber', true, 'wan1', '81000000'],
      ['dsl', true, 'wan2', '82000000'],
    ],
  )
  kernel.setCarrier('wan2', false)
  await eventually(
    () => Promise.resolve(watch.lines[1]?.usable),
    (usable) => usable === false,
    { what: 'dsl is not asked' },
  )
})
