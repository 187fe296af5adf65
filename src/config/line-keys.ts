import type { NatMode } from '../model/index.ts'
import type { KeyDoc } from './keys.ts'
import { LIMIT_KEYS } from './limit-keys.ts'
import {
  BOUNDS,
  FAILBACK_ELSEWHERE,
  FAILBACK_EXPECTS,
  HEALTH_ELSEWHERE,
  HEALTH_EXPECTS,
  RELEASE_ELSEWHERE,
  RELEASE_EXPECTS,
} from './policy-keys.ts'

export const NAT_MODES = ['auto', 'snat', 'masquerade', 'off'] as const satisfies readonly NatMode[]

export const FAMILY_WORDS = ['both', 'ipv4', 'ipv6'] as const

export const WEIGHT_RANGE = { min: 0.001, max: 1_000_000 } as const

export const LINE_KEYS = {
  interface: {
    expects: 'an interface name, such as wan1',
    means:
      'The interface that leads to the provider, as `ip link` shows it (what stands before an @): at most 15 letters, digits, `.`, `-`, `_` and `+`. It need not exist yet: the line is absent until it appears. ' +
      'Several lines may name one interface; each of them needs a `gateway` of its own there.',
    example: 'wan1',
    elsewhere: ['iface', 'dev', 'device', 'ifname'],
  },
  weight: {
    expects: `a number from ${WEIGHT_RANGE.min} to ${WEIGHT_RANGE.max}`,
    means:
      'The share of new connections, against the weights of the other lines: 3 and 1 give three quarters and one quarter, as do 300 and 100. ' +
      'Kept as a ratio of whole numbers up to 240; `check` tells what rounding did.',
    example: 3,
    default: 1,
    elsewhere: ['share', 'ratio', 'bandwidth'],
  },
  address: {
    expects: 'an address with the length of its network, such as 198.51.100.2/28, or dhcp, or a list of them',
    means:
      '`dhcp`: multihomed has a DHCP client (`udhcpc`) ask the provider for the IPv4 address, its gateway and resolvers, on this interface alone; nothing of it goes into the main table but the network itself. ' +
      'Else a fixed address, put on the interface, or several. Of each family the first is what connections leave with; the others can be asked from outside, and sockets of this box that are bound to one leave by the line with it.',
    example: ['198.51.100.2/28', '2001:db8:1::2/64'],
    leftOut:
      'the address that DHCP, router advertisements, PPP or the administrator put there is followed, in each family by itself',
    elsewhere: ['addresses', 'ip', 'addr', 'ipaddr', 'cidr', 'source'],
  },
  gateway: {
    expects: 'an address, such as 198.51.100.1, or one of each family as a list',
    means:
      "The provider's router. Must lie in the network of `address` when that is given; in IPv6 it may be an address of the link, such as fe80::1. Lines that share an interface are told apart by it, so there it must be written, in each family that the line is to have.",
    example: ['198.51.100.1', 'fe80::1'],
    leftOut:
      'the gateway is found from the default route on the interface that DHCP, a router advertisement or the administrator set; where the interface leads to one neighbour alone (PPP, a tunnel) none is needed',
    elsewhere: ['gateways', 'gw', 'router', 'nexthop'],
  },
  networks: {
    expects: 'a network, such as 2001:db8:1:100::/56, or a list of them',
    means:
      'Networks that the provider routes to this box: a delegated IPv6 prefix, a block of public IPv4 addresses. Delegated prefixes are mostly found without it. Whoever has an address of them leaves by this line and keeps the address. While the line does not work, they leave by another, translated to its address.',
    example: ['203.0.113.64/29', '2001:db8:1:100::/56'],
    default: [],
    leftOut: 'none',
    elsewhere: ['prefix', 'prefixes', 'delegated', 'routed', 'subnets', 'pd'],
  },
  sources: {
    expects:
      'a map from clients (an address or a network) to an address of the line, such as { 10.0.0.5: 198.51.100.3 }',
    means:
      'Clients that leave by this line with an address of their own: one of `address`, or one out of `networks`. Where two entries overlap, the longer prefix counts; everybody else gets the address of the line as ever. ' +
      'It does not choose the line: over another line they have the address of that one, unless it has `sources` too. A change holds for new connections.',
    example: { '10.0.0.5': '198.51.100.3', '10.0.1.0/24': '198.51.100.4' },
    leftOut: 'all clients have one address',
    elsewhere: ['snat', 'outgoing', 'natpool', 'onetoone', 'clients', 'srcnat'],
  },
  families: {
    expects: 'both, ipv4 or ipv6',
    means:
      'Whether IPv4 and IPv6 of the interface are the line. Each is judged by itself: a provider whose IPv6 is broken keeps its IPv4, and the reverse. What is left out here is no business of ours and goes where others route it.',
    example: 'ipv4',
    default: 'both',
    leftOut: 'both, as far as the interface has them',
    elsewhere: ['family', 'ipv6', 'ipv4', 'protocols', 'protocol'],
  },
  via: {
    expects: 'the name of a line, or a list of them',
    means:
      'Of a tunnel (WireGuard, OpenVPN, GRE, VXLAN, …): the line by which its own packets leave. They never take another one, nor the tunnel itself, and while that line is down so is the tunnel. Of several lines the first that works is taken, and another one when it dies: WireGuard goes on from the other address.',
    example: ['fiber', 'dsl'],
    leftOut:
      'for an interface that the kernel knows as a tunnel, all lines that are none, in the order of the file; `check` says so',
    elsewhere: ['over', 'through', 'carrier', 'underlay', 'parent', 'by'],
  },
  endpoint: {
    expects: 'an address, or a list of them',
    means:
      'Of a tunnel: the address of its other end out there, to which its own packets go. To write where the kernel does not know it: OpenVPN and other programs behind a `tun` interface.',
    example: '192.0.2.7',
    leftOut:
      'what the kernel knows is followed: the peers of WireGuard, the `remote` of GRE, IPIP, SIT, VXLAN and their like, over IPv4 and IPv6',
    elsewhere: ['endpoints', 'remote', 'peer', 'server'],
  },
  nat: {
    expects: 'auto, snat, masquerade or off',
    means:
      'How connections over the line get its address. `snat`: to the address the line has. `masquerade`: to whichever it has, and connections end when it goes. ' +
      '`auto`: `snat` for a fixed `address`, else `masquerade`; addresses of the house alone (ULA) take a prefix that the provider routes here, one to one. `off`: not at all, for a provider that routes your addresses. ' +
      'For lines that share an interface `masquerade` is the same as `snat`, because the kernel would take the first address for all of them.',
    example: 'auto',
    default: 'auto',
    elsewhere: ['masq'],
  },
  ...LIMIT_KEYS,
  dns: {
    expects: 'auto, off, or addresses such as [198.51.100.53, 2001:db8::53]',
    means:
      "The provider's resolvers, which mostly answer none but its own customers: questions to them (ports 53 and 853, of the LAN and of this box) leave by this line, also while it is down. " +
      'One that several lines name is asked over the first of them that is in use; of those that answer everybody, such as 1.1.1.1, any line will do when theirs is down. ' +
      '`auto`: those that came with the address, from systemd-networkd, NetworkManager, dhcpcd, dhclient, resolvconf or pppd. `off`: none. ' +
      'The top-level key `dns` says who is told of them.',
    example: ['198.51.100.53', '198.51.100.54'],
    default: 'auto',
    elsewhere: ['resolver', 'resolvers', 'nameserver', 'nameservers', 'dnsserver', 'dnsservers'],
  },
  role: {
    expects: 'normal or backup',
    means:
      '`normal`: takes its share. `backup`: takes connections only while no normal line works; of several, the first in the file that works, alone.',
    example: 'backup',
    default: 'normal',
    elsewhere: [
      'tier',
      'priority',
      'metric',
      'standby',
      'backup',
      'fallback',
      'failover',
      'mode',
      'type',
      'level',
    ],
  },
  metered: {
    expects: 'true, false, or what our questions may cost in a month, such as 50 MB',
    means:
      'Whether its volume costs money. It is watched more sparingly then: `true` lets our questions cost 10 MB in a month, both ways, an amount as much as it says. What users send is not limited. `check` tells what that costs and how late a failure is noticed.',
    example: '50 MB',
    leftOut: '`true` where the interface is a mobile modem (`check` says so), else `false`',
    elsewhere: ['limited', 'expensive', 'budget', 'mobile', 'lte'],
  },
  quota: {
    expects: `an amount from ${BOUNDS.quota.min} to ${BOUNDS.quota.max}, such as 50 GB`,
    means:
      'How much the provider lets through in a month, both ways, before it costs more or becomes slow. `status` and the dashboard hold it against what went through since `billingDay`, and at 75, 95 and 100 % an event and a message say so, with where the pace leads. Nothing is cut: `multihome drain` does that, or a program of yours on the event `quota`.',
    example: '50 GB',
    leftOut: 'the volume is counted, and held against nothing',
    elsewhere: ['cap', 'volume', 'datacap', 'allowance', 'traffic', 'limit'],
  },
  billingDay: {
    expects: 'a whole number from 1 to 31',
    means:
      'On which day of the month its bill, and with it the volume, begins to count anew; in a month that has no such day, on its last. `multihome report` goes by it.',
    example: 15,
    default: 1,
    elsewhere: ['resetday', 'billing', 'monthstart', 'startday', 'quotareset', 'cycle'],
  },
  health: {
    expects: HEALTH_EXPECTS,
    means:
      'How the line is watched: what is not written here is taken from `health` of the file. `off`: nobody is asked, so that only a lost cable, address or gateway is noticed, and new connections go on to fail on a line that is dead further out.',
    example: { suspicion: '800ms', prefer: 'stable' },
    leftOut: '`health` of the file',
    elsewhere: HEALTH_ELSEWHERE,
  },
  release: {
    expects: RELEASE_EXPECTS,
    means:
      'What becomes of its connections when it is down; a time alone is `after`. `never` suits a line that is usually back before its connections give up. Nothing is ended while no other line works.',
    example: 'never',
    leftOut: '`release` of the file',
    elsewhere: RELEASE_ELSEWHERE,
  },
  failback: {
    expects: FAILBACK_EXPECTS,
    means:
      'What becomes of its open connections once it gets no more because better lines work again. `leave`: they stay as long as they last. `drain 10m`: what is left then is ended. `move`: they are ended at once, so that they begin anew on the better line. The time counts from when the line last took new connections. Those that began outside, to an address of the line, are never touched.',
    example: 'drain 1h',
    leftOut:
      '`failback` of the file; without that `leave`, and `drain 10m` for a backup line that is metered',
    elsewhere: FAILBACK_ELSEWHERE,
  },
} as const satisfies Record<string, KeyDoc>
