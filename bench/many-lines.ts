/** As many lines as there can be: what it takes to set them up, to change one of them, to find them as they were left. */
import { startOf } from './daemon-times.ts'
import type { Group } from './figure.ts'
import { ourRouter } from './routers.ts'
import type { OurRouter } from './routers.ts'
import { timesFigure } from './times.ts'

const LINES = 62
const ROUNDS = 7

export async function measureManyLines(): Promise<Group> {
  await using router = await ourRouter([1], 'pair', { lines: LINES })
  const all = Array.from({ length: LINES }, () => 1)
  const first: number[] = []
  const weight: number[] = []
  const again: number[] = []
  const ready: number[] = []
  const one: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    first.push(await router.apply(all, 'pair'))
    weight.push(await router.apply([2 + i, ...all.slice(1)], 'pair'))
    again.push(await router.apply([2 + i, ...all.slice(1)], 'pair'))
    one.push(await router.apply([2 + i, ...all.slice(2)], 'pair'))
    ready.push(await readyAgain(router))
    await router.apply([1], 'pair')
  }
  return {
    title: `${LINES} lines`,
    figures: [
      timesFigure(`from one line to ${LINES}`, first, { atMost: 300 }),
      timesFigure('another weight for one of them', weight),
      timesFigure('one of them taken away', one),
      timesFigure('a pass with nothing to do', again),
      timesFigure('start to ready, adopting all (0 steps)', ready),
    ],
  }
}

async function readyAgain(router: OurRouter): Promise<number> {
  await router.restart()
  const { readyMs, passMs } = startOf(router)
  if (passMs !== undefined) throw new Error('a restart did not adopt everything')
  return readyMs
}
