/**
 * A bottleneck with a queue that stands. Programs of today keep queues short, so the lab fills this one itself: as much
 * as makes the wished wait is always on its way, and whatever arrives at the far end is made up for. What others send
 * stands in line behind it; nothing is dropped as long as they fit in too.
 */
import type { Socket } from 'node:dgram'
import { CannotPlay } from './cannot-play.ts'
import type { Namespace } from './namespace.ts'
import { mustRun } from './run.ts'
import { openUdp } from './sockets.ts'

/** One direction of the cable between provider and internet. */
export interface Bottleneck {
  readonly from: Namespace
  readonly device: string
  readonly fromAddress: string
  readonly to: Namespace
  readonly toAddress: string
  readonly bitsPerSecond: number
  readonly queueMs: number
}

/** @throws {CannotPlay} @returns when it stands, what ends the flood; the queue stays until another takes its place */
export async function saturate(bottleneck: Bottleneck): Promise<{ stop(): void }> {
  const { from, device, fromAddress, to, toAddress, bitsPerSecond, queueMs } = bottleneck
  const standingBytes = (bitsPerSecond / 8 / 1000) * queueMs
  await setQueue(from, [
    // tbf cuts what is larger than its burst into packets.
    `qdisc replace dev ${device} root tbf rate ${bitsPerSecond}bit burst 8000 limit ${Math.ceil(standingBytes * 2 + 500_000)}`,
  ])
  const sockets: Socket[] = []
  const open = async (host: Namespace, address: string): Promise<Socket> => {
    const socket = await openUdp(host, { from: address })
    socket.on('error', () => {}) // a device that is gone: what was sent is lost
    sockets.push(socket)
    return socket
  }
  const drain = await open(to, toAddress)
  const taps: Socket[] = []
  const count = Math.ceil(standingBytes / DATAGRAM_BYTES / MOST_OF_ONE_SOCKET)
  while (taps.length < count) taps.push(await open(from, fromAddress))
  const flood = pour(taps, drain, toAddress, standingBytes, queueMs)
  await flood.stands
  return {
    stop() {
      flood.stop()
      for (const socket of sockets) socket.close()
    },
  }
}

/** In `tc -batch` form. @throws {CannotPlay} where the kernel lacks the queue, or the machine tc */
export async function setQueue(host: Namespace, commands: readonly string[]): Promise<void> {
  await mustRun(host, ['tc', '-batch', '-'], { input: `${commands.join('\n')}\n` }).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') throw new CannotPlay('the program tc is missing')
      if (/qdisc kind is unknown/.test(cause.message)) throw new CannotPlay('the kernel has no tbf queue')
      throw cause
    },
  )
}

/** Large ones, in fragments, are less work. */
const DATAGRAM_BYTES = 8000
/** A socket's packets count against its send buffer until they have left the queue. */
const MOST_OF_ONE_SOCKET = 8

function pour(
  taps: readonly Socket[],
  drain: Socket,
  address: string,
  standingBytes: number,
  queueMs: number,
): { readonly stands: Promise<void>; stop(): void } {
  const { port } = drain.address()
  const body = Buffer.alloc(DATAGRAM_BYTES - 4)
  let sent = 0
  let arrived = 0
  let atMs = performance.now()
  const send = (number: number): Promise<void> =>
    new Promise((resolve) => {
      const head = Buffer.alloc(4)
      head.writeUInt32BE(number)
      // An error is no reason to end: it cannot leave, and is lost.
      taps[number % taps.length]?.send([head, body], port, address, () => resolve())
    })
  /** Resolves when all of it stands in the queue. */
  async function fill(): Promise<void> {
    const sending: Promise<void>[] = []
    while ((sent - arrived) * DATAGRAM_BYTES < standingBytes) sending.push(send((sent += 1)))
    await Promise.all(sending)
  }
  drain.on('message', (datagram) => {
    arrived = Math.max(arrived, datagram.readUInt32BE(0))
    atMs = performance.now()
    void fill()
  })
  const timer = setInterval(() => {
    if (performance.now() - atMs < 2 * queueMs + STALLED_MS) return
    arrived = sent // nothing of it will come: the cable is dead, or was
    atMs = performance.now()
    void fill()
  }, STALLED_MS)
  return { stands: fill(), stop: () => clearInterval(timer) }
}

const STALLED_MS = 1000
