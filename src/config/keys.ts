import type { Affinity, Inbound, VpnOrder, MainDefault, OffloadKind } from '../model/index.ts'
import {
  FAILBACK_ELSEWHERE,
  FAILBACK_EXPECTS,
  HEALTH_ELSEWHERE,
  HEALTH_EXPECTS,
  RELEASE_ELSEWHERE,
  RELEASE_EXPECTS,
} from './policy-keys.ts'

/** All there is to know about one key of the file. The reader, the JSON Schema and the reference stand on it. */
export interface KeyDoc {
  /** Follows "expected": `a positive number`. */
  readonly expects: string
  /** Markdown, for people. */
  readonly means: string
  readonly example: unknown
  /** What holds when the key is left out. */
  readonly default?: unknown
  /** The same in words, where leaving it out means something else than a value. */
  readonly leftOut?: string
  /** What other programs call it: whoever types that is told our word. */
  readonly elsewhere?: readonly string[]
  /** What stands there is nobody else's business: a report of a fault leaves it out. */
  readonly secret?: true
}

export const AFFINITIES = ['connection', 'pair', 'client'] as const satisfies readonly Affinity[]
export const INBOUNDS = ['allow', 'drop'] as const satisfies readonly Inbound[]
export const OFFLOADS = ['off', 'software'] as const satisfies readonly OffloadKind[]
export const MAIN_DEFAULTS = ['leave', 'lines'] as const satisfies readonly MainDefault[]
export const VPN_ORDERS = ['first', 'ours'] as const satisfies readonly VpnOrder[]

/** The kernel looks at `main` at 32766: our last rule, base + 222, must come before it. */
export const MAX_RULE_PRIORITY_BASE = 32_766 - 222 - 1

/** Bit 30 marks packets of our own making, bit 31 our probes. */
export const TAKEN_MARK_BITS = 0xc000_0000

