/**
 * A bottleneck with a queue that stands. Programs of today keep queues short, so the lab fills this one itself: so much
 * is always on its way that together with what others send it makes the wished wait. What arrives at the far end is
 * made up for. Nothing of the others is dropped, unless they want more than the bottleneck carries.
 */
import type { Socket } from 'node:dgram'
import { CannotPlay } from './cannot-play.ts'
import { eventually } from './eventually.ts'
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

/** A queue that stands. */
export interface StandingQueue {
  /** Nothing more of ours goes in. */
  stop(): void
  /** All that stands in it arrives at once, as where a slow cable gets faster; then there is no queue on the device. */
  dissolve(): Promise<void>
}

/** Resolves when it stands. @throws {CannotPlay} */
export async function saturate(bottleneck: Bottleneck): Promise<StandingQueue> {
  const { from, device, fromAddress, to, toAddress, bitsPerSecond, queueMs } = bottleneck
  const standingBytes = (bitsPerSecond / 8 / 1000) * queueMs
  const roomBytes = Math.ceil(standingBytes * 2 + 500_000)
  // Of the same kind it takes over what stands in the one before. tbf cuts what is larger than its burst into packets.
  const setRate = (bits: number, burstBytes: number): Promise<string> =>
    tc(from, [`qdisc replace dev ${device} root tbf rate ${bits}bit burst ${burstBytes} limit ${roomBytes}`])
  await setRate(bitsPerSecond, 8000)
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
  const flood = pour(taps, drain, { address: toAddress, standingBytes, queueMs })
  await flood.stands
  return {
    stop() {
      flood.stop()
      for (const socket of sockets) socket.close()
    },
    async dissolve() {
      await setRate(1e9, 100_000)
      await eventually(
        () => mustRun(from, ['tc', '-s', 'qdisc', 'show', 'dev', device, 'root']),
        (shown) => / backlog 0b /.test(shown),
        { what: `the queue on ${device} of ${from.name} is empty` },
      )
      await tc(from, [`qdisc delete dev ${device} root`])
    },
  }
}

/** @throws {CannotPlay} where the kernel lacks the queue, or the machine tc */
const tc = (host: Namespace, commands: readonly string[]): Promise<string> =>
  mustRun(host, ['tc', '-batch', '-'], { input: `${commands.join('\n')}\n` }).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') throw new CannotPlay('the program tc is missing')
      if (/qdisc kind is unknown/.test(cause.message)) throw new CannotPlay('the kernel has no tbf queue')
      throw cause
    },
  )

/** Large ones, in fragments, are less work. */
const DATAGRAM_BYTES = 8000
/** A socket's packets count against its send buffer until they have left the queue. */
const MOST_OF_ONE_SOCKET = 8

function pour(
  taps: readonly Socket[],
  drain: Socket,
  { address, standingBytes, queueMs }: { address: string; standingBytes: number; queueMs: number },
): { readonly stands: Promise<void>; stop(): void } {
  const { port } = drain.address()
  const beganMs = performance.now()
  const fillsMs = Math.min(FILLS_SLOWER * queueMs, FILLS_WITHIN_MS)
  const stands = Promise.withResolvers<void>()
  let wishedBytes = standingBytes
  let sent = 0
  let arrived = 0
  let atMs = performance.now()
  const onItsWayBytes = (): number => (sent - arrived) * DATAGRAM_BYTES

  const send = (): Promise<void> =>
    new Promise((resolve) => {
      const datagram = Buffer.alloc(DATAGRAM_BYTES)
      datagram.writeDoubleBE(performance.now(), 0)
      datagram.writeDoubleBE(onItsWayBytes(), 8)
      datagram.writeDoubleBE((sent += 1), 16)
      // An error is no reason to end: it cannot leave, and is lost.
      taps[sent % taps.length]?.send(datagram, port, address, () => resolve())
    })
  async function fill(): Promise<void> {
    const part = Math.min(1, (performance.now() - beganMs) / fillsMs)
    const sending: Promise<void>[] = []
    while (onItsWayBytes() < part * wishedBytes) sending.push(send())
    await Promise.all(sending)
    if (part === 1) stands.resolve()
  }
  const rising = setInterval(() => void fill(), RISES_EVERY_MS)
  void stands.promise.then(() => clearInterval(rising))

  drain.on('message', (datagram) => {
    atMs = performance.now()
    arrived = Math.max(arrived, datagram.readDoubleBE(16))
    const waitedMs = atMs - datagram.readDoubleBE(0)
    // What left the queue before it and was not ours.
    const othersBytes = (standingBytes / queueMs) * waitedMs - datagram.readDoubleBE(8)
    const roomBytes = Math.min(
      standingBytes,
      Math.max(standingBytes - othersBytes, LEAST_SHARE * standingBytes),
    )
    wishedBytes += (roomBytes - wishedBytes) * CHANGE_OF_MIND
    void fill()
  })
  const timer = setInterval(() => {
    if (performance.now() - atMs < 2 * queueMs + STALLED_MS) return
    arrived = sent // nothing of it will come: the cable is dead, or was
    atMs = performance.now()
    void fill()
  }, STALLED_MS)
  return {
    stands: stands.promise,
    stop: () => {
      clearInterval(timer)
      clearInterval(rising)
    },
  }
}

/** As under a load of a quarter more than the line takes: a queue that is there at once is met nowhere. */
const FILLS_SLOWER = 4
const FILLS_WITHIN_MS = 10_000
const RISES_EVERY_MS = 50
/** Without any of ours nobody would tell how long the queue is. */
const LEAST_SHARE = 0.1
/** A measurement is as old as the queue is long: hasty corrections would make it swing. */
const CHANGE_OF_MIND = 0.02

const STALLED_MS = 1000
