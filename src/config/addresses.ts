import {
  containsAddress,
  fail,
  formatPrefix,
  networkOf,
  ok,
  parseAddress,
  parseHostAddress,
  parsePrefix,
  rangeOf,
  toNumber,
} from '../model/index.ts'
import type { HostAddress, Prefix, Result } from '../model/index.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

type Parsed<T> = Result<T, Complaint>

const SHORTEST_NETWORK = 8

/** An address for an interface of ours, with the length of its network. */
export function interfaceAddress(text: string): Parsed<HostAddress> {
  const example = 'expected an address with a length, such as 198.51.100.2/28'
  const bare = parseAddress(text)
  if (bare?.family === 'ipv6' || parseHostAddress(text)?.family === 'ipv6') return fail(ipv6Later(text))
  if (bare !== undefined) {
    const label = `expected the length of its network, such as ${bare.address}/24`
    return fail({ code: 'MH208', message: `${quote(text)} has no length`, label })
  }
  const host = parseHostAddress(text)
  if (host === undefined)
    return fail({ code: 'MH208', message: `${quote(text)} is no address with a length`, label: example })
  if (host.length < SHORTEST_NETWORK) {
    return fail({
      code: 'MH208',
      message: `/${host.length} is larger than any network`,
      label: `expected /${SHORTEST_NETWORK} to /32`,
    })
  }
  const special = specialUse(host.address) ?? notAHost(host, host.address)
  if (special !== undefined)
    return fail({
      code: 'MH208',
      message: `${quote(text)} is ${special}`,
      label: 'expected the address of one host',
    })
  return ok(host)
}

export function gatewayAddress(text: string): Parsed<string> {
  const parsed = parseAddress(text)
  if (parsed?.family === 'ipv6') return fail(ipv6Later(text))
  if (parsed === undefined) {
    const host = parseHostAddress(text)
    if (host?.family === 'ipv6') return fail(ipv6Later(text))
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
      label: 'expected the address of a router',
    })
  return ok(parsed.address)
}

export function lanNetwork(text: string): Parsed<Prefix> {
  const example = 'expected a network, such as 10.0.0.0/24'
  if (parsePrefix(text)?.family === 'ipv6') return fail(ipv6Later(text))
  const bare = parseAddress(text)
  if (bare !== undefined) {
    return fail({
      code: 'MH209',
      message: `${quote(text)} has no length`,
      label: `for this one address: ${bare.address}/32`,
    })
  }
  const host = parseHostAddress(text)
  if (host === undefined)
    return fail({ code: 'MH209', message: `${quote(text)} is no network`, label: example })
  if (host.length < SHORTEST_NETWORK) {
    const help = 'to balance whatever comes in by the LAN interfaces, leave networks out'
    return fail({
      code: 'MH209',
      message: `/${host.length} is larger than any LAN`,
      label: `expected /${SHORTEST_NETWORK} to /32`,
      help,
    })
  }
  const network = networkOf(host)
  if (network.address !== host.address) {
    const label = `did you mean "${formatPrefix(network)}"?`
    return fail({ code: 'MH209', message: `${quote(text)} is an address inside a network`, label })
  }
  const special = specialUse(network.address)
  if (special !== undefined)
    return fail({ code: 'MH209', message: `${quote(text)} is ${special}`, label: example })
  return ok(network)
}

/** What a host's address cannot be: the network's own or the broadcast address, where there are such (RFC 3021). */
export function notAHost(network: HostAddress, address: string): string | undefined {
  if (network.length > 30) return undefined
  const { first, last } = rangeOf(network)
  const value = toNumber(address)
  if (value === first) return `the address of the network ${formatPrefix(networkOf(network))} itself`
  return value === last ? `the broadcast address of ${formatPrefix(networkOf(network))}` : undefined
}

export const ipv6Later = (text: string): Complaint => ({
  code: 'MH212',
  message: `${quote(text)} is an IPv6 address`,
  label: 'expected IPv4',
  why: 'IPv6 lines come in a later version; until then the IPv6 of this box is left as it is and keeps working',
})

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
