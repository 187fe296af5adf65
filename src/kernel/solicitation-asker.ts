/** Who has this address on the cable? Neighbour discovery (RFC 4861), which every IPv6 neighbour answers. */
import type { ProbePath } from '../model/index.ts'
import { refuse, type Asker, type Tell } from './asker.ts'
import { openBoundSocket } from './bound-socket.ts'
import * as libc from './ffi.ts'
import { hardwareAddress, NO_HARDWARE_ADDRESS, NO_INTERFACE } from './hardware-address.ts'
import { hearsOnly } from './icmpv6.ts'
import { renewedSocket } from './renewed-socket.ts'
import { addressBytes } from './address-bytes.ts'

interface Question {
  readonly address: Buffer
  readonly askedAtMs: number
  readonly tell: Tell
}

/**
 * Asked of those who may have the address, and answered to ours, which the kernel chooses: a neighbour that this box
 * knows already has to say again that it is there.
 */
export function solicitationAsker(path: ProbePath): Asker<'ndp'> {
  const { dev } = path
  const questions = new Set<Question>()
  const socket = renewedSocket(
    () => openSolicitingSocket(path),
    (bytes, _, atMs) => {
      // What is told to everyone is no answer to us.
      if (bytes.length < MESSAGE_BYTES || bytes[0] !== ADVERTISEMENT || ((bytes[4] ?? 0) & SOLICITED) === 0)
        return
      const sender = bytes.subarray(TARGET, MESSAGE_BYTES)
      for (const { address, askedAtMs, tell } of questions)
        if (sender.equals(address)) tell({ answered: true, delayMs: atMs - askedAtMs })
    },
  )
  return {
    ask({ address: wanted }, tell) {
      if (dev === undefined) return refuse(tell, NO_INTERFACE)
      const hardware = hardwareAddressOf(dev)
      if (hardware === undefined) return refuse(tell, NO_HARDWARE_ADDRESS(dev))
      const address = addressBytes(wanted)
      const askedAtMs = socket.send(solicitation(hardware, address), libc.socketAddress6(groupOf(address), 0))
      const question = { address, askedAtMs, tell }
      questions.add(question)
      return () => questions.delete(question)
    },
    close: () => socket.close(),
  }
}

/** @throws {libc.SystemError} there is no such device */
function hardwareAddressOf(dev: string): Buffer | undefined {
  const fd = libc.socket(libc.AF.inet, libc.SOCK.dgram, 0)
  try {
    return hardwareAddress(fd, dev)
  } finally {
    libc.close(fd)
  }
}

/** @throws {libc.SystemError} */
function openSolicitingSocket(path: ProbePath): number {
  const fd = openBoundSocket(path, 'ipv6', libc.SOCK.raw, libc.IPPROTO.icmpv6)
  try {
    hearsOnly(fd, ADVERTISEMENT)
    libc.setSocketOption(fd, libc.IPPROTO.ipv6, libc.IPV6_MULTICAST_HOPS, FROM_NO_ROUTER)
    return fd
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
}

/** All whose address ends alike listen there, few others do. */
const groupOf = (address: Buffer): Buffer =>
  Buffer.concat([Buffer.from('ff0200000000000000000001ff', 'hex'), address.subarray(13)])

/** With our hardware address, so that nobody has to ask for it in turn. The kernel fills in the checksum. */
const solicitation = (hardware: Buffer, wanted: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([SOLICITATION, 0, 0, 0, 0, 0, 0, 0]),
    wanted,
    Buffer.from([SOURCE_HARDWARE_ADDRESS, 1]),
    hardware,
  ])

// RFC 4861, 4.3, 4.4 and 4.6.1
const SOLICITATION = 135
const ADVERTISEMENT = 136
const SOLICITED = 0x40
const TARGET = 8
const MESSAGE_BYTES = 24
const SOURCE_HARDWARE_ADDRESS = 1
/** Every router lowers it: who receives 255 knows that it came from a neighbour, and believes no other. */
const FROM_NO_ROUTER = 255