export const FILE_KEYS = {
  lan: {
    expects: 'a map with the key interfaces, such as { interfaces: [lan0] }',
    means: 'Whose connections are balanced, besides those of the box itself.',
    example: { interfaces: ['lan0'] },
    leftOut: 'only the connections of the box itself are balanced',
    elsewhere: ['local', 'inside', 'network'],
  },
  lines: {
    expects: 'a map from the names of lines to what they are, such as { fiber: { interface: wan1 } }',
    means:
      'The Internet lines by name, at least one. A name is yours to choose: up to 32 letters, digits, `-` and `_`, beginning with a letter or a digit, not digits alone. ' +
      '`main`, `local`, `default`, `unspec` and `all` are taken: they name routing tables, and a line has one; names that differ only in case are refused.',
    example: { fiber: { interface: 'wan1' }, dsl: { interface: 'wan2' } },
    elsewhere: ['wans', 'wan', 'providers', 'isps', 'uplinks', 'interfaces'],
  },
  affinity: {
    expects: 'connection, pair or client',
    means:
      'Which connections of a client keep meeting on one line. ' +
      '`connection`: none, each is chosen anew, which spreads best. ' +
      '`pair`: those of one client with one server, so a bank sees one address. ' +
      '`client`: all of one client.',
    example: 'pair',
    default: 'pair',
    elsewhere: ['sticky', 'stickiness', 'persistence'],
  },
  firewall: {
    expects: 'a map with the keys inbound and open, such as { inbound: drop, open: [tcp/22] }',
    means:
      'What may come in by the lines, over IPv4 and IPv6, to this box and to what is behind it. ' +
      'It holds from the first start after a boot until `multihome down`, also while the daemon is stopped; with a file that is wrong at boot there is no firewall of ours.',
    example: { inbound: 'drop', open: ['tcp/22', 'udp/51820'] },
    elsewhere: ['filter', 'fw', 'input', 'security'],
  },
  forward: {
    expects: 'a list of forwards, such as [{ line: fiber, port: tcp/443, to: 10.0.0.5 }]',
    means:
      'Ports of lines that lead to servers behind this box, over IPv4 or IPv6, from outside and from the LAN and this box themselves. ' +
      '`firewall.inbound: drop` lets in what is forwarded. What is open stays with its server when a forward changes or goes.',
    example: [{ line: 'fiber', port: 'tcp/443', to: '10.0.0.5' }],
    default: [],
    leftOut: 'none',
    elsewhere: [
      'forwards',
      'forwarding',
      'portforward',
      'portforwards',
      'dnat',
      'redirect',
      'redirects',
      'nat',
      'publish',
    ],
  },
  vpn: {
    expects: 'first or ours',
    means:
      "Who wins when another program's rule behind ours takes everything: a VPN that was up before us, such as `wg-quick`. " +
      '`first`: that program; what it takes is spread over no line. ' +
      '`ours`: the lines; the tunnel gets only what was sent to its own networks, and its own packets leave by the lines. ' +
      'A rule that stands before ours takes what it asks for in any case: a VPN that is started later, or has a priority below `rulePriorityBase`.',
    example: 'ours',
    leftOut: 'like `first`, with a warning while there is such a rule',
    elsewhere: ['vpns', 'tunnel', 'tunnels', 'wireguard', 'wg'],
  },
  mainDefault: {
    expects: 'leave or lines',
    means:
      'What those programs of this box find that ask table `main` itself instead of going by the rules, as Tailscale does for its own packets. ' +
      "`leave`: the default routes that DHCP or you put there; such a program sticks to the first line's and is cut off with it. " +
      '`lines`: a default route over the lines in use, with metric 1, before those. ' +
      'One with metric 0, as `dhclient` makes it, stays before ours; `check` and `status` say so.',
    example: 'lines',
    default: 'leave',
    elsewhere: ['tailscale', 'defaultRoute', 'defaultroute'],
  },
  offload: {
    expects: 'off or software',
    means:
      'Whether the kernel may hand on TCP and UDP connections of the LAN past all rules once both ends have spoken (a flowtable of nft), which costs a slow processor less. ' +
      'Only over lines that surely work, and no longer than that: when one is in doubt, goes or changes, all connections are taken back in that moment. ' +
      'The price: a line that falls silent is noticed by probes and new connections alone, no longer by those that are open; no firewall sees their later packets, and no counter of nft. ' +
      'Metered lines, lines that share an interface, tunnels and calls (PPP) stay as they are. `software`: where the kernel can.',
    example: 'software',
    default: 'off',
    elsewhere: ['flowtable', 'flowOffload', 'flowoffload', 'flow_offloading', 'offloading', 'fastpath'],
  },
  dns: {
    expects: 'off, resolved, unbound or an absolute path, such as /run/multihomed/resolv.conf',
    means:
      'Who is told which resolvers to ask: those of the lines in use, anew with every change. ' +
      'A path: they are written there as in `resolv.conf`, for `resolv-file=` of dnsmasq or as the target of `/etc/resolv.conf`; the file is left there when everything else is taken down. ' +
      '`resolved`: systemd-resolved, for each interface. `unbound`: a running unbound, as its forwarders. `off`: nobody. ' +
      'Whatever it says, questions to a resolver of a line leave by that line.',
    example: '/run/multihomed/resolv.conf',
    default: 'off',
    elsewhere: ['resolver', 'resolvers', 'nameserver', 'nameservers', 'resolvconf', 'dnsservers'],
  },
  api: {
    expects: 'off, an address with a port, such as localhost:8222, or a map with the key listen',
    means:
      'Where the API and the dashboard are to be had by HTTP, besides the Unix socket. Who is on this box may look; what changes something needs a token (`multihome token`), and from elsewhere looking does too.',
    example: 'localhost:8222',
    default: 'localhost:8222',
    elsewhere: ['http', 'web', 'dashboard', 'rest', 'gui', 'ui', 'listen'],
  },
  health: {
    expects: HEALTH_EXPECTS,
    means:
      'How lines are watched, as far as a line has no `health` of its own that says otherwise, key by key.',
    example: { suspicion: '800ms', lossy: '10%' },
    elsewhere: HEALTH_ELSEWHERE,
  },
  release: {
    expects: RELEASE_EXPECTS,
    means:
      'What becomes of the connections on a line that went down, as far as the line does not say otherwise.',
    example: '5s',
    elsewhere: RELEASE_ELSEWHERE,
  },
  failback: {
    expects: FAILBACK_EXPECTS,
    means:
      'What becomes of the connections on a backup line when better lines work again, as far as the line does not say otherwise. The time counts from when it last took new connections; those that began outside are never touched.',
    example: 'drain 10m',
    default: 'leave',
    leftOut: '`leave`, and `drain 10m` for metered backup lines',
    elsewhere: FAILBACK_ELSEWHERE,
  },
  hooks: {
    expects: 'a list of programs, such as [{ run: [/usr/local/bin/tell], on: [down, up] }]',
    means: 'Programs of yours that are run when something happens to a line.',
    example: [{ run: ['/usr/local/bin/tell'], on: ['down', 'up'] }],
    default: [],
    leftOut: 'none',
    elsewhere: ['hook', 'events', 'event', 'scripts', 'script', 'exec', 'on'],
  },
  notify: {
    expects:
      'a map with the key channels, such as { channels: { phone: { kind: ntfy, url: "https://ntfy.sh/TOPIC" } } }',
    means:
      'Who is sent messages about what a person must know: by ntfy, Slack, Discord, Telegram, Gotify, a webhook, mail or a program. They leave over a line that works, and wait while none does. More of it: [Messages](messages.md).',
    example: { channels: { phone: { kind: 'ntfy', url: 'https://ntfy.sh/TOPIC' } } },
    leftOut: 'nobody is',
    elsewhere: ['notifications', 'notification', 'messages', 'alerts', 'alert', 'alerting', 'mail'],
  },
  history: {
    expects: 'off, or a map such as { size: 100 MB }',
    means:
      'What is remembered over restarts: events, outages, delay, loss and volume of each line, for `multihome events` and `report` and for graphs. It lies in the state directory, readable for root alone. `off`: nothing, and what is there already stays.',
    example: { size: '200 MB' },
    leftOut: 'like `{ size: 100 MB }`',
    elsewhere: ['database', 'db', 'storage', 'statistics', 'stats', 'retention', 'journal'],
  },
  marks: {
    expects: 'a map with the key mask, such as { mask: 0x3f000000 }',
    means: 'The bits of packet and connection marks that are ours.',
    example: { mask: 0x3f00_0000 },
    elsewhere: ['fwmark', 'mark'],
  },
  rulePriorityBase: {
    expects: `a whole number from 0 to ${MAX_RULE_PRIORITY_BASE}`,
    means:
      "Added to the priorities 50, 101, 201 … and 222 of our `ip rule`s, so that what other programs decided more exactly comes first. With 0 they are the how-to's very numbers.",
    example: 30_000,
    default: 30_000,
    elsewhere: ['priority', 'priorityBase'],
  },
} as const satisfies Record<string, KeyDoc>

