/** Calls functions of the kernel room on the router. A thread has a network namespace of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import * as libc from '../../kernel/ffi.ts'

/** From linux/sched.h */
const CLONE_NEWNET = 0x4000_0000
const { namespace } = workerData as { readonly namespace: number } // ours, see router-thread.ts
libc.setns(namespace, CLONE_NEWNET)
parentPort?.on('message', (order: Order) => {
  if (order === 'close') return parentPort?.close()
  return void call(order)
})

/** A failure ends the thread, which its owner hears of. */
async function call({ id, file, name, args }: Exclude<Order, 'close'>): Promise<void> {
  const functions = (await import(file)) as Record<string, (...args: readonly unknown[]) => unknown> // by its name
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage({ id, value: await functions[name]?.(...args) })
}

export type Order =
  | 'close'
  | {
      readonly id: number
      readonly file: string
      readonly name: string
      readonly args: readonly unknown[]
    }
