import type { ProblemCode } from './codes.ts'

/** What `multihome explain` tells of a code, beyond the sentence of its table. */
export interface Advice {
  /** What brings it about, or why it is minded. */
  readonly why: string
  /** What to do about it. */
  readonly help: string
  /** In docs/, where more of it is told. */
  readonly page?: string
}

/** Of every problem that a file can have. The message itself has the value and the place. */
export const PROBLEM_ADVICE: Readonly<Record<ProblemCode, Advice>> = {
  MH101: {
    why: 'There is no such file, or you may not read it.',
    help: 'Look at the path in the message; `--config` or `MULTIHOMED_CONFIG` name another file. A file of root needs `sudo`.',
  },
  MH102: {
    why: 'It was saved in another encoding, as some editors on Windows do, or it is no text at all.',
    help: 'Save it as UTF-8: `iconv -f latin1 -t utf8 OLD > NEW`.',
  },
  MH103: {
    why: 'No configuration is that large, so this is likely another file.',
    help: 'Look at the path in the message.',
  },
  MH104: {
    why: 'Without a line there is nothing to do, and an empty file is more likely a slip than a wish.',
    help: 'Six lines are enough: `docs/config.md` begins with them. To end it all there is `multihome down`.',
  },
  MH105: {
    why: 'A colon without a space behind it, a bracket or a quotation mark that is not closed, or different indentation.',
    help: 'Mend the place in the message. An editor that knows the schema (`multihome config schema`) shows such places while you type.',
  },
  MH106: {
    why: 'How wide a tab is depends on the reader, so YAML forbids it.',
    help: 'Replace it by spaces; two for each step are usual.',
  },
  MH107: {
    why: 'A line of three dashes begins another document, and which of them was meant cannot be known.',
    help: 'Keep one document; remove the line `---` inside the file.',
  },
  MH108: {
    why: 'An alias hides from who reads the file what holds at this place.',
    help: 'Write the value itself.',
  },
  MH109: {
    why: 'A tag (`!name`) or a directive (`%NAME`) asks for a reading of its own, and there is none here.',
    help: 'Remove it; write the value plainly.',
  },
  MH110: {
    why: 'No configuration is nested that deeply; very deep nesting is how a reader is brought to its knees.',
    help: 'Compare the file with the examples of `docs/config.md`.',
  },
  MH201: {
    why: 'Which of the two was meant cannot be known.',
    help: 'Keep one. A second line needs a name of its own.',
  },
  MH202: {
    why: 'This key has no default: nobody but you knows the value.',
    help: 'Add it; `multihome explain KEY` has an example.',
  },
  MH203: {
    why: 'A typo, a key at the wrong depth, or the word of another program. If it were passed over, you would think that it holds.',
    help: 'The message names the nearest key, or what other programs call it. `multihome explain` lists all.',
  },
  MH204: {
    why: 'Quotation marks make text of a number, and a list is not one value.',
    help: 'The message says what is expected; `multihome explain KEY` has an example.',
  },
  MH205: {
    why: 'Only some words are known here.',
    help: 'Take one of those in the message; `multihome explain KEY` tells what each does.',
  },
  MH206: {
    why: 'The kernel allows more than `nft`, `sysctl` and a shell understand, and with such a name a rule could mean something else.',
    help: 'Compare it with `ip link`. An interface with such a name can be renamed: `ip link set OLD name NEW`.',
  },
  MH207: {
    why: 'A line has a routing table, and its name is written where names of tables, files and options stand.',
    help: 'Up to 32 letters, digits, `-` and `_`, beginning with a letter or a digit, not digits alone, and none of `main`, `local`, `default`, `unspec`, `all`.',
  },
  MH208: {
    why: 'It is no IPv4 address, it lacks the length of its network, or it is one that no host has: the network itself, its broadcast address, multicast.',
    help: 'Write it as your provider or `ip address` shows it: `198.51.100.2/28` for `address`, `198.51.100.1` for `gateway`.',
  },
  MH209: {
    why: 'An address inside a network leaves open whether the host or the network was meant.',
    help: 'Write the first address and the length: `10.0.0.0/24`. The message names it where it can be known.',
  },
  MH210: {
    why: 'Outside of these bounds the kernel, or the sharing by 240 slots, cannot do what the number says.',
    help: 'Take a number within the bounds of the message.',
  },
  MH211: {
    why: "A line's number is kept in these bits of packet and connection marks; bits apart could not hold a number, and the two highest are ours for other ends.",
    help: 'Leave `marks` out, or choose one run of bits that no other program uses: `multihome explain mask`.',
  },
  MH213: {
    why: 'Ports are numbers here, behind `tcp/` or `udp/`: the name of a service may stand for either, or for another port on another box.',
    help: '`tcp/22` for one port, `udp/8000-8100` for a range with both its ends. ICMP need not be listed: what a line cannot live without gets through.',
  },
  MH214: {
    why: 'A number alone leaves open what is counted: 3 could be seconds or minutes.',
    help: 'Write the unit behind it: `500ms`, `3s`, `10m`, `1h`; `20%`; `2000 kB`, `50 MB`, `1 GB`.',
  },
  MH215: {
    why: 'Each kind of question is answered by something else at the other end, so it must be known which one is meant. Names are read only in pages: to ask for a name there must be a resolver, and whether it is there is the question.',
    help: '`icmp/ADDRESS`, `dns/ADDRESS`, `tcp/ADDRESS:PORT`, `https://NAME/PATH`; `multihome explain targets` has examples.',
  },
  MH216: {
    why: 'The program is run as it stands there, by no shell and with no search through directories.',
    help: 'Write the path that `command -v PROGRAM` shows, and arguments behind it: `run: [/usr/local/bin/tell, admin]`.',
  },
  MH217: {
    why: "The resolvers of a line are hosts that it leads to, the provider's or public ones. An address of this box, of a link or of many hosts at once is none.",
    help: 'Write their addresses: dns: [198.51.100.53, 2001:db8::53], or auto for those that came with the address of the line, or off.',
  },
  MH218: {
    why: 'The list is written anew whenever a line comes or goes, so the file must be one that nobody else writes; programs are told by commands of their own.',
    help: 'Write off, resolved, unbound or a path such as /run/multihomed/resolv.conf, and have dnsmasq (resolv-file=) or /etc/resolv.conf (a symbolic link) name it.',
  },
  MH219: {
    why: 'A forward needs an address that does not change, because packets are led there as they come; a range goes to one port, or to a range of the same width.',
    help: '`10.0.0.5` for the same ports, `"10.0.0.6:9000"` for one port, `"10.0.0.6:9000-9010"` for others, `"[2001:db8::5]:443"` for IPv6.',
    page: 'lines.md#port-forwards',
  },
  MH220: {
    why: 'A field that is misspelt would leave a hole in every message, and be found out when it matters.',
    help: 'Take one of `{title}`, `{body}`, `{line}`, `{event}`, `{host}` and `{time}`; a brace itself is written twice.',
    page: 'messages.md#templates',
  },
  MH221: {
    why: 'Messages are sent by HTTPS or HTTP. A password in an address would be in logs all over the world.',
    help: 'Write it as a browser shows it, with `https://` in front; a token stands in a file that `tokenFile` names.',
    page: 'messages.md',
  },
  MH223: {
    why: 'Quiet hours begin and end at a time of day, by the clock of this box; the end may be on the next day.',
    help: 'Write them as `quiet: 22:00-07:00`.',
    page: 'messages.md#quiet-hours',
  },
  MH224: {
    why: 'It is a word of `multihome notify test NAME`.',
    help: 'Take up to 32 letters, digits, `-` and `_`, beginning with a letter or a digit.',
  },
  MH225: {
    why: 'The configuration is shown, kept and sent with reports; a secret in it would be too.',
    help: 'Write the secret into a file of its own (`install -m 640 -g multihomed`) and name that by its absolute path, or give it to the unit with `LoadCredential=` and write its name.',
    page: 'messages.md#secrets',
  },
  MH226: {
    why: 'With `security: off` whoever is on the way reads what is sent, the password too.',
    help: 'Take `security: starttls` or `tls`; a server on this box that knows no encryption needs no login.',
    page: 'messages.md#mail',
  },
  MH230: {
    why: 'The daemon listens at one address and one port, and by the names it tells its own pages from others that only pretend to be.',
    help: 'Write `api: localhost:8222`, `api: 10.0.0.1:8222`, `api: { listen: "10.0.0.1:443", names: [router.lan], tls: { … } }`, or `api: off`.',
    page: 'config.md#api',
  },
  MH301: {
    why: "Every line has a number in the marks' bits, and one slot at least of 240.",
    help: 'Widen `marks.mask`, or leave it out: the default has room for 62 lines.',
  },
  MH302: {
    why: 'An address in both could be a client as well as something at the provider, and packets for one would go to the other.',
    help: 'Number the LAN differently, or let the modem pass its address on (bridge mode).',
  },
  MH303: { why: 'Once is enough, and two entries may contradict each other.', help: 'Keep one of the two.' },
  MH304: {
    why: 'The kernel would look for a client behind only one of the two.',
    help: 'Keep the larger one in `lan.networks`; give LAN interfaces different networks.',
  },
  MH305: {
    why: 'It would change nothing, so one of the two is more likely a slip: another port, or `udp` instead of `tcp`.',
    help: 'Keep the larger one, or correct the other.',
  },
  MH306: {
    why: 'A slip of the pen, or a line that was renamed or taken out.',
    help: 'Correct the name, or leave `line` out: then the forward is for every line.',
    page: 'lines.md#port-forwards',
  },
  MH307: {
    why: 'Whoever asks can be led to one server only, so one of the two would do nothing. Two forwards for different lines, or for different addresses of one line (`address`), do not disturb each other.',
    help: 'Take one of them out, or name other lines or ports.',
    page: 'lines.md#port-forwards',
  },
  MH308: {
    why: 'What this box itself offers is reached at its public address as it is; there is nobody to lead it to.',
    help: 'Take the forward out. With `firewall.inbound: drop` list the port in `firewall.open`.',
    page: 'lines.md#port-forwards',
  },
  MH309: {
    why: 'The rule would be there, but nobody answers for an address that the box does not hold and that is not routed to it.',
    help: 'Add it to `address` of the line, or its network to `networks` where the provider routes that here.',
    page: 'lines.md#port-forwards',
  },
  MH351: {
    why: 'No client of that network can be a neighbour of this box. Another router of yours may be in between; else it is a typo, and those clients are not balanced.',
    help: 'Nothing if such a router is there; else correct the network.',
  },
  MH352: {
    why: 'With `inbound: allow`, which also holds when it is left out, we refuse nothing, so there is nothing that `open` could let in.',
    help: 'Write `inbound: drop` beside it if only those ports shall be reached; else leave `open` out.',
  },
  MH354: {
    why: 'A forward takes a packet before this box is asked, so whoever asks for that port gets the server. With `tcp/22` you could lock yourself out.',
    help: 'Take the port out of `firewall.open`, or forward another one: `{ port: tcp/2222, to: "10.0.0.5:22" }`.',
    page: 'lines.md#port-forwards',
  },
  MH360: {
    why: 'What is asked and answered, the tokens that allow changes too, goes over that network as plain text.',
    help: 'Add `tls: { certificate: …, key: … }`, or listen on `localhost` and put a proxy before it that has a certificate.',
    page: 'api.md#from-elsewhere',
  },
  MH401: {
    why: 'A line is what is balanced; without one there is nothing to do.',
    help: 'Name at least one under `lines`: `fiber: { interface: wan1 }`. To end it all there is `multihome down`.',
  },
  MH402: {
    why: 'Clients and the Internet behind one interface: who comes from where could not be told.',
    help: 'Correct one of the two. `ip -brief address` shows which interface is which.',
  },
  MH403: {
    why: 'Several lines may share an interface, and there their gateways tell them apart: what leaves is handed to one of them, what comes in is brought by one. So each must be written, and no two may be the same.',
    help: 'Write `gateway:` at each of them. Lines behind one and the same gateway are one line.',
  },
  MH404: {
    why: 'A name is what a line is known by, in the memory of its number too.',
    help: 'Give one of them another name.',
  },
  MH405: {
    why: 'A gateway must be a neighbour: a host in the network of `address`.',
    help: 'Compare both, and the length behind the slash, with what the provider says; or leave both out where DHCP gives them.',
  },
  MH406: {
    why: 'Packets sent to oneself do not leave the box.',
    help: "Write the address of the provider's router; `ip route` shows it as `default via …` where DHCP has set it.",
  },
  MH407: {
    why: 'Lines on one interface may have one address, but the interface has it only once, with one length.',
    help: 'Write the same length at each of them, or correct the address.',
  },
  MH408: {
    why: 'A line works as soon as one target answers. The same one twice proves nothing more, nor do very many, and each costs packets.',
    help: 'Keep each once, and three to six in all.',
  },
  MH409: {
    why: 'The packets that a tunnel makes have to leave by a line that is there without it.',
    help: 'Name other lines of this file, each once, in the order in which they are to be tried.',
  },
  MH410: {
    why: 'A tunnel may lead by another tunnel, but in the end there must be a line that is none.',
    help: 'Name such a line in `via` of one of them.',
  },
  MH411: {
    why: 'The MTU belongs to the interface, and several lines may be on one.',
    help: 'Give all of them the same `mtu`, or only one of them any.',
  },
  MH412: {
    why: 'What leaves by an interface waits in one queue, whichever line it takes, so that the speed of one line would hold for all.',
    help: 'Give the line an interface of its own, such as a VLAN; or shape in the modem.',
  },
  MH413: {
    why: 'A line leaves by one router in each family; which of two it would be, nobody could say.',
    help: 'Keep one of each family. Two routers behind one interface are two lines that name the same interface.',
  },
  MH414: {
    why: 'Connections leave with one address; which of the two it would be, nobody could say.',
    help: 'Keep one of the two. Fixed addresses of IPv6 may stand beside `dhcp`.',
  },
  MH415: {
    why: 'A DHCP server tells its customers by their cards, so it would give both lines one address.',
    help: 'Make a macvlan interface for each line (`ip link add wan1b link wan1 type macvlan`), which is a card of its own to the provider.',
  },
  MH416: {
    why: 'Answers to an address that the provider does not lead to this line never come back.',
    help: 'Add it to `address` of the line, or its network to `networks` where the provider routes that here. IPv4 clients get IPv4 addresses, IPv6 clients IPv6 ones.',
  },
  MH417: {
    why: 'With `nat: off` everybody keeps the address that they have.',
    help: 'Leave `nat` out. Whoever has an address out of `networks` keeps it all the same.',
  },
  MH418: {
    why: 'Where two overlap the longer prefix counts; of two for the same clients, none is better.',
    help: 'Keep one of the two.',
  },
  MH451: {
    why: 'With one line every connection takes it. It works all the same, and answers to connections from outside, watching and `status` with it.',
    help: 'Add the other line when it is there.',
  },
  MH452: {
    why: 'Weights are kept as a ratio of whole numbers up to 240, since new connections are dealt to 240 slots.',
    help: 'Nothing, if the share in the message is near enough; else simpler numbers, such as 3 and 1.',
  },
  MH453: {
    why: 'Every line gets one of 240 slots at least, so that a very small weight next to large ones is rounded up.',
    help: 'Nothing, if that share is near enough; else bring the weights closer together.',
  },
  MH454: {
    why: 'What is in both networks is reached over one of the lines only: the more exact network, else the first line. The Internet is reached over either.',
    help: 'If there are modems with pages of their own, give them different networks.',
  },
  MH455: {
    why: 'A backup takes connections only while no normal line works. With backups alone nothing is shared: all connections take the first one in the file that works. That may be what you want, so it is no error.',
    help: 'Leave `role` out at the lines that shall share the work. For a plain order, make the first one normal: it says the same, and this warning is gone.',
  },
  MH456: {
    why: 'Weights share new connections among normal lines. A backup works alone.',
    help: 'Leave the weight out. Among backups the order of the file decides.',
  },
  MH457: {
    why: 'Normal lines share the work at all times, so a line that is back takes new connections and those on the others stay where they are well. Only a line that gets no more, because better ones work again, has connections left behind on it: a backup, or one with `degraded: none`.',
    help: 'Write `role: backup` at the line that only stands in; else leave `failback` out.',
  },
  MH458: {
    why: "The gateway, or a neighbour in the line's own network or the LAN, answers also when the Internet behind the provider's router is gone. That is how lines most often die, and one answer is enough for a line to count as alive.",
    help: 'Ask somebody beyond the provider, such as `icmp/1.1.1.1`. The gateway is asked besides, by itself, to tell whose fault it is.',
  },
  MH459: {
    why: 'Providers drop ICMP at times, or answer DNS themselves, or stop TCP to some port. Of two kinds the other one still proves that the line works.',
    help: 'Add a target of another kind: `icmp/1.1.1.1`, `dns/8.8.8.8`, `tcp/9.9.9.9:443`.',
  },
  MH460: {
    why: 'When it is down or refuses so many questions, that cannot be told from trouble of the line. If all lines ask it alone, all seem to die at once.',
    help: 'Take three, of different operators; left out, `targets` are 1.1.1.1, 8.8.8.8 and 9.9.9.9.',
  },
  MH461: {
    why: 'What went through a line since its month began is added up in the memory of the daemon, over restarts and reboots. With `history: off` there is none, so that nobody can say how much of the quota is used.',
    help: 'Leave `history: off` out; `history: { size: 5 MB }` takes little of a small disk. Or leave the quota out.',
  },
}
