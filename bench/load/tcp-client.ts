/** tcp-client.ts: for every order on stdin, connections one after the other for a while; says how many. */
import * as libc from '../../src/kernel/ffi.ts'
import { connect, enter } from './blocking-sockets.ts'
import { obey } from './orders.ts'
import { ANSWER, PORT, REQUEST } from './tcp-words.ts'

export interface TcpOrder {
  readonly namespace: string
  readonly servers: readonly string[]
  readonly forMs: number
}

const buffer = Buffer.alloc(ANSWER.length)

obey(({ namespace, servers, forMs }: TcpOrder) => {
  enter(namespace)
  const addresses = servers.map((server) => libc.socketAddress4(server, PORT))
  const endMs = performance.now() + forMs
  let connections = 0
  while (performance.now() < endMs) {
    oneConnection(addresses[connections % addresses.length] ?? new Uint8Array())
    connections += 1
  }
  return connections
})

function oneConnection(address: Uint8Array): void {
  const fd = libc.socket(libc.AF.inet, libc.SOCK.stream, 0)
  try {
    connect(fd, address)
    libc.send(fd, REQUEST)
    for (let left = ANSWER.length; left > 0;) {
      const bytes = libc.receive(fd, buffer)
      if (bytes === 0) throw new Error('the server ended a connection early')
      left -= bytes
    }
  } finally {
    libc.close(fd)
  }
}
