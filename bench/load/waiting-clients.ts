/** waiting-clients.ts SERVER COUNT: opens connections and only waits. Says `open` when all are, `ended at MS` when none is. */
import { connect } from 'node:net'

const [server = '', count = ''] = process.argv.slice(2)
let open = 0
let ended = 0
/** One after the other: the server's queue is not as long as this list. */
function openNext(): void {
  const socket = connect({ host: server, port: 7 })
  socket.once('data', () => {
    open += 1
    if (open === Number(count)) console.log('open')
    else openNext()
  })
  socket.on('error', () => {
    ended += 1
    if (ended === Number(count)) console.log(`ended at ${Date.now()}`)
  })
}
openNext()
