import { PROBE_PORTS, unreachable, type ProbeAnswer, type ProbePath } from '../model/index.ts'
import type { Asker } from './asker.ts'
import { connectBy, handshakeMs, type ConnectOutcome } from './connect-by.ts'
import * as libc from './ffi.ts'

/** Whether a connection is taken or refused: either way the target was reached and its word came back. */
export const tcpAsker = (path: ProbePath): Asker<'tcp'> => ({
  ask({ address, port = PROBE_PORTS.tcp }, tell) {
    const askedAtMs = performance.now()
    return connectBy(path, address, port, (outcome, atMs) => tell(answerTo(outcome, atMs - askedAtMs)))
  },
  close() {},
})

function answerTo(outcome: ConnectOutcome, delayMs: number): ProbeAnswer {
  switch (outcome.is) {
    case 'connected': {
      const answer = { answered: true, delayMs: handshakeMs(outcome.fd) ?? delayMs } as const
      libc.close(outcome.fd)
      return answer
    }
    case 'refused':
      return { answered: true, delayMs }
    case 'failed':
      return outcome.answer
    default:
      return unreachable(outcome)
  }
}
