/** Router advertisements and solicitations (RFC 4861, 4.1 and 4.2), on one interface. */
import { isLinkLocal, type AdvertisedPrefix, type Advertisement } from '../model/index.ts'
import { addressBytes, addressText } from './address-bytes.ts'
import type { AdvertiserEars } from './advertiser.ts'
import { openBoundSocket } from './bound-socket.ts'
import * as libc from './ffi.ts'
import { hardwareAddress, indexOf } from './hardware-address.ts'
import { hear } from './hear.ts'
import { hearsOnly } from './icmpv6.ts'

/** @throws {libc.SystemError} the device is not there, or it takes CAP_NET_RAW */
export function openAdvertisingSocket(
  dev: string,
  { onSolicited, onOther }: AdvertiserEars,
): { send(advertisement: Advertisement): void; close(): void } {
  const fd = openBoundSocket({ dev }, 'ipv6', libc.SOCK.raw, libc.IPPROTO.icmpv6)
  let hearing: { close(): void } | undefined
  try {
    hearsOnly(fd, SOLICITATION, ADVERTISEMENT)
    // Whoever receives 255 knows that it came from a neighbour, and believes no other.
    libc.setSocketOption(fd, libc.IPPROTO.ipv6, libc.IPV6_MULTICAST_HOPS, 255)
    libc.setSocketOption(fd, libc.IPPROTO.ipv6, libc.IPV6_MULTICAST_LOOP, 0)
    const index = Buffer.alloc(4)
    index.writeUInt32LE(indexOf(fd, dev))
    const routers = Buffer.concat([addressBytes(ALL_ROUTERS), index])
    libc.setSocketOption(fd, libc.IPPROTO.ipv6, libc.IPV6_ADD_MEMBERSHIP, routers)
    hearing = hear(
      fd,
      (bytes, from) => {
        if (bytes[0] === SOLICITATION) onSolicited()
        // Ours are not looped back; those of another program on this box are.
        const address = addressText(from.subarray(ADDRESS_AT, ADDRESS_AT + 16))
        if (bytes[0] === ADVERTISEMENT && bytes.length >= HEADER_BYTES && isLinkLocal(address))
          onOther(address, bytes.readUInt16BE(LIFETIME_AT))
      },
      () => hearing?.close(),
    )
  } catch (cause) {
    libc.close(fd)
    throw cause
  }
  return {
    send(advertisement) {
      const message = advertisementBytes(advertisement, hardwareAddress(fd, dev))
      libc.sendTo(fd, message, libc.socketAddress6(addressBytes(ALL_NODES), 0))
    },
    close() {
      hearing?.close()
      libc.close(fd)
    },
  }
}

/** The kernel fills in the checksum, and the address of the link that it comes from. */
export function advertisementBytes(
  { routerLifetimeS, prefixes, mtuBytes, resolvers }: Advertisement,
  hardware: Buffer | undefined,
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(ADVERTISEMENT, 0)
  header.writeUInt8(HOP_LIMIT, 4)
  header.writeUInt16BE(routerLifetimeS, LIFETIME_AT)
  return Buffer.concat([
    header,
    ...(hardware === undefined ? [] : [Buffer.from([SOURCE_HARDWARE_ADDRESS, 1]), hardware]),
    ...(mtuBytes === undefined ? [] : [Buffer.from([MTU, 1, 0, 0]), word(mtuBytes)]),
    ...prefixes.map(prefixOption),
    ...(resolvers.length === 0
      ? []
      : [
          Buffer.from([RESOLVERS, 1 + 2 * resolvers.length, 0, 0]),
          word(routerLifetimeS),
          ...resolvers.map(addressBytes),
        ]),
  ])
}

const prefixOption = ({ prefix, validS, preferredS }: AdvertisedPrefix): Buffer =>
  Buffer.concat([
    Buffer.from([PREFIX, 4, prefix.length, ON_LINK_AND_AUTONOMOUS]),
    word(validS),
    word(preferredS),
    word(0),
    addressBytes(prefix.address),
  ])

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const ALL_NODES = 'ff02::1'
const ALL_ROUTERS = 'ff02::2'
const SOLICITATION = 133
const ADVERTISEMENT = 134
const HEADER_BYTES = 16
const LIFETIME_AT = 6
const HOP_LIMIT = 64
/** In `struct sockaddr_in6`. */
const ADDRESS_AT = 8
// RFC 4861, 4.6, and RFC 8106, 5.1
const SOURCE_HARDWARE_ADDRESS = 1
const PREFIX = 3
const MTU = 5
const RESOLVERS = 25
const ON_LINK_AND_AUTONOMOUS = 0xc0
