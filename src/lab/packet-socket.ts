/** A socket on a device itself: hears every frame that arrives there, and puts frames on its cable. */
import * as libc from '../kernel/ffi.ts'
import { inNamespace } from './namespace.ts'
import type { Namespace } from './namespace.ts'

/** linux/if_ether.h. In network order already, as sockets want it. Only of all protocols one hears before nft drops. */
const ETH_P_ALL = 0x0300
/** linux/sockios.h */
const SIOCGIFINDEX = 0x8933
/** linux/if_packet.h */
const SOL_PACKET = 263
const PACKET = { vnetHdr: 15, qdiscBypass: 20, ignoreOutgoing: 23 } as const

/**
 * Before each frame stands a `struct virtio_net_hdr`: so a frame may be many segments at once, without a checksum
 * yet, as they are between network namespaces.
 */
export const VNET_HEADER_BYTES = 10
/** The header, Ethernet with a VLAN tag, and the largest packet. */
export const LARGEST_FRAME_BYTES = VNET_HEADER_BYTES + 18 + 65_535

/**
 * What it sends waits in no queue of the device. Not blocking.
 * @throws {libc.SystemError} where that is not permitted, or the kernel has no such sockets
 */
export function openPacketSocket(host: Namespace, device: string): number {
  return inNamespace(host, () => {
    const fd = libc.socket(libc.AF.packet, libc.SOCK.raw | libc.SOCK.nonblock, 0)
    try {
      for (const option of [PACKET.vnetHdr, PACKET.qdiscBypass, PACKET.ignoreOutgoing])
        libc.setSocketOption(fd, SOL_PACKET, option, 1)
      libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.rcvbuf, RECEIVE_BUFFER_BYTES)
      libc.bind(fd, linkAddress(indexOf(fd, device)))
    } catch (cause) {
      libc.close(fd)
      throw cause
    }
    return fd
  })
}

/** The kernel gives as much of it as /proc/sys/net/core/rmem_max allows. */
const RECEIVE_BUFFER_BYTES = 16_000_000

function indexOf(fd: number, device: string): number {
  const request = Buffer.alloc(40)
  request.write(device, 'latin1')
  libc.ioctl(fd, SIOCGIFINDEX, request)
  return request.readInt32LE(16)
}

/** `struct sockaddr_ll` */
function linkAddress(index: number): Uint8Array {
  const bytes = Buffer.alloc(20)
  bytes.writeUInt16LE(libc.AF.packet, 0)
  bytes.writeUInt16LE(ETH_P_ALL, 2)
  bytes.writeInt32LE(index, 4)
  return bytes
}
