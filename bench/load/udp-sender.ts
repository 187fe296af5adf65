/**
 * udp-sender.ts: for every order on stdin, datagrams as fast as one thread can; says how many µs each took.
 *
 * They are timed in small pieces, and a good piece stands for all: what was interrupted by somebody else's work is
 * left out that way. (The CPU time of this thread would do, but not on kernels with CONFIG_IRQ_TIME_ACCOUNTING, which
 * leave the forwarding out of it.)
 */
import * as libc from '../../src/kernel/ffi.ts'
import { enter } from './blocking-sockets.ts'
import { lowerQuartile } from '../statistics.ts'
import { obey } from './orders.ts'

export interface UdpOrder {
  readonly namespace: string
  /** A multiple of 100. */
  readonly datagrams: number
  /**
   * `one`: all belong to one flow. `per-datagram`: each begins its own, to one of `servers`.
   * `per-datagram-and-pair`: each goes to an address that was never met before.
   */
  readonly flows: 'one' | 'per-datagram' | 'per-datagram-and-pair'
  readonly servers: readonly string[]
}

/** The smallest that counts as a full Ethernet frame of 60 bytes. */
const PAYLOAD = Buffer.alloc(18)
export const FIRST_PORT = 10_000
const PORTS = 50_000
/** About half a millisecond. */
const PIECE = 100
/** Where the port stands in `struct sockaddr_in`. */
const PORT_OFFSET = 2
const ADDRESS_OFFSET = 4

obey(({ namespace, datagrams, flows, servers }: UdpOrder) => {
  enter(namespace)
  const addresses = servers.map((server) => libc.socketAddress4(server, FIRST_PORT) as Buffer)
  const [anyone = Buffer.alloc(0)] = addresses
  const fd = libc.socket(libc.AF.inet, libc.SOCK.dgram, 0)
  const piecesUs: number[] = []
  let beganMs = performance.now()
  for (let i = 0; i < datagrams; i++) {
    let address = anyone
    if (flows === 'per-datagram') {
      address = addresses[i % addresses.length] ?? anyone
      address.writeUInt16BE(FIRST_PORT + (i % PORTS), PORT_OFFSET)
    } else if (flows === 'per-datagram-and-pair') {
      address.writeUInt32BE((BENCHMARK_NET + i) >>> 0, ADDRESS_OFFSET)
    }
    libc.sendTo(fd, PAYLOAD, address)
    if ((i + 1) % PIECE === 0) {
      const nowMs = performance.now()
      piecesUs.push(((nowMs - beganMs) * 1000) / PIECE)
      beganMs = nowMs
    }
  }
  libc.close(fd)
  return lowerQuartile(piecesUs)
})

/** 198.19.0.0, in the network for such measurements (RFC 2544), of which the lab uses the lower half. */
const BENCHMARK_NET = 0xc613_0000
