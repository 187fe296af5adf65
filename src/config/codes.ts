/**
 * Every problem a config file can have. Codes are stable: a number is never given a second meaning.
 * Given up: MH212, of the time before IPv6. Left out: MH222, because 222 is a table.
 * 1xx reading, 2xx keys and values, 3xx the LAN and what holds for the box, 4xx lines.
 */
export const CODES = {
  MH101: { severity: 'error', means: 'The file cannot be read.' },
  MH102: { severity: 'error', means: 'The file is not UTF-8 text.' },
  MH103: { severity: 'error', means: 'The file is larger than 1 MiB.' },
  MH104: { severity: 'error', means: 'The file holds nothing but comments or white space.' },
  MH105: { severity: 'error', means: 'The text is not YAML.' },
  MH106: { severity: 'error', means: 'A line is indented with a tab; YAML takes only spaces.' },
  MH107: { severity: 'error', means: 'The file holds more than one YAML document.' },
  MH108: { severity: 'error', means: 'A YAML alias (`*name`) stands where the value itself should.' },
  MH109: { severity: 'error', means: 'A YAML tag or directive is not one that is read here.' },
  MH110: { severity: 'error', means: 'Lists or maps are nested too deeply to read.' },
  MH201: { severity: 'error', means: 'A key is written twice.' },
  MH202: { severity: 'error', means: 'A key that must be there is missing.' },
  MH203: { severity: 'error', means: 'A key is not one of those that belong here.' },
  MH204: { severity: 'error', means: 'A value is of the wrong kind, such as text instead of a number.' },
  MH205: { severity: 'error', means: 'A value is not one of those to choose from.' },
  MH206: {
    severity: 'error',
    means: 'An interface name is none that the kernel, `ip`, `nft`, `sysctl` and a shell take alike.',
  },
  MH207: { severity: 'error', means: 'The name of a line cannot be used.' },
  MH208: { severity: 'error', means: 'An address is not one that an interface or a gateway can have.' },
  MH209: { severity: 'error', means: 'A network is not written as its first address and a length.' },
  MH210: { severity: 'error', means: 'A number is too small, too large or not a whole one.' },
  MH211: { severity: 'error', means: 'The mark mask is not one run of bits, or covers bits that are taken.' },
  MH213: {
    severity: 'error',
    means: 'Ports are not written as a protocol with a port, such as `tcp/22` or `udp/8000-8100`.',
  },
  MH214: {
    severity: 'error',
    means:
      'A time, a share, an amount or a speed is not a number with its unit, such as `3s`, `20%`, `50 MB` or `20 Mbit`.',
  },
  MH215: {
    severity: 'error',
    means: 'Whom to ask, and how, is not written as one that can be asked, such as `icmp/1.1.1.1`.',
  },
  MH216: {
    severity: 'error',
    means: 'A program is not named by its absolute path, or an argument of it cannot be handed on.',
  },
  MH217: { severity: 'error', means: 'A resolver is not one that a line can lead to.' },
  MH218: {
    severity: 'error',
    means: 'Who is told of the resolvers is neither a word for it nor a file that nobody else writes.',
  },
  MH219: {
    severity: 'error',
    means: 'Where a forward leads is not written as the address of a server, or its ports do not fit.',
  },
  MH220: { severity: 'error', means: 'A template of a message names a field that there is none of.' },
  MH221: { severity: 'error', means: 'The address of a channel is not one that messages can be sent to.' },
  MH223: { severity: 'error', means: 'Quiet hours are not from one time of day to another.' },
  MH224: { severity: 'error', means: 'The name of a channel cannot be used.' },
  MH225: {
    severity: 'error',
    means: 'A secret is named neither by the absolute path of a file nor by the name of a credential.',
  },
  MH226: { severity: 'error', means: 'A password for mail would be sent without encryption.' },
  MH230: {
    severity: 'error',
    means: 'Where the API listens, or under which names, is not written as it must be.',
  },
  MH301: { severity: 'error', means: 'There are more lines than the mark mask has numbers for.' },
  MH302: { severity: 'error', means: 'A LAN network overlaps the network of a line.' },
  MH303: { severity: 'error', means: 'An interface is listed twice in the LAN.' },
  MH304: { severity: 'error', means: 'Two LAN networks overlap.' },
  MH305: { severity: 'error', means: 'Two entries of what shall be open overlap.' },
  MH306: { severity: 'error', means: 'A forward is for a line that is not in the file.' },
  MH307: { severity: 'error', means: 'Two forwards are for the same port of a line.' },
  MH308: { severity: 'error', means: 'A forward leads to this box itself.' },
  MH309: { severity: 'error', means: 'A forward is for an address that no line of it has.' },
  MH351: { severity: 'warning', means: 'A LAN network lies outside of all addresses of the LAN interfaces.' },
  MH352: {
    severity: 'warning',
    means: 'Ports are listed as open although nothing is refused: `inbound` is `allow`.',
  },
  MH354: {
    severity: 'warning',
    means: 'A port is open for this box, and forwarded to a server, which wins.',
  },
  MH360: { severity: 'warning', means: 'The API listens to the network without TLS.' },
  MH401: { severity: 'error', means: 'There is no line.' },
  MH402: { severity: 'error', means: 'An interface is both LAN and line.' },
  MH403: {
    severity: 'error',
    means: 'Two lines share one interface, and their gateways do not tell them apart.',
  },
  MH404: { severity: 'error', means: 'Two lines have the same name, or names that differ only in case.' },
  MH405: { severity: 'error', means: "A gateway lies outside of its line's network, or is no host there." },
  MH406: { severity: 'error', means: "A gateway is the line's own address." },
  MH407: {
    severity: 'error',
    means: 'Two lines on one interface have the same fixed address, with different lengths.',
  },
  MH408: { severity: 'error', means: 'A target is listed twice, or there are more than 16.' },
  MH409: { severity: 'error', means: 'What `via` names is no other line, or is named twice.' },
  MH410: { severity: 'error', means: 'Tunnels lead by each other in a circle.' },
  MH411: { severity: 'error', means: 'Two lines on one interface have different MTUs.' },
  MH412: {
    severity: 'error',
    means: 'A line that shares its interface has `shape`, and the lines of an interface share its queue.',
  },
  MH413: { severity: 'error', means: 'A line has two gateways of one family.' },
  MH414: { severity: 'error', means: 'A line has both a fixed IPv4 address and `dhcp`.' },
  MH415: { severity: 'error', means: 'Two lines ask by DHCP on one interface.' },
  MH416: {
    severity: 'error',
    means:
      'An address that `sources` gives to clients is none of the line, or of another family than theirs.',
  },
  MH417: { severity: 'error', means: 'A line has `sources` and `nat: off`.' },
  MH418: { severity: 'error', means: 'Two entries of `sources` are for the same clients.' },
  MH451: { severity: 'warning', means: 'There is only one line, so there is nothing to balance.' },
  MH452: { severity: 'warning', means: 'Weights cannot be kept exactly and were rounded.' },
  MH453: {
    severity: 'warning',
    means: "A line's share comes out half a percentage point or more off the wish.",
  },
  MH454: { severity: 'warning', means: 'The networks of two lines overlap.' },
  MH455: { severity: 'warning', means: 'All lines are backups.' },
  MH456: { severity: 'warning', means: 'A backup line has a weight, which has no effect.' },
  MH457: {
    severity: 'warning',
    means: 'A failback has no effect, because no line it is for only stands in.',
  },
  MH458: { severity: 'warning', means: 'A target is so near that it says nothing of the Internet.' },
  MH459: { severity: 'warning', means: 'All targets of a line are of one kind.' },
  MH460: { severity: 'warning', means: 'Everything is asked of one and the same target.' },
  MH461: { severity: 'warning', means: 'A line has a quota, and nothing is remembered.' },
} as const satisfies Record<string, { severity: Severity; means: string }>

export type Severity = 'error' | 'warning'

export type ProblemCode = keyof typeof CODES
