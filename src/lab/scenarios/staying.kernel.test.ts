import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { NOTHING_IS_ENDED, box, type Wishes } from './box.ts'
import { flowsOn, openFlows, talkAll } from './flows.ts'
import type { Flow } from './flows.ts'

describe('a connection stays on the line it began on', () => {
  const both = { fiber: 1, dsl: 1 }
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte' }],
    clients: 4,
    wishes: { lines: both, release: NOTHING_IS_ENDED },
  })
  const apply = (wishes: Omit<Wishes, 'release'>) => router.apply({ ...wishes, release: NOTHING_IS_ENDED })
  let flows: readonly Flow[] = []
  const on = (line: string): Flow[] => flowsOn(flows, line)

  before(async () => {
    const { lab } = router
    flows = await openFlows(lab, lab.topology.clients.map(({ host }) => host), 12) // prettier-ignore
    assert.ok(on('fiber').length > 4 && on('dsl').length > 4)
  })

  test('TCP and UDP while weights change, and while no new one may take their line any more', async () => {
    await apply({ lines: { fiber: 239, dsl: 1 } })
    await talkAll(flows)
    await apply({ lines: { fiber: 1, dsl: 239 } })
    await talkAll(flows)
  })

  test('while a line is added, carries its own connections, and is removed', async () => {
    await apply({ lines: { ...both, lte: 2 } })
    await talkAll(flows)
    const more = await openFlows(router.lab, ['client-1'], 8)
    assert.ok(flowsOn(more, 'lte').length > 0)
    await apply({ lines: both })
    await talkAll([...flows, ...flowsOn(more, 'fiber'), ...flowsOn(more, 'dsl')])
  })

  test('while affinity changes', async () => {
    await apply({ lines: both, affinity: 'client' })
    await talkAll(flows)
    await apply({ lines: both, affinity: 'pair' })
    await talkAll(flows)
    await apply({ lines: both })
    await talkAll(flows)
  })

  test('while the other line is cut and returns; those of the cut line go on after its return', async () => {
    await router.lab.cut('dsl')
    await router.becomes('dsl', 'down')
    await talkAll(on('fiber'))
    await router.lab.restore('dsl')
    await router.becomes('dsl', 'up')
    await talkAll(flows)
  })

  test('while the other line is unplugged and plugged in again', async () => {
    await router.lab.unplug('dsl')
    await router.becomes('dsl', 'absent')
    await talkAll(on('fiber'))
    await router.lab.replug('dsl')
    await router.becomes('dsl', 'up')
    await talkAll(flows)
  })

  test('while the other line is removed from the file', async () => {
    await apply({ lines: { fiber: 1 } })
    await talkAll(on('fiber'))
  })
})
