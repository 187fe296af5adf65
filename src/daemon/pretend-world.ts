import { FakeKernel } from '../kernel/fake.ts'
import type { World } from './box-life.ts'
import { BOX } from './examples.ts'

/** `BOX` in memory. */
export function pretendWorld(): World {
  const kernel = new FakeKernel(BOX)
  const has = new Set(['wan1', 'wan2', 'wan3', 'wan4'])
  return {
    kernel,
    handle(work) {
      if (has.has(work.dev) === (work.is === 'bring-back')) return
      switch (work.is) {
        case 'unplug':
        case 'plug':
          return kernel.setCarrier(work.dev, work.is === 'plug')
        case 'remove':
          has.delete(work.dev)
          return kernel.removeLink(work.dev)
        case 'bring-back':
          has.add(work.dev)
          return kernel.addLink(work.dev)
        case 'rename':
          if (has.has(work.to)) return
          has.delete(work.dev)
          has.add(work.to)
          return kernel.renameLink(work.dev, work.to)
      }
    },
  }
}
