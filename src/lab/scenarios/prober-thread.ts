import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ProbeAnswer, ProbePath, ProbeTarget } from '../../model/index.ts'
import type { Namespace } from '../index.ts'
import type { Order } from './prober-worker.ts'

export interface ProberThread {
  /** @returns the answer, or `silence` when there was none for so long */
  ask(path: ProbePath, target: ProbeTarget, withinMs?: number): Promise<ProbeAnswer | 'silence'>
  close(): Promise<void>
}

/** A prober on a host of the lab. It is one for all that is asked, as in the daemon. */
export function openProberThread({ fd }: Namespace): ProberThread {
  const worker = new Worker(new URL('prober-worker.ts', import.meta.url), { workerData: { namespace: fd } })
  const waiting = new Map<number, (answer: ProbeAnswer) => void>()
  worker.on('message', ({ probe, answer }: { probe: number; answer: ProbeAnswer }) =>
    waiting.get(probe)?.(answer),
  )
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const tell = (order: Order): void => worker.postMessage(order)
  let asked = 0
  return {
    async ask(path, target, withinMs = 2000) {
      const probe = (asked += 1)
      const { promise, resolve } = Promise.withResolvers<ProbeAnswer | 'silence'>()
      waiting.set(probe, resolve)
      const timer = setTimeout(resolve, withinMs, 'silence')
      tell({ probe, path, target })
      return promise.finally(() => {
        clearTimeout(timer)
        waiting.delete(probe)
      })
    },
    async close() {
      tell('close')
      await once(worker, 'exit')
    },
  }
}
