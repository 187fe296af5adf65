/** Asks from a host of the lab, as the daemon does from its own thread. A thread has a network namespace of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import * as libc from '../../kernel/ffi.ts'
import { openProber } from '../../kernel/prober.ts'
import type { ProbePath, ProbeTarget } from '../../model/index.ts'

/** From linux/sched.h */
const CLONE_NEWNET = 0x4000_0000
const { namespace } = workerData as { readonly namespace: number } // ours, see prober-thread.ts
libc.setns(namespace, CLONE_NEWNET)
const prober = openProber({
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  onAnswer: (probe, answer) => parentPort?.postMessage({ probe, answer }),
})
parentPort?.on('message', (order: Order) => {
  if (order !== 'close') return prober.ask(order.probe, order.path, order.target)
  prober.close()
  parentPort?.close()
})

export type Order =
  'close' | { readonly probe: number; readonly path: ProbePath; readonly target: ProbeTarget }
