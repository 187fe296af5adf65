import ipaddr from 'ipaddr.js'

export type Family = 'ipv4' | 'ipv6'
export const FAMILIES = ['ipv4', 'ipv6'] as const satisfies readonly Family[]

/** A network: `address` is its first address in canonical text, host bits zero. */
export interface Prefix {
  readonly family: Family
  readonly address: string
  readonly length: number
}

/** An address on an interface together with the length of its network, as in `198.51.100.2/28`. */
export interface HostAddress {
  readonly family: Family
  readonly address: string
  readonly length: number
}

const WIDTH = { ipv4: 32, ipv6: 128 } as const

export const familyOf = (address: string): Family => (address.includes(':') ? 'ipv6' : 'ipv4')

/** Good on one link only, so that it leads nowhere else: 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291, 2.5.6). */
export const isLinkLocal = (address: string): boolean =>
  address.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/i.test(address)

/** This box itself (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3), also written as IPv6 does for IPv4. */
export const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/i.test(address)

/** Good everywhere: the part of IPv6 that is given out (RFC 4291, 2.4). */
export const isGlobal6 = (address: string): boolean => /^[23][0-9a-f]{3}:/i.test(address)

/** Good within a site and nowhere else: fc00::/7 (RFC 4193). */
export const isUniqueLocal = (address: string): boolean => /^f[cd][0-9a-f]{2}:/i.test(address)

/** @returns the canonical text and family of an address, `undefined` when it is none */
export function parseAddress(text: string): { family: Family; address: string } | undefined {
  if (ipv4Number(text) !== undefined) return { family: 'ipv4', address: text }
  if (!text.includes(':') || text.includes('%')) return undefined
  try {
    return { family: 'ipv6', address: ipaddr.IPv6.parse(text).toString() }
  } catch {
    return undefined
  }
}

/** Parses `ADDRESS/LENGTH` and keeps the host part. @returns `undefined` when it is none */
export function parseHostAddress(text: string): HostAddress | undefined {
  const [addressText = '', lengthText = '', ...rest] = text.split('/')
  const parsed = parseAddress(addressText)
  if (parsed === undefined || rest.length > 0 || !/^\d{1,3}$/.test(lengthText)) return undefined
  const length = Number(lengthText)
  return length <= WIDTH[parsed.family] ? { ...parsed, length } : undefined
}

/** Parses a network; a bare address counts as its host route. @returns `undefined` when it is none */
export function parsePrefix(text: string): Prefix | undefined {
  if (!text.includes('/')) {
    const bare = parseAddress(text)
    return bare && { ...bare, length: WIDTH[bare.family] }
  }
  const host = parseHostAddress(text)
  return host && networkOf(host)
}

export function networkOf(host: HostAddress): Prefix {
  const { family, length } = host
  return { family, address: toAddress(family, rangeOf(host).first), length }
}

export const anyPrefix = (family: Family): Prefix => ({
  family,
  address: family === 'ipv4' ? '0.0.0.0' : '::',
  length: 0,
})
export const hostPrefix = (family: Family, address: string): Prefix => ({
  family,
  address,
  length: WIDTH[family],
})

export const formatPrefix = (prefix: Prefix | HostAddress): string => `${prefix.address}/${prefix.length}`

export function containsAddress(prefix: Prefix | HostAddress, address: string): boolean {
  const parsed = parseAddress(address)
  if (parsed === undefined || parsed.family !== prefix.family) return false
  return toNumber(parsed.address) >> hostBits(prefix) === toNumber(prefix.address) >> hostBits(prefix)
}

export function overlap(a: Prefix | HostAddress, b: Prefix | HostAddress): boolean {
  return a.length <= b.length ? containsAddress(a, b.address) : containsAddress(b, a.address)
}

/** How many leading bits two IPv6 addresses share. */
export const sharedBits = (a: string, b: string): number => {
  const different = toNumber(a) ^ toNumber(b)
  return different === 0n ? 128 : 128 - different.toString(2).length
}

/** First and last address as numbers, both inclusive. */
export function rangeOf(prefix: Prefix | HostAddress): { first: bigint; last: bigint } {
  const first = (toNumber(prefix.address) >> hostBits(prefix)) << hostBits(prefix)
  return { first, last: first + (1n << hostBits(prefix)) - 1n }
}

export function toNumber(address: string): bigint {
  const ipv4 = ipv4Number(address)
  if (ipv4 !== undefined) return BigInt(ipv4)
  return ipaddr.IPv6.parse(address)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

export function toAddress(family: Family, value: bigint): string {
  if (family === 'ipv4') return [24, 16, 8, 0].map((shift) => (Number(value) >>> shift) & 0xff).join('.')
  const bytes = Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(120 - 8 * i)) & 0xffn))
  return ipaddr.fromByteArray(bytes).toString()
}

/**
 * Of four decimal parts without leading zeros; `undefined` for anything else. Written out, because a reading of the
 * kernel holds hundreds of them, and ipaddr.js takes twenty times longer.
 */
function ipv4Number(text: string): number | undefined {
  const parts = FOUR_PARTS.exec(text)
  if (parts === null) return undefined
  const [a, b, c, d] = [Number(parts[1]), Number(parts[2]), Number(parts[3]), Number(parts[4])]
  return Math.max(a, b, c, d) > 255 ? undefined : ((a * 256 + b) * 256 + c) * 256 + d
}

const FOUR_PARTS = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/

const hostBits = (prefix: Prefix | HostAddress): bigint => BigInt(WIDTH[prefix.family] - prefix.length)