/** What other programs have keys for, and why there is none here. */
export const NO_FILE_KEYS: ReadonlyMap<string, string> = new Map(
  ['rules', 'rule', 'policies', 'policy', 'pbr', 'clients', 'exceptions', 'bypass'].map(
    (word) =>
      [word, 'rules for some traffic, such as one client always by one line, are not there yet'] as const,
  ),
)

export const HISTORY_KEYS = {
  size: {
    expects: 'an amount from 5 MB to 100 GB, such as 100 MB',
    means:
      'How much of the disk it may take, with everything that belongs to it. When that is reached, the finest and oldest is forgotten first.',
    example: '200 MB',
    default: '100 MB',
    elsewhere: ['limit', 'max', 'maxsize', 'quota'],
  },
  clients: {
    expects: 'true or false',
    means:
      'Whether it is written down how much each client receives and sends over each line, by day: `multihome report LINE --clients`. Where people can be told by their addresses, that is about people; nothing says with whom they spoke. What `offload` hands on is not counted.',
    example: true,
    default: false,
    elsewhere: ['perClient', 'perclient', 'hosts', 'users', 'accounting'],
  },
} as const satisfies Record<string, KeyDoc>

export const LAN_KEYS = {
  interfaces: {
    expects: 'a list of interface names, such as [lan0]',
    means:
      'The interfaces behind which the clients are. Either a name, or a map with `name` and `address` to have the address set as well.',
    example: ['lan0', { name: 'lan1', address: '10.0.1.1/24' }],
    elsewhere: ['ifaces', 'devices', 'dev', 'device'],
  },
  networks: {
    expects: 'a list of networks, such as [10.0.0.0/24]',
    means:
      'Balances only clients with an address in one of these networks; IPv6 clients only if there is a network of theirs. A network is its first address and a length; no two may overlap.',
    example: ['10.0.0.0/24'],
    default: [],
    leftOut: 'everything that comes in by a LAN interface is balanced',
    elsewhere: ['subnets', 'prefixes', 'cidr'],
  },
} as const satisfies Record<string, KeyDoc>

