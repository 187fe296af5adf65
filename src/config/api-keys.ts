import type { KeyDoc } from './keys.ts'

/** The keys of the API's door on TCP. */

export const API_DEFAULT = { address: 'localhost', port: 8222 } as const

export const API_KEYS = {
  listen: {
    expects: 'an address with a port, such as localhost:8222',
    means:
      '`localhost` is this box alone, by IPv4 and IPv6; an address of the box lets others in, and `0.0.0.0` or `[::]` all who reach it. ' +
      'If another program has the port, `status` names it, and no other port is taken instead.',
    example: '10.0.0.1:8222',
    default: `${API_DEFAULT.address}:${API_DEFAULT.port}`,
    elsewhere: ['bind', 'address', 'host', 'port', 'on'],
  },
  names: {
    expects: 'a name or a list of names, such as [router.lan]',
    means:
      'Names under which browsers may reach it, besides `localhost` and addresses: what asks for another name is refused, because a page on the Internet can give its own name an address of yours. A reverse proxy hands its name on.',
    example: ['router.lan'],
    default: [],
    leftOut: 'none',
    elsewhere: ['name', 'hostname', 'hostnames', 'hosts', 'allowedhosts'],
  },
  tls: {
    expects: 'a map with the keys certificate and key',
    means:
      'Speaks HTTPS instead of HTTP, with these two files. They are read again with every `multihome apply`.',
    example: { certificate: '/etc/multihomed/tls.crt', key: '/etc/multihomed/tls.key' },
    leftOut: 'plain HTTP',
    elsewhere: ['https', 'ssl'],
  },
} as const satisfies Record<string, KeyDoc>

export const TLS_KEYS = {
  certificate: {
    expects: 'an absolute path, such as /etc/multihomed/tls.crt',
    means: 'The certificate in PEM, and those between it and its authority after it.',
    example: '/etc/multihomed/tls.crt',
    elsewhere: ['cert', 'crt', 'chain', 'fullchain'],
  },
  key: {
    expects: 'an absolute path, such as /etc/multihomed/tls.key',
    means: 'Its private key in PEM. The daemon must be able to read it, and nobody else should.',
    example: '/etc/multihomed/tls.key',
    elsewhere: ['privatekey', 'keyfile', 'privkey'],
  },
} as const satisfies Record<string, KeyDoc>
