import { randomInt } from 'node:crypto'
import type { Family, ProbePath } from '../model/index.ts'
import { openBoundSocket } from './bound-socket.ts'
import { answeredId, dnsQuestion, readDnsAnswer, type DnsAnswer, type NameAsked } from './dns-message.ts'
import * as libc from './ffi.ts'
import { renewedSocket } from './renewed-socket.ts'
import { familyOf, isSameEnd, socketAddress } from './socket-address.ts'

export interface DnsSocket {
  /**
   * @param asked absent: the name servers of the root
   * @param onAnswer of that resolver to that question; twice if it answers twice
   * @returns gives the question up; `undefined`: it is no name that can be asked for
   * @throws {libc.SystemError}
   */
  ask(
    resolver: { readonly address: string; readonly port: number },
    asked: NameAsked | undefined,
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
  const socketOf = (family: Family) =>
    renewedSocket(
      () => openBoundSocket(path, family, libc.SOCK.dgram, libc.IPPROTO.udp),
      (bytes, from, atMs) => {
        const question = questions.get(answeredId(bytes) ?? NO_ID)
        if (question !== undefined && isSameEnd(from, question.from)) question.onAnswer(bytes, atMs)
      },
    )
  const sockets = { ipv4: socketOf('ipv4'), ipv6: socketOf('ipv6') }
  return {
    ask({ address, port }, asked, onAnswer) {
      let id: number
      do id = randomInt(0x1_0000)
      while (questions.has(id))
      const message = dnsQuestion(id, asked)
      if (message === undefined) return undefined
      const to = socketAddress(address, port)
      const askedAtMs = sockets[familyOf(address)].send(message, to)
      questions.set(id, {
        from: to,
        onAnswer: (answer, atMs) =>
          onAnswer(readDnsAnswer(answer, asked?.family ?? 'ipv4'), atMs - askedAtMs),
      })
      return () => questions.delete(id)
    },
    close() {
      for (const socket of Object.values(sockets)) socket.close()
    },
  }
}

const NO_ID = -1
