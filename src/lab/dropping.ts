/** Faults that are nothing but packets dropped without a word: nft text, a table of its own for each. Pure. */
import { isIPv6 } from 'node:net'
import { unreachable } from '../model/index.ts'
import type { Family } from '../model/index.ts'
import type { Fault } from './fault.ts'
import { INTERNET, PROVIDER_DEVICES } from './topology.ts'
import type { LabLine } from './topology.ts'

const { customer, uplink } = PROVIDER_DEVICES

/** A table on a host; taken away again, all is as before. */
export interface Dropping {
  readonly host: string
  readonly family: 'inet' | 'ip' | 'arp' | 'netdev'
  readonly chains: string
}

type DroppedFault = Extract<
  Fault,
  {
    kind:
      | 'gateway-gone'
      | 'internet-gone'
      | 'one-way'
      | 'loss'
      | 'dns-dead'
      | 'target-dead'
      | 'icmp-dropped'
      | 'portal'
  }
>

export const PORTAL_PORT = 8053

export function droppingOf(fault: DroppedFault, line: LabLine): Dropping[] {
  const provider = (family: Dropping['family'], chains: string): Dropping => ({
    host: line.host,
    family,
    chains,
  })
  const family = 'family' in fault ? fault.family : undefined
  const only = onlyOf(family)
  switch (fault.kind) {
    case 'gateway-gone':
      return [
        // Before neighbours are asked for; and with nothing coming in from either side, little can go out.
        provider('netdev', [customer, uplink].map((device) => ingress(device, family)).join('\n')),
        ...(family === 'ipv6'
          ? []
          : [provider('arp', 'chain answers { type filter hook output priority filter; drop; }')]),
        provider(
          'inet',
          `chain own { type filter hook postrouting priority raw; ${only}oifname "${customer}" drop; }`,
        ),
      ]
    case 'internet-gone':
      return [provider('inet', beyond(`${only}drop`))]
    case 'one-way':
      return [
        provider('inet', beyond(`${only}${fault.lost === 'out' ? 'iifname' : 'oifname'} "${customer}" drop`)),
      ]
    case 'loss':
      return [
        provider(
          'inet',
          beyond(`${only}numgen random mod 1000 <= ${Math.max(Math.round(fault.ratio * 1000), 1) - 1} drop`),
        ),
      ]
    case 'dns-dead':
      return [provider('inet', beyond(`${only}${dns('drop')}`))]
    case 'target-dead': {
      const daddr = isIPv6(fault.address) ? 'ip6 daddr' : 'ip daddr'
      const chains = `chain silent { type filter hook prerouting priority raw; ${daddr} ${fault.address} drop; }`
      return [{ host: INTERNET, family: 'inet', chains }]
    }
    case 'icmp-dropped':
      return [
        provider(
          'inet',
          `chain coming { type filter hook prerouting priority raw; ${only}${DROP_ICMP}; }
chain own { type filter hook output priority raw; ${only}${DROP_ICMP}; }`,
        ),
      ]
    case 'portal':
      return [
        provider('inet', beyond(`${dns('accept')}; drop`)),
        provider(
          'ip',
          `chain answers { type nat hook prerouting priority dstnat; iifname "${customer}" tcp dport 80 redirect to :${PORTAL_PORT}; }`,
        ),
      ]
    default:
      return unreachable(fault)
  }
}

const ingress = (device: string, family: Family | undefined): string =>
  `chain from_${device} { type filter hook ingress device "${device}" priority -500; ${otherFrames(family)}drop; }`

/** ARP is IPv4's. */
const otherFrames = (family: Family | undefined): string =>
  family === undefined ? '' : `ether type ${family === 'ipv4' ? '' : '!= '}ip6 accept; `

const onlyOf = (family: Family | undefined): string =>
  family === undefined ? '' : `meta nfproto != ${family} accept; `

const beyond = (rules: string): string => `chain beyond { type filter hook forward priority -10; ${rules}; }`

/** Questions and answers. */
const dns = (verdict: 'accept' | 'drop'): string =>
  ['dport', 'sport'].map((port) => `meta l4proto { tcp, udp } th ${port} 53 ${verdict}`).join('; ')

/** Of ICMPv6 the echo alone: neighbours are found by the rest. */
const DROP_ICMP = 'ip protocol icmp drop; icmpv6 type { echo-request, echo-reply } drop'

export const layText = ({ family, chains }: Pick<Dropping, 'family' | 'chains'>, table: string): string =>
  `${liftText({ family }, table)}\ntable ${family} ${table} {\n${chains}\n}`

/** Also where it is gone already: with its device, or never laid. */
export const liftText = ({ family }: Pick<Dropping, 'family'>, table: string): string =>
  `add table ${family} ${table}\ndelete table ${family} ${table}`
