/** One question to one target by one way, for `probeOnce`; loads FFI. */
import type { ProbeAnswer, ProbePath, ProbeTarget } from '../model/index.ts'
import { openProber } from './prober.ts'

export function askTarget(path: ProbePath, target: ProbeTarget, timeoutMs: number): Promise<ProbeAnswer> {
  const { promise, resolve } = Promise.withResolvers<ProbeAnswer>()
  const prober = openProber({ onAnswer: (_, answer) => resolve(answer) })
  prober.ask(0, path, target)
  // Timers run before sockets are read: an answer that waits there has not been late, we have.
  const timer = setTimeout(
    () => setImmediate(resolve, { answered: false, why: `no answer within ${timeoutMs} ms` }),
    timeoutMs,
  )
  return promise.finally(() => {
    clearTimeout(timer)
    prober.close()
  })
}
