/** UDP sockets that are kept and go on asking, whatever becomes of the answers. */
import type { Lab } from '../lab.ts'
import { PORTS } from '../servers.ts'
import type { Seen } from '../servers.ts'
import { openUdp } from '../sockets.ts'
import { ROUTER } from '../topology.ts'
import type { Datagram, DatagramFlow, DatagramKind } from './recorded.ts'

export interface Talk {
  readonly line: string
  /** What was sent and answered so far. */
  record(): DatagramFlow
  /** Sends no more; what is on its way may still come. */
  hush(): void
  close(): void
}

const EVERY_MS: Readonly<Record<DatagramKind, number>> = { echo: 200, stream: 20 }

/** @throws {Error} when nothing was answered within 5 s */
export async function startTalk(lab: Lab, host: string, server: string, kind: DatagramKind): Promise<Talk> {
  const socket = await openUdp(lab.host(host))
  const datagrams: Datagram[] = []
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  socket.on('error', () => {}) // an ICMP error; the missing answer tells
  socket.on('message', (message) => {
    const { text, client } = JSON.parse(message.toString()) as Seen & { text: string }
    const line = lab.lineOfAddress(client)
    const datagram = datagrams[Number(text)]
    if (datagram === undefined) return
    datagrams[Number(text)] = { ...datagram, answer: { atMs: performance.now(), line } }
    if (line !== undefined) resolve(line)
  })
  const send = (): void => {
    datagrams.push({ sentAtMs: performance.now() })
    // Refused while no route leads there, or by an ICMP error before: no answer then, as for any lost one.
    socket.send(String(datagrams.length - 1), PORTS['udp-echo'], server, () => {})
  }
  send()
  const sending = setInterval(send, EVERY_MS[kind])
  const timer = setTimeout(() => reject(new Error(`${host} got no answer over UDP from ${server}`)), 5000)
  const close = (): void => {
    clearInterval(sending)
    socket.close()
  }
  try {
    const line = await promise
    return {
      line,
      record: () => ({ kind, from: host === ROUTER ? 'box' : 'lan', line, datagrams }),
      hush: () => clearInterval(sending),
      close,
    }
  } catch (cause) {
    close()
    throw cause
  } finally {
    clearTimeout(timer)
  }
}
