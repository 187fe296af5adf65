/**
 * The words of ours, and those of the kernel that one meets with us, each in a few sentences. `multihome explain`
 * tells them, `docs/words.md` is made of them. Keys of the file, codes and commands have tables of their own.
 */
export interface Word {
  readonly name: string
  /** Other spellings under which it is looked for. */
  readonly also?: readonly string[]
  /** Markdown without links. */
  readonly means: string
  /** Words, keys, commands or codes to go on with. */
  readonly see?: readonly string[]
  /** In docs/. */
  readonly page?: string
}

/** What a line can be, as `status` shows it. */
export const STATE_WORDS = [
  {
    name: 'up',
    means:
      'The interface is there, switched on, with carrier, an address of ours and a known gateway, and whoever is asked on the Internet answers. New connections are given to the line by its weight.',
    see: ['down', 'degraded', 'weight', 'carrier'],
    page: 'states.md#a-line',
  },
  {
    name: 'suspect',
    means:
      'Checks of the line go unanswered, or what is sent gets no answer. New connections are steered away from it, which costs nothing and ends at the first good answer; open ones stay. Either it turns out to be nothing, or the line is called down a moment later.',
    see: ['down', 'up', 'probe'],
    page: 'states.md#a-line',
  },
  {
    name: 'down',
    also: ['dead', 'offline'],
    means:
      'The line carries nothing, and that is sure: it is switched off, or has no carrier, no address or no gateway; or nobody on the Internet answers over it any more. `status` says which. The line gets no new connections until it is back; open ones are never sent over another line, where nobody would know them, but released.',
    see: ['up', 'absent', 'suspect', 'release', 'penalty', 'MH512'],
    page: 'trouble/line-down.md',
  },
  {
    name: 'absent',
    means:
      'There is no interface of that name. It may come later, as a USB modem does: it is noticed then. Connections that belong to the line are refused meanwhile, and go nowhere else.',
    see: ['down', 'interface', 'MH515'],
    page: 'states.md#a-line',
  },
  {
    name: 'draining',
    also: ['drain'],
    means:
      'The line gets no new connections because somebody wished so; open ones stay until they end by themselves. Then it can be unplugged without anybody noticing. It stays so over restarts and reboots, until `multihome undrain`. When no other line works it is used all the same.',
    see: ['up', 'pinned', 'MH520', 'MH601'],
    page: 'states.md#a-line',
  },
  {
    name: 'unknown',
    also: ['no news'],
    means:
      'Nothing is known of the line: it was not looked at yet, or the daemon does not answer and `status --watch` shows no old news as good news.',
    see: ['up', 'MH701'],
    page: 'states.md#a-line',
  },
] as const satisfies readonly Word[]

