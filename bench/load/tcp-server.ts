/** tcp-server.ts NAMESPACE: answers on all addresses there, one connection after the other, until it is killed. */
import * as libc from '../../src/kernel/ffi.ts'
import { accept, enter } from './blocking-sockets.ts'
import { ANSWER, PORT, REQUEST } from './tcp-words.ts'

/** asm-generic/socket.h; several such processes share the work. */
const SO_REUSEPORT = 15
const BACKLOG = 1024

enter(process.argv[2] ?? '')
const listening = libc.socket(libc.AF.inet, libc.SOCK.stream, 0)
libc.setSocketOption(listening, libc.SOL_SOCKET, SO_REUSEPORT, 1)
libc.bind(listening, libc.socketAddress4('0.0.0.0', PORT))
libc.listen(listening, BACKLOG)
process.stdout.write('listening\n', () => {
  const buffer = Buffer.alloc(REQUEST.length)
  for (;;) {
    const connection = accept(listening)
    try {
      libc.receive(connection, buffer)
      libc.send(connection, ANSWER)
      libc.receive(connection, buffer) // until the client has closed: its end keeps TIME_WAIT, as its port is its own
    } catch (cause) {
      if (!(cause instanceof libc.SystemError)) throw cause // else a client that was cut off
    } finally {
      libc.close(connection)
    }
  }
})
