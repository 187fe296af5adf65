/** Who has this address on the cable? ARP (RFC 826), which every IPv4 neighbour answers. */
import { networkInterfaces } from 'node:os'
import { containsAddress, parseHostAddress, type ProbePath } from '../model/index.ts'
import { refuse, type Asker, type Tell } from './asker.ts'
import * as libc from './ffi.ts'
import { hardwareAddress, indexOf, NO_HARDWARE_ADDRESS, NO_INTERFACE } from './hardware-address.ts'
import { hear, type OnMessage } from './hear.ts'

interface Question {
  readonly address: string
  readonly askedAtMs: number
  readonly tell: Tell
}

export function neighbourAsker({ dev, source }: ProbePath): Asker<'arp'> {
  const questions = new Set<Question>()
  let card: Card | undefined
  const close = (): void => {
    card?.close()
    card = undefined
  }
  const onMessage: OnMessage = (bytes, from, atMs) => {
    // What is told to everyone is no answer to us.
    if (from[PACKET_TYPE] !== PACKET_HOST || bytes.length < ARP_BYTES || bytes.readUInt16BE(6) !== REPLY)
      return
    const sender = bytes.subarray(14, 18).join('.')
    for (const { address, askedAtMs, tell } of questions)
      if (address === sender) tell({ answered: true, delayMs: atMs - askedAtMs })
  }
  return {
    ask({ address }, tell) {
      if (dev === undefined) return refuse(tell, NO_INTERFACE)
      // Kept, because the kernel takes up to 20 ms to close such a socket; a device that came back is another one.
      if (card !== undefined && indexOf(card.fd, dev) !== card.index) close()
      card ??= openCard(dev, onMessage, close)
      const hardware = hardwareAddress(card.fd, dev)
      if (hardware === undefined) {
        close()
        return refuse(tell, NO_HARDWARE_ADDRESS(dev))
      }
      const own = source ?? ownAddress(dev, address)
      const question = { address, askedAtMs: performance.now(), tell }
      libc.sendTo(card.fd, arpRequest(hardware, own, address), libc.packetAddress(ETH_P_ARP, card.index))
      questions.add(question)
      return () => questions.delete(question)
    },
    close,
  }
}

interface Card {
  readonly fd: number
  readonly index: number
  close(): void
}

/** @throws {libc.SystemError} */
function openCard(dev: string, onMessage: OnMessage, onDeaf: () => void): Card {
  // No protocol until it is bound: else it hears all devices for a moment.
  const fd = libc.socket(libc.AF.packet, libc.SOCK.dgram | libc.SOCK.nonblock, 0)
  try {
    const index = indexOf(fd, dev)
    libc.bind(fd, libc.packetAddress(ETH_P_ARP, index))
    const hearing = hear(fd, onMessage, onDeaf)
    return {
      fd,
      index,
      close() {
        hearing.close()
        libc.close(fd)
      },
    }
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
}

/**
 * The one in the network of the neighbour, else any; with none at all the question is a probe of RFC 5227, which is
 * answered as well.
 */
function ownAddress(dev: string, neighbour: string): string {
  const own = (networkInterfaces()[dev] ?? []).flatMap(({ family, cidr }) =>
    family === 'IPv4' && cidr !== null ? (parseHostAddress(cidr) ?? []) : [],
  )
  return (own.find((one) => containsAddress(one, neighbour)) ?? own[0])?.address ?? '0.0.0.0'
}

const parts = (address: string): number[] => address.split('.').map(Number)

/** Ethernet and IPv4, with addresses of 6 and 4 bytes; whose hardware address is asked for stays empty. */
const arpRequest = (hardware: Buffer, own: string, wanted: string): Buffer =>
  Buffer.from([0, 1, 8, 0, 6, 4, 0, REQUEST, ...hardware, ...parts(own), 0, 0, 0, 0, 0, 0, ...parts(wanted)])

const ETH_P_ARP = 0x0806
const ARP_BYTES = 28
const REQUEST = 1
const REPLY = 2
/** In a `struct sockaddr_ll`, and its value for packets to this box alone (linux/if_packet.h). */
const PACKET_TYPE = 10
const PACKET_HOST = 0