export const LAN_INTERFACE_KEYS = {
  name: {
    expects: 'an interface name, such as lan0',
    means: 'The name of the interface, as `ip link` shows it (what stands before an @).',
    example: 'lan0',
    elsewhere: ['interface', 'iface', 'dev', 'device'],
  },
  address: {
    expects: 'an address with the length of its network, such as 10.0.0.1/24, or a list of them',
    means: 'An address that is put on the interface, or several.',
    example: ['10.0.0.1/24', 'fd00:10::1/64'],
    leftOut: 'the addresses of the interface are left as they are',
    elsewhere: ['ip', 'addr', 'ipaddr', 'cidr'],
  },
  advertise: {
    expects: 'true or false',
    means:
      'Whether hosts on the interface are sent router advertisements (IPv6): this box as their way out, the networks of 64 bits on the interface for addresses of their own, resolvers that are known, and the MTU of the narrowest line. The prefix of a provider whose line takes no new connections is told as deprecated, so that hosts choose an address of another one. Not beside another program that does the same here (radvd, dnsmasq, systemd-networkd).',
    example: true,
    default: false,
    elsewhere: ['ra', 'radvd', 'sendra', 'slaac', 'routeradvertisements'],
  },
} as const satisfies Record<string, KeyDoc>

export const FIREWALL_KEYS = {
  inbound: {
    expects: 'allow or drop',
    means:
      '`allow`: nothing is refused here; a firewall of the box may do so. ' +
      '`drop`: what comes in by a line gets through only as an answer, to a port in `open`, by a port forwarding (DNAT) of this box, or as what a line cannot live without: answers of DHCP, errors and neighbours by ICMP, a few pings a second. ' +
      'Sources that nobody outside can have, of the LAN or of this box, are refused. ' +
      'What comes in by other interfaces is not looked at, and what another firewall drops stays dropped.',
    example: 'drop',
    default: 'allow',
    elsewhere: ['input', 'policy', 'default', 'incoming', 'in', 'wan'],
  },
  open: {
    expects: 'a list of protocols with ports, such as [tcp/22, udp/8000-8100]',
    means:
      'Ports of this box that may be reached by the lines when `inbound` is `drop`: `tcp` or `udp`, a slash, and a port or a range. ' +
      'For a server in the LAN write a `forward` instead; what that, or a port forwarding of another program, leads there is let in.',
    example: ['tcp/22', 'udp/51820', 'tcp/8000-8100'],
    default: [],
    leftOut: 'no port',
    elsewhere: ['ports', 'port', 'allow', 'accept', 'services', 'allowed'],
  },
} as const satisfies Record<string, KeyDoc>

export const MARKS_KEYS = {
  mask: {
    expects: 'one run of at least 2 bits below 0x40000000, such as 0x3f000000',
    means:
      'One run of bits in which the number of the line is kept; n bits have room for 2^n - 2 lines. All other bits are left alone. ' +
      '0x40000000 and 0x80000000 are taken for packets of our own. Others on a box: Tailscale 0x00ff0000, mwan3 0x00003f00, Kubernetes 0xc000. ' +
      '`check` warns when an `ip rule` of another program asks for bits of this mask; what other programs do with marks in nft or iptables rules it does not see.',
    example: 0x3f00_0000,
    default: 0x3f00_0000,
    elsewhere: ['bits'],
  },
} as const satisfies Record<string, KeyDoc>
