import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { ROUTER } from '../index.ts'
import type { Lab } from '../index.ts'
import type { Order } from './router-worker.ts'

/** The kernel room as it works on the router, without a daemon. */
export interface RouterThread {
  /** @param file of the kernel room. @returns what the function of that name gives */
  call<T>(file: string, name: string, ...args: readonly unknown[]): Promise<T>
  /** The same for one that gives a result, which has to be good. */
  must<T>(file: string, name: string, ...args: readonly unknown[]): Promise<T>
  close(): Promise<void>
}

export function openRouterThread(lab: Lab): RouterThread {
  const workerData = { namespace: lab.host(ROUTER).fd }
  const worker = new Worker(new URL('router-worker.ts', import.meta.url), { workerData })
  const failed = once(worker, 'error').then(([cause]) => Promise.reject(cause as Error))
  failed.catch(() => {})
  const waiting = new Map<number, (value: unknown) => void>()
  worker.on('message', ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.(value)
    waiting.delete(id)
  })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const tell = (order: Order): void => worker.postMessage(order)
  let id = 0
  const self: RouterThread = {
    async call<T>(file: string, name: string, ...args: readonly unknown[]) {
      id += 1
      const { promise, resolve } = Promise.withResolvers<unknown>()
      waiting.set(id, resolve)
      tell({ id, file: new URL(`../../kernel/${file}`, import.meta.url).href, name, args })
      return (await Promise.race([promise, failed])) as T // whoever calls knows the function
    },
    async must<T>(file: string, name: string, ...args: readonly unknown[]) {
      type Outcome = { ok: true; value: T } | { ok: false; error: unknown }
      const outcome = await self.call<Outcome>(file, name, ...args)
      assert.ok(outcome.ok, JSON.stringify(outcome))
      return outcome.value
    },
    async close() {
      tell('close')
      await once(worker, 'exit')
    },
  }
  return self
}
