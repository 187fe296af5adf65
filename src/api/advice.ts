import type { Advice } from '../config/index.ts'
import type { NoteCode } from '../plan/index.ts'
import type { Code } from './codes.ts'

/** What `multihome explain` tells of a code, beyond the words of its table. */
export const CODE_ADVICE: Readonly<Record<Code, Advice>> = {
  MH190: {
    why: 'The command was not understood: an option or an argument too many, too few, or of the wrong kind. Nothing was done.',
    help: '`multihome COMMAND --help`.',
  },
  MH191: {
    why: 'A typo, or a command of another version. Nothing was done.',
    help: '`multihome --help` names them all.',
  },
  MH192: {
    why: 'What can be explained are keys of the file, codes, commands, states and words of ours.',
    help: '`multihome explain` lists them.',
  },
  MH193: {
    why: 'The command writes no file over one that is there, and needs the right to write into the folder.',
    help: 'Name another file.',
  },
  MH500: {
    why: 'The kernel refused a step at the start, or something on the box must be settled first. What had been done was taken back; the message says what was in the way.',
    help: '`sudo multihome plan` shows what would be done and what stands against it.',
  },
  MH590: {
    why: 'The kernel, `ip` or `nft` refused a command. The steps of that pass were taken back, so that nothing is half done, and a running daemon tries again.',
    help: "The message has the system's own words. `multihome status` tells whether it is over; `MULTIHOMED_LOG_LEVEL=debug` makes the daemon log every command.",
  },
  MH591: {
    why: 'Routes, rules and marks take the capabilities CAP_NET_ADMIN and CAP_NET_RAW, also to look at some of them.',
    help: 'Put `sudo` before the command; a systemd unit gives them with `AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW`.',
  },
  MH601: {
    why: 'New connections would have no line left: every other one is down, absent or drained itself. Nothing was changed.',
    help: 'Wait until another line is back, or add `--force`, if nobody is to begin anything new.',
  },
  MH602: {
    why: 'What a command sends is told by its control group (cgroup2, below /sys/fs/cgroup), which needs kernel 5.13 and an nft that knows `socket cgroupv2`.',
    help: 'Programs that can bind to an interface do without: `curl --interface wan2`, `ping -I wan2`.',
  },
  MH603: {
    why: 'You asked to wait until no connection is open on a drained line, and some are. The line stays drained.',
    help: 'Wait longer, or look who they are: `conntrack -L -m 0x1000000/0x3f000000` for line number 1 (`multihome lines --json` has the numbers).',
  },
  MH604: {
    why: 'A change was applied with `--confirm` and its time is not over. With a second one nobody could tell what to go back to.',
    help: '`multihome confirm` keeps it, `multihome undo` goes back; then apply again.',
  },
  MH605: {
    why: 'The state directory cannot be written. A daemon that dies could not know that it has to go back, or that it must not: nothing was touched, or the change is still on trial.',
    help: 'Make room or make it writable; or apply without `--confirm`.',
  },
  MH606: {
    why: 'The last change was applied without `--confirm`, or is confirmed already.',
    help: 'Nothing: what runs stays.',
  },
  MH607: {
    why: 'The former configuration is in force: nobody confirmed in time, lines were worse than before, or somebody asked for it. The file still holds what was undone, and a restart does not take it.',
    help: '`multihome status` tells since when and why; `multihome apply` takes the file all the same.',
  },
  MH608: {
    why: 'Kept are the last eight configurations that were accepted, and `multihome down` forgets them. What runs is the oldest of them.',
    help: 'Change the file and `multihome apply`.',
  },
  MH609: {
    why: 'The file was written after somebody had read it here to change it: by an editor, by the program that manages it, or by the same page in another window. What was written there would be lost. Nothing was changed.',
    help: 'Read the file again and make your change there. What was on trial meanwhile is kept: `GET /v1/config/history`.',
  },
  MH610: {
    why: 'A configuration that comes by the API is written to the file, so that the next start takes it too, and the daemon may not. Its user must own the file and the directory (a new file is put in the place of the old one, with the same owner and mode), and its unit must leave the directory writable. Nothing was changed.',
    help: 'Once: `sudo chown multihomed: /etc/multihomed /etc/multihomed/config.yaml`. Or change the file yourself and `multihome apply`.',
  },
  MH611: {
    why: "Hooks and channels name programs that the daemon runs, and files that it reads, with its own rights; those are root's where root started it. Whoever may change the configuration by the API (a token, the group `multihomed`) would have them all. So a program or a file that no accepted configuration had before comes from whoever may write the file. Nothing was changed.",
    help: 'Write it into the file, and `multihome apply`. From then on the API may keep it, change everything around it, and leave it out.',
  },
  MH701: {
    why: 'Nobody listens on the socket: the daemon was not started, has ended, or has another socket. What it set in the kernel goes on working, but nobody watches.',
    help: '`sudo systemctl start multihomed` or `sudo multihome run`; with another socket: `--socket PATH`.',
  },
  MH702: {
    why: "Two daemons would take each other's rules for damage and repair them for ever, so there is one for each box (for each network namespace). It is found by a locked file in /run/multihomed and by a name that anybody could take; the name of a stranger counts only where the file cannot be written.",
    help: '`multihome status` to see it, `sudo multihome apply` after a change of the file.',
  },
  MH703: {
    why: "The state directory holds the lines' numbers and how the box was before. Neither its copy nor the one beside the socket can be read, belongs to us or is whole; starting without would forget how to put things back.",
    help: 'The message names the file. Mend its rights, or move it away if nothing of ours is in the kernel (`multihome down --dry-run`).',
  },
  MH705: {
    why: 'The API has no such path. Only programs that speak to the socket themselves meet this.',
    help: '`GET /v1/openapi.json` describes every path.',
  },
  MH706: {
    why: 'The path is there, but looking is GET and changing is POST.',
    help: 'The header `allow` of the answer names what is possible.',
  },
  MH707: {
    why: 'A parameter of a request to the API is not one of those to choose from.',
    help: 'The message names it; `GET /v1/openapi.json` describes it.',
  },
  MH708: {
    why: 'The program that asks was made for another version of the API than the daemon speaks.',
    help: 'Bring both to the same version: `multihome --version`; restart the daemon after an update.',
  },
  MH709: {
    why: 'No line of the running configuration has this name. A line that is in the file only is not running yet.',
    help: '`multihome lines` lists them; after a change of the file: `sudo multihome apply`.',
  },
  MH710: {
    why: 'A file with an error is refused as a whole, or else half of it would hold. What runs goes on as it was.',
    help: '`multihome check` tells every error with its place.',
  },
  MH711: {
    why: 'The socket is for root, and for the group `multihomed` where there is one.',
    help: 'Put `sudo` before the command, or become a member: `sudo adduser YOU multihomed`, then log in again.',
  },
  MH712: {
    why: 'The daemon took the question and did not answer in time: it hangs, or the box is very busy. Traffic flows as it was.',
    help: 'Ask again; then look at its log: `journalctl -u multihomed`.',
  },
  MH713: {
    why: 'Something else listens there, or the daemon is of another version than the command.',
    help: 'Restart the daemon after an update; look who has the socket: `ss -xlp`.',
  },
  MH714: {
    why: 'The request brings something along that the path does not take: it takes a JSON object of at most a megabyte, sent as `application/json`.',
    help: '`GET /v1/openapi.json` describes what each path takes.',
  },
  MH720: {
    why: 'The box itself resolves the names that `multihome trace` is given, as every program on it does: /etc/hosts, then DNS. A name it does not know, or a resolver that it does not reach, cannot be traced.',
    help: 'Name the address. `getent hosts NAME` on the box shows what it knows.',
  },
  MH721: {
    why: 'One end has an IPv4 address and the other an IPv6 one: no packet goes from one to the other.',
    help: 'Name two addresses of one family; of a name that has both the fitting one is taken.',
  },
  MH722: {
    why: 'What was is asked of the memory on disk, and there is none: the file says `history: off`, or `history.db` cannot be read or written.',
    help: '`multihome status` has a note if something is wrong with it. Without `history: off` it begins at once.',
    page: 'history.md',
  },
  MH723: {
    why: 'The files of the dashboard lie beside the program, in `dist/web`. They are not there before the program was built; or a page of the version before an update is still open.',
    help: 'Load the page anew; in a checkout `./run build` makes it.',
    page: 'dashboard.md',
  },
  MH731: {
    why: 'By TCP it is asked by name, and this name was none that the file lists. A page on the Internet can give its own name an address of yours (DNS rebinding) and would then be let in by every browser.',
    help: 'Ask for `localhost` or the address, or list the name: `api: { names: [router.lan] }`.',
    page: 'api.md#by-tcp',
  },
  MH732: {
    why: 'A browser said that a page of another place asks. Only the pages that come from here may.',
    help: 'Nothing, if you did not expect one; else let that program ask without a browser.',
    page: 'api.md#by-tcp',
  },
  MH733: {
    why: 'By TCP a token is needed for whatever changes something, and from elsewhere for looking too; the one that came is none that was given out, or none came.',
    help: '`sudo multihome token add NAME` makes one, with `--read` one that may only look; it is sent as `Authorization: Bearer TOKEN`.',
    page: 'api.md#tokens',
  },
  MH734: {
    why: 'The token was made with `--read`.',
    help: '`sudo multihome token add NAME` makes one that may change things.',
    page: 'api.md#tokens',
  },
  MH735: {
    why: 'Each token has a name of its own, so that one can be taken back without the others.',
    help: 'Another name; or `sudo multihome token remove NAME` first.',
    page: 'api.md#tokens',
  },
  MH736: {
    why: 'No token of that name was given out, or it was taken back already.',
    help: '`sudo multihome token list` tells them.',
    page: 'api.md#tokens',
  },
  MH737: {
    why: 'The state directory is full or cannot be written. Without it a new token would be forgotten, and one that was taken back would be good again at the next start.',
    help: 'Make room or make it writable, and try again.',
    page: 'api.md#tokens',
  },
  MH738: {
    why: 'The dashboard of a lab may change everything in it, also what its daemon runs as the user who started the lab. So it is open to that user and to root.',
    help: 'Start a lab of your own: multihome lab.',
    page: 'lab.md#the-dashboard',
  },
  MH739: {
    why: 'The lab breaks lines in the ways that it knows, and not each can be played on every line and every kernel.',
    help: 'GET /lab/state names what can be done; multihome lab fault --help too.',
    page: 'lab.md#what-a-machine-may-lack',
  },
  MH740: {
    why: 'A token that could make others would outlive its being taken back, so by TCP nobody gets at them, whatever token they bring.',
    help: '`sudo multihome token` on the box itself.',
    page: 'api.md#tokens',
  },
  MH801: {
    why: 'Messages are sent to the channels that the configuration names under `notify`, and this is none of them.',
    help: '`multihome notify` lists them.',
    page: 'messages.md',
  },
  MH901: {
    why: 'A bug in multihomed. Nothing you typed should bring it about.',
    help: 'Please report it, with what you typed and what the daemon logged at that time.',
  },
}

