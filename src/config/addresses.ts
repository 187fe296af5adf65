import {
  containsAddress,
  fail,
  familyOf,
  formatPrefix,
  hostPrefix,
  isLinkLocal,
  networkOf,
  ok,
  parseAddress,
  parseHostAddress,
  rangeOf,
  toNumber,
} from '../model/index.ts'
import type { Family, HostAddress, Prefix, Result } from '../model/index.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

type Parsed<T> = Result<T, Complaint>

/** No provider gives more, and the LAN has less. */
const SHORTEST_NETWORK = { ipv4: 8, ipv6: 16 } as const
const LONGEST_NETWORK = { ipv4: 32, ipv6: 128 } as const
const USUAL_NETWORK = { ipv4: 24, ipv6: 64 } as const

/** Instead of an address: the provider's DHCP server tells it. */
export const DHCP = 'dhcp'

export const lineAddress = (text: string): Parsed<HostAddress | typeof DHCP> =>
  text === DHCP ? ok(DHCP) : interfaceAddress(text)

/** An address for an interface of ours, with the length of its network. */
export function interfaceAddress(text: string): Parsed<HostAddress> {
  const example = 'expected an address with a length, such as 198.51.100.2/28'
  const bare = parseAddress(text)
  if (bare !== undefined) {
    const label = `expected the length of its network, such as ${bare.address}/${USUAL_NETWORK[bare.family]}`
    return fail({ code: 'MH208', message: `${quote(text)} has no length`, label })
  }
  const host = parseHostAddress(text)
  if (host === undefined)
    return fail({
      code: 'MH208',
      message: `${quote(text)} is no address with a length`,
      label: withNetmask(text) ?? example,
    })
  if (host.length < SHORTEST_NETWORK[host.family]) {
    return fail({
      code: 'MH208',
      message: `/${host.length} is larger than any network`,
      label: `expected ${lengthsOf(host.family)}`,
    })
  }
  const special = specialUse(host.address) ?? ofTheLink(host.address) ?? notAHost(host, host.address)
  if (special !== undefined)
    return fail({
      code: 'MH208',
      message: `${quote(text)} is ${special}`,
      label: 'expected the address of one host',
    })
  return ok(host)
}

export const gatewayAddress = (text: string): Parsed<string> => bareAddress(text, 'the address of a router')

/** @param expected what it is to be */
export function bareAddress(text: string, expected: string): Parsed<string> {
  const parsed = parseAddress(text)
  if (parsed === undefined) {
    const host = parseHostAddress(text)
    const label =
      host === undefined
        ? 'expected an address, such as 198.51.100.1'
        : `did you mean ${quote(host.address)}?`
    return fail({ code: 'MH208', message: `${quote(text)} is no address`, label })
  }
  const special = specialUse(parsed.address)
  if (special !== undefined)
    return fail({
      code: 'MH208',
      message: `${quote(text)} is ${special}`,
      label: `expected ${expected}`,
    })
  return ok(parsed.address)
}

export const lanNetwork = (text: string): Parsed<Prefix> =>
  network(text, 'LAN', 'to balance whatever comes in by the LAN interfaces, leave networks out')

/** One of the LAN, or a network of them. */
export function clientNetwork(text: string): Parsed<Prefix> {
  const bare = parseAddress(text)
  if (bare === undefined) return network(text, 'LAN', 'for everybody leave it out: `address` comes first')
  const special = specialUse(bare.address) ?? ofTheLink(bare.address)
  return special === undefined
    ? ok(hostPrefix(bare.family, bare.address))
    : fail({
        code: 'MH208',
        message: `${quote(text)} is ${special}`,
        label: 'expected the address of a client',
      })
}

/** What a provider routes to us. */
export const routedNetwork = (text: string): Parsed<Prefix> =>
  network(text, 'provider gives', 'write the network that the provider routes to you')

