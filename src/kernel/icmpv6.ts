import * as libc from './ffi.ts'

/**
 * A raw socket hears all ICMPv6 of this box unless it is told otherwise (`struct icmp6_filter`: a set bit is a type
 * that is kept away).
 * @throws {libc.SystemError}
 */
export function hearsOnly(fd: number, ...types: readonly number[]): void {
  const filter = Buffer.alloc(32, 0xff)
  for (const type of types) {
    const at = (type >>> 5) * 4
    filter.writeUInt32LE((filter.readUInt32LE(at) & ~(1 << (type & 31))) >>> 0, at)
  }
  libc.setSocketOption(fd, libc.IPPROTO.icmpv6, libc.ICMPV6_FILTER, filter)
}
