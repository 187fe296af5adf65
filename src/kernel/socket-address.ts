/** Ends of either family, as the socket calls take and give them. */
import { parseAddress, type Family } from '../model/index.ts'
import { addressBytes } from './address-bytes.ts'
import * as libc from './ffi.ts'

/** @param address of either family, without a scope */
export function socketAddress(address: string, port: number): Buffer {
  return Buffer.from(
    address.includes(':')
      ? libc.socketAddress6(addressBytes(address), port)
      : libc.socketAddress4(address, port),
  )
}

/** @param address that was parsed before */
export const familyOf = (address: string): Family => parseAddress(address)?.family ?? 'ipv4'

/** Whether a message came from whom it was sent to; a raw socket tells no port. */
export const isSameHost = (a: Buffer, b: Buffer): boolean =>
  a.readUInt16LE(0) === b.readUInt16LE(0) && hostIn(a).equals(hostIn(b))

export const isSameEnd = (a: Buffer, b: Buffer): boolean =>
  a.readUInt16LE(2) === b.readUInt16LE(2) && isSameHost(a, b)

/** Flow label and scope are left out: they differ between what is sent and what comes. */
const hostIn = (end: Buffer): Buffer =>
  end.readUInt16LE(0) === libc.AF.inet6 ? end.subarray(8, 24) : end.subarray(4, 8)