/** The same for the notes of `check`, `plan`, `apply` and `status`. */
export const NOTE_ADVICE: Readonly<Record<NoteCode, Advice>> = {
  'foreign-table': {
    why: 'Lines have the routing tables 201 and up, and 222 is for what is not decided yet. A route of somebody else in one of them would take our packets. So nothing is begun.',
    help: 'Move that route to another table, or delete it if it is a leftover: `ip route flush table N`.',
    page: 'trouble/other-programs.md',
  },
  'foreign-priority': {
    why: 'Our rules stand in an order (30050 to 30222) that a stranger among them would break. So nothing is begun.',
    help: 'Choose another `rulePriorityBase`, or remove that rule.',
    page: 'trouble/other-programs.md',
  },
  'foreign-mark': {
    why: "An `ip rule` of another program asks for mark bits in which our line's number is kept. It could catch connections of ours, and we its.",
    help: 'Choose other bits: `multihome explain mask` names those of well-known programs.',
    page: 'trouble/other-programs.md',
  },
  'mask-changed': {
    why: 'Open connections carry the line in the bits of the old mask. Read with the new one they would belong to nobody, or to another line. So nothing is begun.',
    help: '`sudo multihome down`, then start with the new mask; or put the old one back into the file.',
  },
  'vpn-catches': {
    why: 'A rule of another program leads to a default route of its own: that of a `wg-quick`, of Tailscale with an exit node, or one that was forgotten. Where it stands behind ours, what it would catch is left to it, for choosing a line would let it out in clear. Where it stands before ours, the kernel asks it first.',
    help: 'If that is the wish, write `vpn: first`, and it is a mere note. With `vpn: ours` the lines come before those that stand behind ours; one that stands before ours needs another priority, or has to go (`ip rule del pref NUMBER`). Or let the VPN take fewer networks (`AllowedIPs`).',
    page: 'trouble/vpn.md',
  },
  'vpn-overruled': {
    why: '`vpn: ours` says that the lines win over a rule that stands behind them. The VPN gets what is sent to its own networks, and everything when no line works.',
    help: 'Nothing, if that is the wish; else `vpn: first`.',
    page: 'trouble/vpn.md',
  },
  'vpn-wins': {
    why: 'The kernel asks rules in their order, and this one stands before ours, as that of a `wg-quick` that was started after us. The key `vpn` is about those behind.',
    help: 'Start the VPN before multihomed, give its rule a priority behind ours, or let it take fewer networks (`AllowedIPs`).',
    page: 'trouble/vpn.md',
  },
  'leftover-default': {
    why: 'DHCP or the administrator put a default route into `main`. Our rules come before it, and when no line can be used it takes what is left.',
    help: 'Nothing: it does no harm.',
  },
  'no-usable-line': {
    why: 'Every line lacks its interface, its carrier, an address or a gateway.',
    help: 'The warning names what each lacks, and `multihome status` tells it while the daemon runs. Begin with the cable and the modem, then DHCP; a gateway that nobody tells is written in the file: `gateway`.',
    page: 'trouble/line-down.md',
  },
  'near-overlap': {
    why: 'Two lines have the same network before them, as two modems with 192.168.1.1 do. The box asks one of them for an address there; the Internet is reached over both.',
    help: 'Give one modem another network if you want to reach its page from the LAN.',
  },
  'gateways-alike': {
    why: 'Lines on one interface are told apart by what is different: the address that was asked, or the hardware address of the gateway that brought the packet. Here both are the same, as when one router of the provider plays both gateways. What leaves is spread as it should be; only connections from outside may be answered by the wrong line.',
    help: 'Ask the provider for another address on one of the lines, or give one of them a card or a VLAN of its own.',
  },
  'metered-found': {
    why: 'The volume of mobile lines mostly costs money, and the file does not say whether it does here. So our questions keep to 10 MB in a month, and a failure is noticed later while nobody uses the line.',
    help: '`metered: false` at the line if its volume is free; `metered: true`, or an amount, if it is not.',
    page: 'lines.md',
  },
  'home-unclear': {
    why: 'Hosts of the LAN have addresses of a prefix that a provider must have delegated, and no lease, no address of a line and no key of the file tells which one. Sent by another provider untranslated they would get no answer, so they are translated on every line.',
    help: 'Write the prefix at its line, such as `networks: 2001:db8:100::/56`: then those hosts leave by it with their own addresses.',
    page: 'lines.md',
  },
  'way-found': {
    why: 'A tunnel cannot carry its own packets. Where the file does not say which line does, the first that works and is no tunnel is taken, and they are kept on it.',
    help: 'Write it into the file, such as `via: fiber`, or `via: [fiber, dsl]` with the one that you prefer first.',
    page: 'lines.md',
  },
  'way-unknown': {
    why: 'Programs behind a `tun` interface (OpenVPN) do not tell the kernel to whom they speak, and a WireGuard interface that is off has no port yet. Until it is known, the own packets of the tunnel take whichever line routing gives them.',
    help: 'Write the address of the other end into the file, such as `endpoint: 192.0.2.7`.',
    page: 'lines.md',
  },
  'way-contested': {
    why: 'Two tunnels go to one address over different lines, and nothing else tells their packets apart.',
    help: 'Give the server a second address; WireGuard needs none, its packets are known by their port.',
    page: 'lines.md',
  },
  'no-dhcp-client': {
    why: 'Asking for an address is done by a program that is made for it, `udhcpc`: the package of that name, or busybox; started by `setpriv` of util-linux, so that it ends with us. One of them is not here, so the line waits.',
    help: 'Install what the message names and restart multihomed; or have another program of the box ask, and leave `address` out.',
    page: 'lines.md',
  },
  'resolvers-untold': {
    why: '`dns` names a program that is to know which resolvers work, and it was not told: its command is not installed, it does not run, or it does not listen to the user multihomed. Names are still asked as before, so a resolver of a dead line may be asked too, which takes seconds. Lines and connections do not suffer.',
    help: 'Install what the message names; let the user multihomed tell it; or have the list written to a file: `dns: /run/multihomed/resolv.conf`. It is tried again by itself.',
    page: 'install.md#resolvers-dns',
  },
  'other-router': {
    why: 'With `advertise: true` this box tells hosts of the LAN that it is their way out over IPv6, and somebody else there does the same. Hosts have two ways then, and take either; through the other one nothing is balanced, and addresses of our providers may not be taken there.',
    help: 'Switch the other one off: a modem or access point at that address, or radvd, dnsmasq or systemd-networkd on this box. Or leave `advertise` out of the file.',
    page: 'lines.md',
  },
  'api-shut': {
    why: 'The place where the API and the dashboard should be to be had by HTTP cannot be had: another program has the port, the address is not there (yet), or the certificate cannot be read. No other port is taken instead, so that nobody has to look for it.',
    help: 'End that program, or give `api:` another port; it is tried again with every look of the daemon.',
    page: 'api.md#by-tcp',
  },
  'history-unkept': {
    why: 'What happens is written into `history.db` in the state directory. That file cannot be written: the disk is full or read-only, or the file belongs to somebody else. The lines work without it; the last 5000 events are kept in memory until it can be written again.',
    help: 'Make room or make it writable: `df -h /var/lib/multihomed`. It is tried again every 30 s.',
    page: 'history.md',
  },
  'history-set-aside': {
    why: '`history.db` was damaged, by a disk that fails for instance, or a newer release wrote it. It was renamed and a new one begun, so `events` tells nothing of before.',
    help: '`sqlite3 history.db.broken .recover` may get something out of it. Delete it when you are done.',
    page: 'history.md',
  },
  'old-kernel': {
    why: 'The kernel lacks something that we use where it is there; the message says what, and what that costs.',
    help: 'Nothing, if the price suits you; else a newer kernel.',
  },
  'last-resort': {
    why: 'You drained the line, and then the others went. Nobody online would be worse than what you wished, so it carries new connections until another line is back.',
    help: 'Nothing; or `multihome drain LINE --force`, if it must not be used even so.',
  },
  'fail-open': {
    why: 'Every line has its carrier, an address and a gateway, and on none of them anything answers. Perhaps it is not the lines: something on the way may drop what we ask with, or those whom we ask may all be away. So new connections go on over all of them, nothing is ended, and the first line that answers takes over.',
    help: '`multihome status` tells what is wrong with each line. If the Internet works, ask others: `health.targets`.',
    page: 'trouble/line-down.md',
  },
  'missing-interface': {
    why: 'An interface that the file names is not there: a modem that comes later, or a typo.',
    help: 'Compare with `ip -brief link`. Nothing is to be done for one that comes later: it is noticed.',
    page: 'trouble/line-down.md',
  },
  'main-default-behind': {
    why: 'With `mainDefault: lines` the main table has a default route over the lines, with metric 1, for programs that ask that table itself. One with metric 0 comes before it, and its place is not ours to take.',
    help: 'Give it a metric of 2 or more: `RouteMetric=` in systemd-networkd, `ipv4.route-metric` in NetworkManager, `metric` in ifupdown. Until then such programs use that one line.',
  },
  'other-queue': {
    why: 'The line has `shape`, and where our queue would stand is one that neither the kernel nor multihomed put there. Somebody meant it, so it stays as it is.',
    help: 'Leave it and take `shape` out of the file; or remove it with the command that the note tells, then `multihome apply`.',
  },
  'inbound-dropped': {
    why: '`firewall.inbound` is `drop`. What is refused gets no answer; `nft list chain inet multihomed input` counts it at its last rule, and so does `forward`.',
    help: 'Nothing, if that is the wish. A server of this box needs its port in `firewall.open`, one in the LAN a port forwarding.',
    page: 'trouble/inbound.md',
  },
  'shut-out': {
    why: 'Your session comes in by a line, and its port is not in `firewall.open`, or is forwarded to a server. What is open stays so, but after a break you would stand outside.',
    help: 'Add the port: `firewall: { inbound: drop, open: [tcp/22] }`. Forward another one: `{ port: tcp/2222, to: "10.0.0.5:22" }`.',
    page: 'trouble/locked-out.md',
  },
  'forward-astray': {
    why: 'No interface of the LAN, and no other that is not a line, leads to the address behind `to`, or it is one of this box.',
    help: 'Correct `to`, or see to a route: `ip route get ADDRESS` tells where it goes now. What this box offers itself needs no forward.',
    page: 'lines.md#port-forwards',
  },
  'no-lan': {
    why: 'Without `lan` the file is that of a server: its own connections are spread. What hosts send through it goes by the main table, as if multihomed were not there.',
    help: "Nothing on a box that is nobody's router; else `lan: { interfaces: [lan0] }`.",
  },
  'forward-unheld': {
    why: 'The rule is there, but whoever asks for that address on the line gets no answer: no interface holds it, and no network that is routed here has it.',
    help: 'Put it on the interface: `address: [198.51.100.2/28, 198.51.100.3/28]` at the line, or with whoever gives it its address. Where the provider routes a network here, write that to `networks`.',
    page: 'lines.md#port-forwards',
  },
  'memory-unsaved': {
    why: 'How the box was before, the numbers of the lines and their last gateways are written down twice: in the state directory and below /run. A disk is full, or read-only. The lines work.',
    help: 'Make room, or make it writable: `df -h`, `findmnt -T /var/lib/multihomed`. It is tried again every 30 s.',
  },
  'file-undone': {
    why: 'The file is yours and never written by multihomed, so it still holds what was undone. A restart runs the configuration before it as well.',
    help: 'Change the file; or `multihome apply`, if you want it all the same.',
  },
  unconfirmed: {
    why: 'It was applied with `--confirm`: the time runs in the daemon, whatever becomes of the terminal. A daemon that ends before goes back at its next start.',
    help: '`multihome confirm` keeps it, `multihome undo` goes back at once.',
  },
  'file-refused': {
    why: 'The last `multihome apply` or reload did not take the file. A file is taken as a whole or not at all, so the older configuration still holds, and a restart would find the file as it is now.',
    help: '`multihome check` tells what is wrong; after mending it: `sudo multihome apply`.',
  },
  'health-unwatched': {
    why: 'The counters of our table or the sockets of the probes could not be had, or the thread that watches the lines ended. Lines go on as they are; one that falls silent is noticed later or not at all.',
    help: "The daemon's log has the system's own words. A thread that ended is started again by itself.",
  },
  'fought-over': {
    why: 'Something of ours is removed again and again by another program, as systemd-networkd or NetworkManager may do. Putting it back at once each time would keep both busy for ever, so it is put back later and later.',
    help: 'Stop that program from removing what it did not make. systemd-networkd: `ManageForeignRoutingPolicyRules=no` and `ManageForeignRoutes=no` in /etc/systemd/networkd.conf.',
    page: 'trouble/other-programs.md',
  },
}
