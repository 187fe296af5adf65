import ipaddr from 'ipaddr.js'

export type Family = 'ipv4' | 'ipv6'

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

/** @returns the canonical text and family of an address, `undefined` when it is none */
export function parseAddress(text: string): { family: Family; address: string } | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return { family: 'ipv4', address: ipaddr.IPv4.parse(text).toString() }
  if (text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)) {
    return { family: 'ipv6', address: ipaddr.IPv6.parse(text).toString() }
  }
  return undefined
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
  const bare = parseAddress(text)
  if (bare !== undefined) return { ...bare, length: WIDTH[bare.family] }
  const host = parseHostAddress(text)
  return host === undefined ? undefined : networkOf(host)
}

export function networkOf(host: HostAddress): Prefix {
  return prefixAt(host.family, (toNumber(host.address) >> hostBits(host)) << hostBits(host), host.length)
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

/** First and last address as numbers, both inclusive. */
export function rangeOf(prefix: Prefix | HostAddress): { first: bigint; last: bigint } {
  const first = (toNumber(prefix.address) >> hostBits(prefix)) << hostBits(prefix)
  return { first, last: first + (1n << hostBits(prefix)) - 1n }
}

export function toNumber(address: string): bigint {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

export function toAddress(family: Family, value: bigint): string {
  const bytes = Array.from({ length: WIDTH[family] / 8 }, (_, i) =>
    Number((value >> BigInt(WIDTH[family] - 8 * (i + 1))) & 0xffn),
  )
  return ipaddr.fromByteArray(bytes).toString()
}

const prefixAt = (family: Family, first: bigint, length: number): Prefix => ({
  family,
  address: toAddress(family, first),
  length,
})

const hostBits = (prefix: Prefix | HostAddress): bigint => BigInt(WIDTH[prefix.family] - prefix.length)