function network(text: string, whose: string, help: string): Parsed<Prefix> {
  const example = 'expected a network, such as 10.0.0.0/24'
  const bare = parseAddress(text)
  if (bare !== undefined) {
    return fail({
      code: 'MH209',
      message: `${quote(text)} has no length`,
      label: `for this one address: ${bare.address}/${LONGEST_NETWORK[bare.family]}`,
    })
  }
  const host = parseHostAddress(text)
  if (host === undefined)
    return fail({
      code: 'MH209',
      message: `${quote(text)} is no network`,
      label: withNetmask(text) ?? example,
    })
  if (host.length < SHORTEST_NETWORK[host.family]) {
    return fail({
      code: 'MH209',
      message: `/${host.length} is larger than any ${whose}`,
      label: `expected ${lengthsOf(host.family)}`,
      help,
    })
  }
  const whole = networkOf(host)
  if (whole.address !== host.address) {
    const label = `did you mean "${formatPrefix(whole)}"?`
    return fail({ code: 'MH209', message: `${quote(text)} is an address inside a network`, label })
  }
  const special = specialUse(whole.address) ?? ofTheLink(whole.address)
  if (special !== undefined)
    return fail({ code: 'MH209', message: `${quote(text)} is ${special}`, label: example })
  return ok(whole)
}

/** `192.0.2.2/255.255.255.240`, as others write it. */
function withNetmask(text: string): string | undefined {
  const [address = '', mask = '', more] = text.split('/')
  if (familyOf(mask) !== 'ipv4' || parseAddress(mask) === undefined || more !== undefined) return undefined
  const [ones, zeros] = toNumber(mask)
    .toString(2)
    .padStart(32, '0')
    .split(/(?<!0)(?=0)/)
  const host = zeros?.includes('1') === true ? undefined : parseHostAddress(`${address}/${ones?.length}`)
  return host && `did you mean "${host.address}/${host.length}"?`
}

const lengthsOf = (family: Family): string => `/${SHORTEST_NETWORK[family]} to /${LONGEST_NETWORK[family]}`

/**
 * What a host's address cannot be: the network's own, which in IPv6 means any of its routers (RFC 4291, 2.6.1), or the
 * broadcast address, where there are such (RFC 3021, RFC 6164).
 */
export function notAHost(network: HostAddress, address: string): string | undefined {
  if (network.length > LONGEST_NETWORK[network.family] - 2) return undefined
  const { first, last } = rangeOf(network)
  const value = toNumber(address)
  if (value === first) return `the address of the network ${formatPrefix(networkOf(network))} itself`
  const isBroadcast = network.family === 'ipv4' && value === last
  return isBroadcast ? `the broadcast address of ${formatPrefix(networkOf(network))}` : undefined
}

/** Completes "it is", where it needs an interface besides. */
export const ofTheLink = (address: string): string | undefined =>
  familyOf(address) === 'ipv6' && isLinkLocal(address) ? 'good on one link only' : undefined

const ipv4 = (address: string, length: number): Prefix => ({ family: 'ipv4', address, length })
const ipv6 = (address: string, length: number): Prefix => ({ family: 'ipv6', address, length })

const SPECIAL: readonly { network: Prefix; is: string }[] = [
  { network: ipv4('0.0.0.0', 8), is: 'in 0.0.0.0/8, which stands for no address' },
  { network: ipv4('127.0.0.0', 8), is: 'in 127.0.0.0/8, which is this box itself' },
  { network: ipv4('224.0.0.0', 4), is: 'a multicast address' },
  { network: ipv4('240.0.0.0', 4), is: 'in 240.0.0.0/4, which nobody can use' },
  { network: ipv6('::', 128), is: 'no address' },
  { network: ipv6('::1', 128), is: 'this box itself' },
  { network: ipv6('::ffff:0:0', 96), is: 'an IPv4 address in the clothes of IPv6' },
  { network: ipv6('ff00::', 8), is: 'a multicast address' },
]

/** Completes "it is": why no host on the Internet has it. */
export const specialUse = (address: string): string | undefined =>
  SPECIAL.find(({ network }) => containsAddress(network, address))?.is
