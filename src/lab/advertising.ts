/** A router advertisement (RFC 4861, section 4.2), as providers and home routers send them. */
import * as libc from '../kernel/ffi.ts'
import { parsePrefix } from '../model/index.ts'
import { LAN6 } from './ipv6.ts'
import { inNamespace } from './namespace.ts'
import type { Namespace } from './namespace.ts'
import { ipv6Bytes } from './sockets.ts'

export interface Advertisement {
  /** The router's address on the link, which has to be there; default: `fe80::1`. */
  readonly from?: string
  /** How long it may be the default router; 0: it is none any more. */
  readonly routerLifetimeS: number
  readonly prefixes?: readonly AdvertisedPrefix[]
}

export interface AdvertisedPrefix {
  /** Of 64 bits, from which hosts make themselves addresses. */
  readonly prefix: string
  readonly validS: number
  /** 0: addresses stay, and new connections prefer others. */
  readonly preferredS: number
}

/** @throws {libc.SystemError} when the device or the address is not there */
export function advertise(host: Namespace, device: string, advertisement: Advertisement): void {
  const { from = LAN6.gateway, routerLifetimeS, prefixes = [] } = advertisement
  inNamespace(host, () => {
    const fd = libc.socket(libc.AF.inet6, libc.SOCK.raw, libc.IPPROTO.icmpv6)
    try {
      libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.bindtodevice, device)
      // What came through a router is no neighbour's and not believed.
      libc.setSocketOption(fd, libc.IPPROTO.ipv6, libc.IPV6_MULTICAST_HOPS, 255)
      libc.bind(fd, libc.socketAddress6(ipv6Bytes(from), 0))
      const message = Buffer.concat([header(routerLifetimeS), ...prefixes.map(prefixInformation)])
      libc.sendTo(fd, message, libc.socketAddress6(ipv6Bytes(ALL_NODES), 0))
    } finally {
      libc.close(fd)
    }
  })
}

const ALL_NODES = 'ff02::1'

/** The kernel fills in the checksum. */
function header(routerLifetimeS: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt8(ROUTER_ADVERTISEMENT, 0)
  bytes.writeUInt8(64, 4) // hop limit
  bytes.writeUInt16BE(routerLifetimeS, 6)
  return bytes
}

const ROUTER_ADVERTISEMENT = 134

function prefixInformation({ prefix, validS, preferredS }: AdvertisedPrefix): Buffer {
  const parsed = parsePrefix(prefix)
  if (parsed === undefined) throw new RangeError(`"${prefix}" is no network`)
  const bytes = Buffer.alloc(32)
  bytes.set([3, 4, parsed.length, ON_LINK_AND_AUTONOMOUS])
  bytes.writeUInt32BE(validS, 4)
  bytes.writeUInt32BE(preferredS, 8)
  bytes.set(ipv6Bytes(parsed.address), 16)
  return bytes
}

const ON_LINK_AND_AUTONOMOUS = 0xc0
