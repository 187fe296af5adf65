import type { KeyDoc } from './keys.ts'

/** Each port of such a range is an entry of its own in the kernel. */
export const MOST_SHIFTED_PORTS = 1024

export const FORWARD_KEYS = {
  line: {
    expects: 'the name of a line, or a list of names',
    means:
      'The lines by which somebody may ask. Answers leave by the line that was asked, also where one client asks two lines for the same server at once.',
    example: ['fiber', 'dsl'],
    leftOut: 'every line',
    elsewhere: ['lines', 'wan', 'wans', 'interface', 'in'],
  },
  address: {
    expects: 'an address of the line, such as 198.51.100.3',
    means:
      'Only who asks this address, where a line has several of them, or where the provider routes a network to this box: it has to be in `address` or `networks` of the line, or on its interface where others see to that. It goes before a forward of the same port that names none.',
    example: '198.51.100.3',
    leftOut: 'whichever address of this box is asked by the line; one that changes is followed',
    elsewhere: ['ip', 'destination', 'dst', 'listen', 'public'],
  },
  port: {
    expects: 'a protocol with a port, such as tcp/443 or udp/8000-8010, or a list of such',
    means: 'What is asked for: `tcp` or `udp`, a slash, and a port or a range.',
    example: 'tcp/443',
    elsewhere: ['ports', 'dport', 'service', 'proto', 'protocol', 'match'],
  },
  to: {
    expects: 'an address behind this box, such as 10.0.0.5 or "10.0.0.6:9000"',
    means:
      'The server, by its address, IPv4 or IPv6 (`"[2001:db8::5]:443"`). The ports are those that were asked for. ' +
      `Behind a colon stand others: one port for all, or as many as were asked for (${MOST_SHIFTED_PORTS} at most), which keep their order. ` +
      'The server sees the address of whoever asks; clients of its own network, which asked for the public address, come with that of this box.',
    example: '10.0.0.5',
    elsewhere: ['target', 'server', 'host', 'dest', 'dnat', 'toaddress', 'forwardto'],
  },
} as const satisfies Record<string, KeyDoc>
