import { toAddress, toNumber } from '../model/index.ts'

/** As packets and messages carry it: 4 bytes or 16, in network order. */
export const addressBytes = (address: string): Buffer =>
  Buffer.from(
    toNumber(address)
      .toString(16)
      .padStart(address.includes(':') ? 32 : 8, '0'),
    'hex',
  )

/** The one text of an address that all others are compared with. */
export const addressText = (bytes: Buffer): string =>
  bytes.length === 16 ? toAddress('ipv6', BigInt(`0x${bytes.toString('hex')}`)) : bytes.join('.')
