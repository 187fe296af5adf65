/** The DHCP server of a provider, as much of it as our scenarios need (RFC 2131). */
import type { Socket } from 'node:dgram'
import { openUdp } from '../sockets.ts'
import type { Namespace } from '../namespace.ts'

/** What it gives; changed while it runs. */
export interface Offer {
  address: string
  readonly length: number
  readonly router: string
  readonly dns: string
  leaseS: number
  readonly mtuBytes: number
  /** `silent`: as if it were gone. */
  mood: 'gives' | 'silent'
}

export interface DhcpServer {
  readonly offer: Offer
  /** Addresses that it has said yes to, in order; also when it was asked again. */
  readonly given: readonly string[]
  close(): void
}

const MESSAGE = { discover: 1, offer: 2, request: 3, ack: 5, nak: 6 } as const
const COOKIE = Buffer.from([99, 130, 83, 99])

/** Answers are broadcast: whoever asks has no address yet. */
export async function serveDhcp(host: Namespace, device: string, offer: Offer): Promise<DhcpServer> {
  const socket = await openUdp(host, { fromPort: 67, device })
  socket.setBroadcast(true)
  const given: string[] = []
  socket.on('message', (packet) => answer(socket, packet, offer, given))
  return { offer, given, close: () => socket.close() }
}

function answer(socket: Socket, packet: Buffer, offer: Offer, given: string[]): void {
  if (offer.mood === 'silent' || packet.length < 240) return
  const options = optionsOf(packet.subarray(240))
  const kind = options.get(53)?.[0]
  if (kind === MESSAGE.discover) return send(socket, reply(packet, MESSAGE.offer, offer))
  if (kind !== MESSAGE.request) return
  const asked = [...(options.get(50) ?? packet.subarray(12, 16))].join('.')
  if (asked !== offer.address) return send(socket, reply(packet, MESSAGE.nak, offer))
  given.push(asked)
  send(socket, reply(packet, MESSAGE.ack, offer))
}

const send = (socket: Socket, message: Buffer): void => socket.send(message, 68, '255.255.255.255')

function reply(
  asked: Buffer,
  kind: number,
  { address, length, router, dns, leaseS, mtuBytes }: Offer,
): Buffer {
  const head = Buffer.alloc(236)
  asked.copy(head, 0, 0, 8) // hardware and transaction
  head[0] = 2
  if (kind !== MESSAGE.nak) bytes(address).copy(head, 16)
  asked.copy(head, 28, 28, 44) // hardware address
  const mask = Buffer.alloc(4)
  mask.writeUInt32BE((0xffff_ffff << (32 - length)) >>> 0)
  const time = Buffer.alloc(4)
  time.writeUInt32BE(leaseS)
  const mtu = Buffer.alloc(2)
  mtu.writeUInt16BE(mtuBytes)
  const options: [number, Buffer][] =
    kind === MESSAGE.nak
      ? []
      : [
          [51, time],
          [1, mask],
          [3, bytes(router)],
          [6, bytes(dns)],
          [26, mtu],
        ]
  const encoded = [[53, Buffer.from([kind])] as const, [54, bytes(router)] as const, ...options].flatMap(
    ([code, value]) => [Buffer.from([code, value.length]), value],
  )
  return Buffer.concat([head, COOKIE, ...encoded, Buffer.from([255])])
}

const bytes = (address: string): Buffer => Buffer.from(address.split('.').map(Number))

function optionsOf(rest: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>()
  for (let at = 0; at + 1 < rest.length && rest[at] !== 255; at += 2 + (rest[at + 1] ?? 0))
    options.set(rest[at] ?? 0, rest.subarray(at + 2, at + 2 + (rest[at + 1] ?? 0)))
  return options
}
