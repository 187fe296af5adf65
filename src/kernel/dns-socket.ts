import { randomInt } from 'node:crypto'
import type { ProbePath } from '../model/index.ts'
import { openBoundSocket } from './bound-socket.ts'
import { answeredId, dnsQuestion, readDnsAnswer, type DnsAnswer } from './dns-message.ts'
import * as libc from './ffi.ts'
import { renewedSocket } from './renewed-socket.ts'

export interface DnsSocket {
  /**
   * @param name absent: the name servers of the root
   * @param onAnswer of that resolver to that question; twice if it answers twice
   * @returns gives the question up; `undefined`: it is no name that can be asked for
   * @throws {libc.SystemError}
   */
  ask(
    resolver: { readonly address: string; readonly port: number },
    name: string | undefined,
    onAnswer: (answer: DnsAnswer, delayMs: number) => void,
  ): (() => void) | undefined
  close(): void
}

/** DNS over UDP by one path. An answer is taken from whom was asked, with the number that the question had. */
export function openDnsSocket(path: ProbePath): DnsSocket {
  const questions = new Map<
    number,
    { readonly from: Buffer; readonly onAnswer: (message: Buffer, atMs: number) => void }
  >()
  const socket = renewedSocket(
    () => openBoundSocket(path, libc.SOCK.dgram, libc.IPPROTO.udp),
    (bytes, from, atMs) => {
      const question = questions.get(answeredId(bytes) ?? NO_ID)
      if (question?.from.equals(from.subarray(0, SENDER_BYTES)) === true) question.onAnswer(bytes, atMs)
    },
  )
  return {
    ask({ address, port }, name, onAnswer) {
      let id: number
      do id = randomInt(0x1_0000)
      while (questions.has(id))
      const message = dnsQuestion(id, name)
      if (message === undefined) return undefined
      const to = Buffer.from(libc.socketAddress4(address, port))
      const askedAtMs = performance.now()
      socket.send(message, to)
      questions.set(id, {
        from: to.subarray(0, SENDER_BYTES),
        onAnswer: (answer, atMs) => onAnswer(readDnsAnswer(answer), atMs - askedAtMs),
      })
      return () => questions.delete(id)
    },
    close: () => socket.close(),
  }
}

const NO_ID = -1
/** Family, port and address. */
const SENDER_BYTES = 8