export const WORDS: readonly Word[] = [
  {
    name: 'line',
    also: ['wan', 'uplink', 'provider', 'isp'],
    means:
      "One Internet connection: an interface, an address of ours on it, the provider's gateway, and a weight. Each line has a name of your choice and a number.",
    see: ['lines.NAME.interface', 'weight', 'line number'],
  },
  {
    name: 'line number',
    also: ['line id', 'number', 'id'],
    means:
      "A small number that is a line's own: it names the line's mark, its table and its rules. It is remembered in the state directory and never shifts when other lines come or go.",
    see: ['mark', 'table 201', 'state directory'],
    page: 'decisions/0006-line-numbers.md',
  },
  {
    name: 'pinned',
    also: ['pin', 'pinning'],
    means:
      "A connection that has its line. The number of the line stands in the connection's mark, and every packet of it leaves by that line, for life: another provider would not take back its address.",
    see: ['mark', 'line number', 'affinity'],
    page: 'packet-walk.md#the-second-packet',
  },
  {
    name: 'slot',
    also: ['slots', 'slot table', 'turn', '240'],
    means:
      "One of 240 turns. The lines in use share them by weight, 180 and 60 for weights of 3 and 1, well mixed; every new connection takes the next turn, and with it a line. When a line goes, its slots are given to the others, and nobody else's move.",
    see: ['weight', 'share'],
    page: 'decisions/0007-slots.md',
  },
  {
    name: 'share',
    also: ['new/want', 'want', 'new'],
    means:
      'How much of the new connections a line gets: `NEW` is what it got in the last five minutes, `WANT` what the weights of the lines in use say. They differ while few connections were made, and with `affinity` when few pairs make many: connections are shared, not bytes.',
    see: ['weight', 'affinity', 'slot'],
    page: 'trouble/balance.md',
  },
  {
    name: 'pair',
    means:
      'A client and a server that met. With `affinity: pair` their next connection within ten minutes takes the same line, if that line is in use.',
    see: ['affinity'],
    page: 'packet-walk.md#a-clients-first-packet',
  },
  {
    name: 'open',
    also: ['open connections'],
    means:
      "In `status`: the entries that the kernel's connection tracking has for a line. It keeps them for a while after the last packet, so that there are more than you would count yourself.",
    see: ['conntrack', 'pinned'],
  },
  {
    name: 'verdict',
    means:
      'The sentence that heads `status`, the API and `systemctl status`. It says over which lines the Internet works, because it answered there; of lines that nobody watches it says only that they get new connections.',
    see: ['status', 'suspect'],
  },
  {
    name: 'release',
    also: ['released', 'freed'],
    means:
      'Telling both ends of a connection that its line is gone, so that the application connects anew at once, over a line that works, instead of waiting for its timeout: who sends gets a reset, who only waits is made to notice. It comes at once when the carrier or the interface is gone or was switched off; some seconds later when the address or the gateway is away or the provider silent, so that a line that is back in time ends nothing; and never while no other line works. Each line has its own `release`.',
    see: ['down', 'failback', 'over'],
    page: 'states.md#what-an-open-connection-notices',
  },
  {
    name: 'failback',
    also: ['back', 'recovery'],
    means:
      'A line that is back gets new connections again. What went elsewhere meanwhile stays there by default: moving a connection ends it. For a backup line that costs by volume the key `failback` says when what is left on it is moved all the same, counted from when it last took new connections. Those that began outside stay.',
    see: ['up', 'backup', 'metered', 'pinned', 'penalty'],
  },
  {
    name: 'backup',
    also: ['reserve', 'in reserve', 'role', 'standby'],
    means:
      'A line with `role: backup`: it takes new connections only while no normal line does, the first in the file that works alone. Till then `status` calls it in reserve.',
    see: ['failback', 'metered'],
  },
  {
    name: 'metered',
    also: ['volume', 'quota', 'budget'],
    means:
      'A line whose volume costs money. Its own probes keep to a budget of bytes a month, so that a silent failure is noticed later while nobody uses it; `multihome check` prints both.',
    see: ['backup', 'probe', 'check'],
  },
  {
    name: 'degraded',
    also: ['slow', 'lossy', 'loss'],
    means:
      'A line that works, and badly: too many probes are lost, or answers take too long. It is not down, so nothing is ended; it gets less, or nothing while a better one works, as its `health` says.',
    see: ['up', 'suspect'],
  },
  {
    name: 'penalty',
    also: ['flapping', 'damping', 'flap'],
    means:
      'How often a line went down lately, fading with the time. The higher it is, the longer a line that answers again must stay quiet before it is used: who comes and goes is kept out longer each time, and `status` says how long.',
    see: ['down', 'failback'],
  },
  {
    name: 'probe',
    also: ['probes', 'target', 'targets', 'witness', 'ping'],
    means:
      'A packet of ours that asks somebody on the Internet over one line: an echo, a connection, a name, a page. Three public resolvers are asked when the file names nobody else, never in one way alone, because there are providers that drop one kind, and now and then a page, to find login pages. A target that fails on all lines is taken for broken itself. `multihome probe LINE` asks all of them at once.',
    see: ['suspect', 'down', 'metered'],
  },
  {
    name: 'event',
    also: ['events', 'journal', 'hook', 'hooks', 'history'],
    means:
      'Something that happened to a line or to the box, and what it follows from. `multihome events` tells them, over restarts, and programs of yours can be run on some.',
    see: ['suspect', 'down', 'release'],
    page: 'hooks.md',
  },
  {
    name: 'carrier',
    also: ['no carrier', 'link'],
    means:
      'The other end of the cable answers: a modem, a switch. It says nothing of what is behind the modem; that is what probes are for.',
    see: ['down', 'probe'],
    page: 'trouble/line-down.md',
  },
  {
    name: 'near network',
    also: ['near', 'near4', 'modem page', 'modem'],
    means:
      "A network that is reached through one line only: the line's own, the page of its modem, a static route of yours. What is bound for it takes that line and no turn.",
    see: ['main', 'MH513'],
    page: 'packet-walk.md#the-page-of-a-modem',
  },
  {
    name: 'own connections',
    also: ['own traffic', 'local traffic', "the box's own"],
    means:
      'What this box itself opens. Unbound it is spread by table 222, by weight; bound to an address or an interface of a line it takes that line. `NEW` counts only the LAN.',
    see: ['table 222', 'nexthop group'],
    page: 'packet-walk.md#this-boxs-own-connections',
  },
  {
    name: 'inbound',
    also: ['port forward', 'port forwarding', 'dnat', 'server'],
    means:
      'A connection from the Internet. The line it came in by is noted before anything else, and its answers leave by that line, from this box as from a client behind a forwarded port.',
    see: ['pinned', 'spoofed'],
    page: 'trouble/inbound.md',
  },
  {
    name: 'spoofed',
    also: ['anti-spoofing', 'own4', 'forged'],
    means:
      'A packet from a line that claims an address of the LAN. It is dropped: `own4` is the set of those networks.',
    see: ['inbound'],
    page: 'decisions/0004-spoofed-sources.md',
  },
  {
    name: 'vpn',
    also: ['wireguard', 'wg-quick', 'tailscale', 'openvpn', 'tunnel'],
    means:
      'Tunnels are left alone. What a rule before ours, or a route in `main`, leads into one is not balanced; with one that takes everything and was started before us the key `vpn` says who wins.',
    see: ['MH510', 'rulePriorityBase', 'mark'],
    page: 'trouble/vpn.md',
  },
  {
    name: 'flowtable',
    also: ['fast path', 'flow offload', 'fastpath'],
    means:
      'A list of open connections whose packets the kernel hands on from card to card past all rules; `[OFFLOAD]` marks them in `/proc/net/nf_conntrack`. With `offload: software` ours has those of the LAN over lines that surely work. With every doubt about a line it is replaced, and they meet the rules again.',
    see: ['offload', 'pinned', 'release'],
    page: 'lines.md#a-slow-processor-offload',
  },
  {
    name: 'firewall',
    also: ['filter'],
    means:
      'Rules that decide who may connect at all. By default what comes in by a line is only watched for forged addresses here. With `firewall.inbound: drop` it gets through only as an answer, to a port in `firewall.open`, or by a port forwarding; what another firewall drops stays dropped.',
    see: ['firewall.inbound', 'firewall.open', 'inbound', 'spoofed'],
    page: 'decisions/0014-what-may-come-in.md',
  },
  {
    name: 'mark',
    also: ['fwmark', 'ct mark', 'connmark', 'connection mark', '0x3f000000'],
    means:
      "A number of 32 bits that the kernel carries with a packet, and another with a connection. Ours are the bits of `marks.mask`, 24 to 29, which hold the line's number; all others are kept as they are. Line 1 is 0x1000000, line 2 is 0x2000000.",
    see: ['marks.mask', 'line number', 'pinned'],
    page: 'packet-walk.md#the-idea',
  },
  {
    name: 'rule',
    also: ['ip rule', 'policy routing', 'priority'],
    means:
      'A line of `ip rule`: which routing table a packet asks, by its mark, its source or its interface. Ours have the numbers 30050, 30101, 30201 and up, 30222, and `proto 222`.',
    see: ['rulePriorityBase', 'table 222', 'protocol 222'],
    page: 'packet-walk.md#the-rules-and-tables',
  },
  {
    name: 'table 201',
    also: ['table', 'routing table', '201', '202', '203', 'table 202', 'table 203'],
    means:
      "The routing table of line 1; 202 is that of line 2, and so on (from line 22 on it is 300 and the number). It has the line's default route, and `prohibit` behind it. `ip route show table 201`.",
    see: ['line number', 'prohibit', 'rule'],
    page: 'packet-walk.md#the-rules-and-tables',
  },
  {
    name: 'table 222',
    also: ['222', 'balanced table'],
    means:
      "The routing table for what is not decided yet: the box's own connections, and who is not balanced, such as Docker. One default route over all lines in use, by weight. It is empty when no line can be used; then a default route in `main` takes what is left.",
    see: ['nexthop group', 'own connections', 'main'],
    page: 'packet-walk.md#the-rules-and-tables',
  },
  {
    name: 'main',
    also: ['main table', 'default route', 'leftover default'],
    means:
      'The routing table of the box itself, where DHCP, VPNs and you put routes. It is asked before any line, but for its default route, which is looked past and does no harm.',
    see: ['MH511', 'rule', 'near network'],
  },
  {
    name: 'prohibit',
    means:
      "The last route of every line's table (metric 9999). When the line's device is gone its default route goes with it, and packets of that line are refused instead of leaking out over another one with a wrong address.",
    see: ['table 201', 'absent'],
    page: 'packet-walk.md#a-line-whose-device-is-gone',
  },
  {
    name: 'nexthop group',
    also: ['nexthop', 'resilient', 'multipath', 'ecmp'],
    means:
      "The kernel's way to spread one route over several gateways. Table 222 has one over the lines in use; a resilient one (kernel 5.13) moves only flows of a line that went.",
    see: ['table 222', 'MH514'],
    page: 'decisions/0005-nexthop-groups.md',
  },
  {
    name: 'conntrack',
    also: ['connection tracking', 'nf_conntrack'],
    means:
      "The kernel's list of all connections. It carries our mark and the address that NAT gave. `conntrack -L --mark 0x1000000/0x3f000000` shows those of line 1.",
    see: ['mark', 'pinned', 'open'],
  },
  {
    name: 'snat',
    also: ['source nat'],
    means:
      'A connection leaves with a fixed address of the line. It lives through an interface that goes and comes back.',
    see: ['nat', 'masquerade'],
  },
  {
    name: 'masquerade',
    also: ['masq'],
    means:
      'A connection leaves with the address that the interface has at that moment. When that address goes, the kernel forgets the connection.',
    see: ['nat', 'snat'],
  },
  {
    name: 'rp_filter',
    also: ['reverse path', 'path filter', 'martian'],
    means:
      'A check of the kernel that drops packets whose answer would leave elsewhere. On lines it is set to loose (2), for the answer to what came in by one line may well be routed by another rule than it thinks. `down` puts it back.',
    see: ['inbound', 'down'],
  },
  {
    name: 'chain',
    also: ['nft', 'nftables', 'nft table', 'inet multihomed'],
    means:
      'A list of rules in the one nft table of ours, `inet multihomed`. `nft list table inet multihomed` shows it, with a sentence beside each rule.',
    see: ['map', 'conntrack'],
    page: 'packet-walk.md#the-table',
  },
  {
    name: 'map',
    also: ['set', 'alive', 'from', 'took', 'pick', 'chosen'],
    means:
      'A list of pairs in the nft table, from a mark, an interface or a number to what is done: `slots`, `alive`, `pinned`, `from`, `near4` and more. What changes while it runs are their elements; the chains stay.',
    see: ['chain', 'slot', 'pinned'],
    page: 'packet-walk.md#the-table',
  },
  {
    name: 'over',
    means:
      'The chain that ends what cannot go on, such as a connection whose line was taken out of the file: TCP by a reset, anything else by ICMP.',
    see: ['release', 'chain'],
  },
  {
    name: 'protocol 222',
    also: ['proto 222', 'proto', 'protocol'],
    means:
      'The origin that stands on every rule, route and nexthop of ours. By it they are found, repaired and removed, and nothing of anybody else is touched.',
    see: ['rule', 'down'],
  },
  {
    name: 'fingerprint',
    also: ['comment'],
    means:
      'The letters at the end of the comments in our nft table. They tell whether a rule is still as it was written, since the kernel prints rules in other words than those they were given in.',
    see: ['chain'],
    page: 'decisions/0001-fingerprints-in-comments.md',
  },
  {
    name: 'pass',
    also: ['repair', 'reconcile', 'foreign hands'],
    means:
      'One turn of the daemon: read the kernel, compare with the wish, do what is missing, read again. Events begin one at once, and every 30 s one begins without. So what another program takes away of ours is back within a second.',
    see: ['plan', 'MH590'],
    page: 'trouble/other-programs.md',
  },
  {
    name: 'step',
    also: ['steps'],
    means:
      'One thing that is done to the kernel: a rule, a route, a setting, or a change of the nft table, which is done whole or not at all. `plan` shows them before, as commands.',
    see: ['plan', 'pass'],
  },
  {
    name: 'trial',
    also: ['confirm', 'undo', 'on trial', '--confirm'],
    means:
      'A change that was applied with `--confirm` and waits for somebody to say that it is good. The time runs in the daemon; when it is over, or lines are worse than before, the former configuration comes back. The file is not written.',
    see: ['MH533', 'MH534', 'apply', 'confirm', 'undo'],
    page: 'states.md#a-change-on-trial',
  },
  {
    name: 'state directory',
    also: ['state dir', '--state-dir', 'memory'],
    means:
      'Where the daemon keeps what must outlive a restart: the numbers of the lines, the last gateways, which lines are drained, the configurations that were accepted, and how the box was before, for `down`. A copy of that lies beside the socket. What happened is there too, in `history.db`.',
    see: ['down', 'MH703'],
    page: 'decisions/0008-memory-twice.md',
  },
  {
    name: 'socket',
    also: ['--socket', 'api'],
    means:
      'The file on which the daemon answers the command, HTTP with JSON: `/run/multihomed/multihomed.sock`. Root may ask, and the group `multihomed` where there is one.',
    see: ['MH701', 'MH711'],
  },
  {
    name: 'daemon',
    also: ['multihomed'],
    means:
      'The program that watches: `multihomed`, or `multihome run`. The kernel forwards by itself what it was told, so when the daemon stops or crashes nothing changes, but nobody notices a line that goes then.',
    see: ['run', 'pass', 'MH701'],
    page: 'states.md#the-daemon',
  },
]
