/** What a device is on its cable: the base of asking for neighbours. */
import * as libc from './ffi.ts'

export const NO_INTERFACE = 'neighbours are asked for on an interface, and none is named'
export const NO_HARDWARE_ADDRESS = (dev: string): string =>
  `on ${dev} there are no hardware addresses to ask for`

/** @param fd any socket. @throws {libc.SystemError} there is no such device */
export const indexOf = (fd: number, dev: string): number =>
  interfaceRequest(fd, SIOCGIFINDEX, dev).readInt32LE(16)

/**
 * @param fd any socket
 * @returns `undefined` for devices that have none, as dialled ones
 * @throws {libc.SystemError} there is no such device
 */
export function hardwareAddress(fd: number, dev: string): Buffer | undefined {
  const request = interfaceRequest(fd, SIOCGIFHWADDR, dev)
  return request.readUInt16LE(16) === ARPHRD_ETHER ? request.subarray(18, 24) : undefined
}

/** `struct ifreq`, filled by the kernel from byte 16 on. */
function interfaceRequest(fd: number, what: number, dev: string): Buffer {
  const request = Buffer.alloc(40)
  request.write(dev, 0, 15)
  libc.ioctl(fd, what, request)
  return request
}

const ARPHRD_ETHER = 1
/** linux/sockios.h */
const SIOCGIFHWADDR = 0x8927
const SIOCGIFINDEX = 0x8933
