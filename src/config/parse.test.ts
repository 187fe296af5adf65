import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_HEALTH, DEFAULT_RELEASE, METERED_BUDGET_BYTES_PER_MONTH } from '../model/index.ts'
import { CODES } from './codes.ts'
import { parseConfig } from './parse.ts'
import { unreadableFile } from './problem.ts'

const FILE = 'config.yaml'

function accepted(text: string | Uint8Array): { config: unknown; warnings: readonly string[] } {
  const parsed = parseConfig(text, FILE)
  assert.ok(parsed.ok, `refused: ${JSON.stringify(parsed.ok ? '' : parsed.error, null, 2)}`)
  return { config: parsed.value.config, warnings: parsed.value.warnings.map((one) => one.code) }
}

/** Of a line about which the file says nothing else. */
const UNTOUCHED = {
  mss: 'auto',
  dns: 'auto',
  role: 'normal',
  metered: false,
  billingDay: 1,
  health: DEFAULT_HEALTH,
  release: DEFAULT_RELEASE,
  failback: { is: 'leave' },
  ifMobile: {
    metered: true,
    health: { ...DEFAULT_HEALTH, budgetBytesPerMonth: METERED_BUDGET_BYTES_PER_MONTH },
    failback: { is: 'leave' },
  },
}

const ipv4 = (address: string, length: number): object => ({ family: 'ipv4', address, length })

test('the file of the manual is read with every value and the place of every key', () => {
  const text = `lan:
  interfaces: [lan0, {name: lan1, address: 10.0.1.1/24}]
  networks: [10.0.0.0/24, 10.0.1.128/25]
lines:
  fiber:
    interface: wan1
    weight: 300
    address: 198.51.100.2/28
    gateway: 198.51.100.1
    nat: snat
  dsl: { interface: wan2, weight: 100 }
affinity: client
marks: { mask: 0x00ff0000 }
rulePriorityBase: 0
firewall: { inbound: drop, open: [tcp/22, udp/8000-8100] }
vpn: ours
mainDefault: lines
dns: /run/multihomed/resolv.conf
forward:
  - { line: fiber, port: tcp/443, to: 10.0.0.5 }
  - { address: 198.51.100.3, port: [tcp/25, udp/8000-8010], to: "10.0.0.6:9000" }
  - { port: udp/51820-51829, to: "[2001:db8::5]:1000-1009", line: [dsl, fiber] }
api:
  listen: "[::]:443"
  names: Router.lan
  tls: { certificate: /etc/tls.crt, key: /etc/tls.key }
offload: software
`
  const at = (line: number, column: number): object => ({ file: FILE, line, column })
  assert.deepEqual(accepted(text), {
    config: {
      file: FILE,
      lan: {
        interfaces: [
          { name: 'lan0', addresses: [], place: at(2, 16) },
          { name: 'lan1', addresses: [ipv4('10.0.1.1', 24)], place: at(2, 29) },
        ],
        networks: [ipv4('10.0.0.0', 24), ipv4('10.0.1.128', 25)],
      },
      lines: [
        {
          name: 'fiber',
          interface: 'wan1',
          weight: 3,
          addresses: [ipv4('198.51.100.2', 28)],
          gateways: ['198.51.100.1'],
          networks: [],
          families: ['ipv4', 'ipv6'],
          nat: 'snat',
          ...UNTOUCHED,
          place: at(5, 3),
          keys: {
            interface: at(6, 5),
            weight: at(7, 5),
            address: at(8, 5),
            gateway: at(9, 5),
            nat: at(10, 5),
          },
        },
        {
          name: 'dsl',
          interface: 'wan2',
          weight: 1,
          addresses: [],
          gateways: [],
          networks: [],
          families: ['ipv4', 'ipv6'],
          nat: 'auto',
          ...UNTOUCHED,
          place: at(11, 3),
          keys: { interface: at(11, 10), weight: at(11, 27) },
        },
      ],
      affinity: 'client',
      firewall: {
        inbound: 'drop',
        open: [
          { protocol: 'tcp', firstPort: 22, lastPort: 22, place: at(15, 35) },
          { protocol: 'udp', firstPort: 8000, lastPort: 8100, place: at(15, 43) },
        ],
        place: at(15, 11),
      },
      vpn: 'ours',
      mainDefault: 'lines',
      offload: 'software',
      dns: { is: 'file', path: '/run/multihomed/resolv.conf' },
      forwards: [
        {
          lines: ['fiber'],
          protocol: 'tcp',
          firstPort: 443,
          lastPort: 443,
          to: { family: 'ipv4', address: '10.0.0.5', firstPort: 443, lastPort: 443 },
          place: at(20, 26),
        },
        ...[
          { protocol: 'tcp', firstPort: 25, lastPort: 25, place: at(21, 37) },
          { protocol: 'udp', firstPort: 8000, lastPort: 8010, place: at(21, 45) },
        ].map((ports) => ({
          lines: ['fiber', 'dsl'],
          address: '198.51.100.3',
          ...ports,
          to: { family: 'ipv4', address: '10.0.0.6', firstPort: 9000, lastPort: 9000 },
        })),
        {
          lines: ['fiber', 'dsl'],
          protocol: 'udp',
          firstPort: 51_820,
          lastPort: 51_829,
          to: { family: 'ipv6', address: '2001:db8::5', firstPort: 1000, lastPort: 1009 },
          place: at(22, 13),
        },
      ],
      api: {
        address: '::',
        port: 443,
        names: ['router.lan'],
        tls: { certificate: '/etc/tls.crt', key: '/etc/tls.key' },
      },
      hooks: [],
      history: { sizeBytes: 100_000_000, clients: false },
      marks: { mask: 0x00ff_0000 },
      rulePriorityBase: 0,
      keys: {
        lan: at(1, 1),
        lines: at(4, 1),
        affinity: at(12, 1),
        marks: at(13, 1),
        rulePriorityBase: at(14, 1),
        firewall: at(15, 1),
        vpn: at(16, 1),
        mainDefault: at(17, 1),
        dns: at(18, 1),
        forward: at(19, 1),
        api: at(23, 1),
        offload: at(27, 1),
      },
    },
    warnings: [],
  })
})

test('what is left out gets the documented defaults', () => {
  const { config } = accepted('lines: { a: { interface: wan1 }, b: { interface: wan2 } }')
  const at = (column: number): object => ({ file: FILE, line: 1, column })
  const line = (name: string, dev: string, column: number): object => ({
    name,
    interface: dev,
    weight: 1,
    addresses: [],
    gateways: [],
    networks: [],
    families: ['ipv4', 'ipv6'],
    nat: 'auto',
    ...UNTOUCHED,
    place: at(column),
    keys: { interface: at(column + 5) },
  })
  assert.deepEqual(config, {
    file: FILE,
    lan: { interfaces: [], networks: [] },
    lines: [line('a', 'wan1', 10), line('b', 'wan2', 34)],
    affinity: 'pair',
    mainDefault: 'leave',
    offload: 'off',
    dns: { is: 'off' },
    forwards: [],
    hooks: [],
    history: { sizeBytes: 100_000_000, clients: false },
    firewall: { inbound: 'allow', open: [] },
    api: { address: 'localhost', port: 8222, names: [] },
    marks: { mask: 0x3f00_0000 },
    rulePriorityBase: 30_000,
    keys: { lines: at(1) },
  })
})

for (const [name, a, b, line] of [
  ['held by the line', 'address: [192.0.2.2/28, 192.0.2.3/28]', '', 'line: a, '],
  ['held by one of its lines', 'address: [192.0.2.2/28, 192.0.2.3/28]', 'address: 198.51.100.2/28', ''],
  ['routed to the line', 'address: 198.51.100.2/28, networks: 192.0.2.0/29', '', 'line: a, '],
  ['perhaps held by a line that is followed', 'address: 198.51.100.2/28', 'address: dhcp', ''],
] as const) {
  test(`a forward for a single address is taken: ${name}`, () => {
    const entry = `forward: [{ ${line}address: 192.0.2.3, port: tcp/1, to: 10.0.0.5 }]\n`
    const parsed = parseConfig(Buffer.from(`${entry}${fixed(a, b)}`), 'config.yaml')
    assert.ok(parsed.ok, JSON.stringify(parsed))
  })
}

const TWO = 'lines: { a: { interface: wan1 }, b: { interface: wan2 } }\n'
const forward = (...entries: string[]): string =>
  `forward: [${entries.map((one) => `{ ${one} }`).join(', ')}]\n${TWO}`
const fixed = (a: string, b = '', rest = ''): string =>
  `${rest}lines:\n  a: { interface: wan1, ${a} }\n  b: { interface: wan2, ${b} }\n`
const twoAddresses = (sources: string, more = ''): string =>
  fixed(`address: [192.0.2.2/28, 192.0.2.3/28], sources: { ${sources} }${more}`)
const oneCard = (a: string, b: string): string =>
  `lines:\n  a: { interface: wan, ${a} }\n  b: { interface: wan, ${b} }\n`
const many = (count: number): string =>
  `lines:\n${Array.from({ length: count }, (_, i) => `  l${i}: { interface: w${i} }\n`).join('')}`

const health = (keys: string): string => `health: { ${keys} }\n${TWO}`
const ASKED =
  'targets: [{ url: "http://192.0.2.9:8080/a?b", status: 204, body: x }, { dns: 192.0.2.8:5353, name: a.example., expect: 192.0.2.1 }]'

const good: readonly [name: string, text: string | Uint8Array][] = [
  ['a tunnel with its way', fixed('via: b, endpoint: 192.0.2.7')],
  [
    'a tunnel in a tunnel, with several ways and ends',
    fixed('', 'via: [a], endpoint: [192.0.2.7, 192.0.2.8]', '') + '  c: { interface: wg0, via: [b, a] }\n',
  ],
  ['a byte order mark', `\ufeff${TWO}`],
  ['a byte order mark in the bytes', Buffer.from(`\ufeff${TWO}`)],
  ['Windows line ends', 'lines:\r\n  a:\r\n    interface: wan1\r\n  b:\r\n    interface: wan2\r\n'],
  ['a document start and end', `%YAML 1.2\n---\n${TWO}...\n`],
  ['a VLAN and an interface with a dash', 'lines: { a: { interface: eth0.100 }, b: { interface: br-lan } }'],
  ['an interface called like a number, in quotes', 'lines: { a: { interface: "1" }, b: { interface: "2" } }'],
  [
    'line names that are words of JavaScript',
    'lines: { constructor: { interface: wan1 }, __proto__x: { interface: wan2 } }'.replace(
      '__proto__x',
      'toString',
    ),
  ],
  [
    'line names that YAML 1.1 took for yes and no',
    'lines: { on: { interface: wan1 }, no: { interface: wan2 } }',
  ],
  ['nat: off, which YAML 1.1 took for false', fixed('nat: off')],
  [
    'both families, with the gateway of the link',
    fixed('address: [192.0.2.2/24, "2001:db8::2/64"], gateway: ["fe80::1", 192.0.2.1]', 'families: ipv6'),
  ],
  ['several addresses, and networks that are routed', fixed('address: [192.0.2.2/24, 192.0.2.3/24, "2001:db8::2/127"], networks: ["2001:db8:1::/48", 203.0.113.0/29]')], // prettier-ignore
  [
    'a LAN of both families',
    `lan: { interfaces: [{ name: lan0, address: [10.0.0.1/24, "fd00:10::1/64"] }] }\n${TWO}`,
  ],
  ['both addresses of a /31', fixed('address: 192.0.2.0/31, gateway: 192.0.2.1')],
  ['snat without a fixed address follows the address', fixed('nat: snat')],
  ['a gateway without an address', fixed('gateway: 192.0.2.1')],
  [
    'a network of a LAN without known addresses',
    `lan: { interfaces: [lan0], networks: [10.9.0.0/16] }\n${TWO}`,
  ],
  ['as many lines as the mask has numbers for', many(62)],
  ['two lines with a mask of two bits', `marks: { mask: 0x30 }\n${TWO}`],
  ['a mask in decimal', `marks: { mask: 1056964608 }\n${TWO}`],
  [
    'the first and the last port, and ranges that only touch',
    `firewall: { inbound: drop, open: [tcp/1, tcp/2-65535, udp/65535, udp/1-1] }\n${TWO}`,
  ],
  ['a firewall that says what holds anyway', `firewall: { inbound: allow, open: [] }\n${TWO}`],
  ['the largest base', `rulePriorityBase: 32543\n${TWO}`],
  ['the shortest and the longest times', health('suspicion: 200ms, rise: 0s, slow: 10s, lossy: 1%')],
  ['a fraction, and a space before the unit', health('suspicion: 0.5 s, lossy: 12.5 %, rise: 0.25h')],
  ['targets that are the same for both lines, of two kinds', health('targets: [icmp/1.1.1.1, tcp/8.8.8.8]')],
  ['a page and a resolver of which an answer is asked', health(ASKED)],
  [
    'targets of IPv6, in two kinds as well',
    health(
      'targets: [icmp/1.1.1.1, tcp/8.8.8.8, icmp/2620:fe::fe, { dns: "[2001:db8::53]:53", name: a.example, expect: "2001:db8::1" }]',
    ),
  ],
  ['a line nobody watches', fixed('health: off')],
  [
    'a backup beside weights that only normal lines share',
    'lines: { a: { interface: x, weight: 300 }, b: { interface: y, weight: 100 }, c: { interface: z, role: backup } }',
  ],
  ['connections that are never ended', fixed('release: never')],
  [
    'one port for two lines, two addresses and two families',
    forward(
      'line: a, port: tcp/25, to: 10.0.0.5',
      'line: b, port: tcp/25, to: 10.0.0.6',
      'port: tcp/25, to: 10.0.0.7, address: 192.0.2.3',
      'port: tcp/25, to: 2001:db8::5',
      'port: [udp/25, tcp/26-65535], to: 10.0.0.5',
    ),
  ],
  ['no history', `history: off\n${TWO}`],
  ['a large history', `history: { size: 2 GB }\n${TWO}`],
  ['a quota', fixed('quota: 50 GB, billingDay: 15', 'quota: 1.5 TB')],
  ['a history with what each client used', `history: { clients: true }\n${TWO}`],
  ['a program on every event', `hooks: [{ run: /usr/bin/true }]\n${TWO}`],
  [
    'a channel of each kind',
    channels(
      'a: { kind: ntfy, url: "https://ntfy.sh/topic", tokenFile: ntfy.token, title: "{host}: {title} {{}}" }',
      'b: { kind: slack, urlFile: /etc/multihomed/slack.url }',
      'c: { kind: discord, urlFile: discord }',
      'd: { kind: telegram, tokenFile: /run/token, chat: -1001234 }',
      'e: { kind: gotify, url: "https://gotify.lan", tokenFile: /run/token }',
      'f: { kind: webhook, url: "http://10.0.0.5:8080/x?y", keyFile: /run/key, body: "{time} {body} {line} {event}" }',
      'g: { kind: command, run: [/usr/local/bin/sms, admin] }',
      'h: { kind: email, server: "smtp.example.org:465", from: r@example.org, to: [a@example.org, b@example.org], user: r, passwordFile: mail }',
      'i: { kind: email, server: localhost:25, security: off, from: r@router, to: root@router }',
    ),
  ],
]

for (const [name, text] of good) {
  test(`accepted without a word: ${name}`, () => assert.deepEqual(accepted(text).warnings, []))
}

const lan = (inside: string): string => `lan: { ${inside} }\n`
const open = (ports: string): string => `firewall: { inbound: drop, open: [${ports}] }\n${TWO}`

/** What is there on the third line and later, one channel each. */
function channels(...lines: readonly string[]): string {
  return `notify:\n  channels:\n${lines.map((line) => `    ${line}\n`).join('')}${TWO}`
}

/** Text, and what is found in it as `CODE line:column` in the order of the file. */
const wrong: readonly [name: string, text: string | Uint8Array, found: readonly string[]][] = [
  ['bytes of Latin-1', Buffer.from('lines:\n  gr\u00fcn: {}', 'latin1'), ['MH102 2:5']],
  ['UTF-16', Buffer.from(`\ufeff${TWO}`, 'utf16le'), ['MH102 1:1']],
  ['more than 1 MiB', `#${'x'.repeat(1024 * 1024)}`, ['MH103 1:1']],
  ['an empty file', '', ['MH104 1:1']],
  ['nothing but a comment', '# lines:\n', ['MH104 1:1']],
  ['nothing but a document start', '---\n', ['MH104 1:1']],
  ['a value that begins inside a value', 'lines: a: b\n', ['MH105 1:8']],
  ['a bracket that is never closed', 'lines: { a: { interface: wan1 }\n', ['MH105 1:31']],
  ['a quote that is never closed', 'affinity: "pair\n', ['MH105 1:15']],
  ['a key without a colon', 'affinity: pair\nlines\nmarks: 1\n', ['MH105 2:1']],
  ['a key out of line with its neighbours', 'lines:\n  a:\n    interface: a\n   weight: 3\n', ['MH105 4:4']],
  [
    'a key indented as if it belonged to an entry of a list',
    'lan:\n  interfaces:\n    - a\n      networks: [10.0.0.0/8]\n',
    ['MH105 4:7'],
  ],
  [
    'a bracket right behind a colon, and not every line after it',
    `lan:{interfaces: [a]}\n${TWO}`,
    ['MH105 1:1'],
  ],
  [
    'a missing comma at the end of a line',
    'lines: {\n  a: { interface: a }\n  b: { interface: b }\n}\n',
    ['MH105 3:3'],
  ],
  [
    'a missing comma before another line of brackets',
    'lines:\n  a: { interface: a\n    weight: 3 }\n',
    ['MH105 3:5'],
  ],
  [
    'a missing comma behind brackets',
    'lines: { a: { interface: a, health: { rise: 3s } role: backup } }',
    ['MH105 1:50'],
  ],
  ['a value that begins with a reserved sign', 'affinity: @pair\n', ['MH105 1:11']],
  ['a tab as indentation', 'lines:\n\ta:\n', ['MH106 2:1']],
  ['two documents', `${TWO}---\n${TWO}`, ['MH107 3:1']],
  ['an alias', 'lines: { a: &x { interface: w }, b: *x }', ['MH108 1:37']],
  ['an alias to itself', '&a [*a]', ['MH204 1:4']],
  ['an unknown tag', `affinity: !own pair\n${TWO}`, ['MH109 1:11']],
  ['an older YAML, in which no is false', `%YAML 1.1\n---\n${TWO}`, ['MH109 1:1']],
  ['brackets without end', '['.repeat(20_000), ['MH110 1:1']],

  ['a forward without port, and to nowhere', forward('line: a'), ['MH202 1:11', 'MH202 1:11']],
  ['a port that is a number', forward('port: 443, to: 10.0.0.5'), ['MH204 1:19']],
  ['a line by a number', forward('line: 3, port: tcp/1, to: 10.0.0.5'), ['MH204 1:19']],
  ['no port at all', forward('port: [], to: 10.0.0.5'), ['MH204 1:19']],
  ['a port as other programs write it', forward('port: 443/tcp, to: 10.0.0.5'), ['MH213 1:19']],
  [
    'what is asked is no address of one host',
    forward('port: tcp/1, to: 10.0.0.5, address: 192.0.2.0/24'),
    ['MH208 1:49'],
  ],
  ['the API at a port alone', `api: "8222"\n${TWO}`, ['MH230 1:6']],
  ['the API at a name', `api: router.lan:80\n${TWO}`, ['MH230 1:6']],
  ['the API at no port', `api: { listen: "10.0.0.1:70000" }\n${TWO}`, ['MH230 1:16']],
  ['a name of the API with its port', `api: { names: [router.lan:80] }\n${TWO}`, ['MH230 1:16']],
  ['TLS without its key', `api: { tls: { certificate: /a.crt } }\n${TWO}`, ['MH202 1:13']],
  ['TLS with a relative path', `api: { tls: { certificate: a.crt, key: /a.key } }\n${TWO}`, ['MH230 1:28']],
  ['a server by its name', forward('port: tcp/1, to: nas.lan'), ['MH219 1:30']],
  ['a server with a port beyond all ports', forward('port: tcp/1, to: "10.0.0.5:70000"'), ['MH219 1:30']],
  [
    'a server in another family than is asked',
    forward('port: tcp/1, address: 192.0.2.3, to: 2001:db8::5'),
    ['MH219 1:50'],
  ],
  ['a range that does not fit', forward('port: [tcp/10-19, udp/1-5], to: "10.0.0.5:20-24"'), ['MH219 1:45']],
  [
    'more ports than can be numbered anew',
    forward('port: tcp/1001-3000, to: "10.0.0.5:2001-4000"'),
    ['MH219 1:38'],
  ],
  ['a line that is not there', forward('line: [a, c], port: tcp/1, to: 10.0.0.5'), ['MH306 1:23']],
  [
    'one port for two servers',
    forward('port: tcp/1-9, to: 10.0.0.5', 'line: b, port: tcp/9, to: 10.0.0.6'),
    ['MH307 1:61'],
  ],
  [
    'an earlier forward that is wider',
    forward('port: tcp/5, to: 10.0.0.5', 'port: tcp/1-9, to: 10.0.0.6'),
    ['MH307 1:50'],
  ],
  ['a forward to this box', forward('port: tcp/1, to: 127.0.0.1'), ['MH308 1:30']],
  [
    'a forward to this box, by its address in the LAN',
    `lan: { interfaces: [{ name: l, address: 10.0.0.1/24 }] }\n${forward('port: tcp/1, to: 10.0.0.1')}`,
    ['MH308 2:30'],
  ],
  [
    'a forward for an address that its line does not have',
    `forward: [{ line: a, address: 192.0.2.4, port: tcp/1, to: 10.0.0.5 }]\n${twoAddresses('10.0.0.5: 192.0.2.3')}`,
    ['MH309 1:31'],
  ],
  [
    'a forward for an address that none of the lines has',
    `forward: [{ address: 203.0.113.9, port: tcp/1, to: 10.0.0.5 }]\n${fixed('address: 192.0.2.2/28', 'address: 198.51.100.2/28, networks: 203.0.113.0/29')}`,
    ['MH309 1:22'],
  ],
  ['a key twice', `affinity: pair\naffinity: client\n${TWO}`, ['MH201 2:1']],
  ['a line without interface', 'lines: { a: { weight: 1 }, b: { interface: wan2 } }', ['MH202 1:10']],
  ['a lan without interfaces', `${lan('networks: [10.0.0.0/8]')}${TWO}`, ['MH202 1:6']],
  ['a lan with no interface in the list', `${lan('interfaces: []')}${TWO}`, ['MH202 1:20']],
  ['a LAN interface without name', `${lan('interfaces: [{ address: 10.0.0.1/8 }]')}${TWO}`, ['MH202 1:21']],
  [
    'a misspelt key is not missing as well',
    'lines: { a: { interfase: wan1 }, b: { dev: w } }',
    ['MH203 1:15', 'MH203 1:39'],
  ],
  ['a misspelt key of the file', 'lnies: { a: { interface: wan1 } }', ['MH203 1:1']],
  ['a list instead of the file', '- a\n- b\n', ['MH204 1:1']],
  ['one word instead of the file', 'lines', ['MH204 1:1']],
  ['a list of lines', 'lines:\n  - name: a\n', ['MH204 2:3']],
  ['a line that is only its interface', 'lines: { a: wan1, b: { interface: wan2 } }', ['MH204 1:13']],
  ['a line with nothing', 'lines:\n  a:\n  b: { interface: wan2 }\n', ['MH204 2:3']],
  ['one interface instead of a list', `${lan('interfaces: lan0')}${TWO}`, ['MH204 1:20']],
  ['a number in quotes', fixed('weight: "3"'), ['MH204 2:33']],
  ['a number as interface', 'lines: { a: { interface: 1 }, b: { interface: wan2 } }', ['MH204 1:26']],
  ['yes and no', fixed('weight: true'), ['MH204 2:33']],
  ['null', fixed('address: ~'), ['MH204 2:34']],
  ['a mask without its key', `marks: 0x3f000000\n${TWO}`, ['MH204 1:8']],
  [
    'a map as key',
    `lines: { { a: 1 }: { interface: wan1 }, b: { interface: wan2 } }`,
    ['MH204 1:10', 'MH451 1:41'],
  ],
  ['an unknown affinity', `affinity: sticky\n${TWO}`, ['MH205 1:11']],
  ['nat: false', fixed('nat: false'), ['MH205 2:30']],
  [
    'an interface name of 16 bytes',
    'lines: { a: { interface: wan4567890123456 }, b: { interface: wan2 } }',
    ['MH206 1:26'],
  ],
  [
    'an interface name of 15 letters, but 16 bytes',
    'lines: { a: { interface: wan45678901234ü }, b: { interface: wan2 } }',
    ['MH206 1:26'],
  ],
  [
    'an interface name with a slash',
    'lines: { a: { interface: wan/1 }, b: { interface: wan2 } }',
    ['MH206 1:26'],
  ],
  [
    'an interface name that would be a pattern for nft',
    'lines: { a: { interface: wan* }, b: { interface: wan2 } }',
    ['MH206 1:26'],
  ],
  [
    'an interface name that would end a string of nft',
    `lines: { a: { interface: 'wan"' }, b: { interface: wan2 } }`,
    ['MH206 1:26'],
  ],
  [
    'an interface name with white space',
    'lines: { a: { interface: "wan\\t1" }, b: { interface: wan2 } }',
    ['MH206 1:26'],
  ],
  ['an address label', 'lines: { a: { interface: eth0:1 }, b: { interface: wan2 } }', ['MH206 1:26']],
  [
    'an interface name with a letter outside of ASCII',
    'lines: { a: { interface: voilà }, b: { interface: wan2 } }',
    ['MH206 1:26'],
  ],
  [
    'an interface name with something invisible',
    'lines: { a: { interface: w\u200bn }, b: { interface: wan2 } }',
    ['MH206 1:26'],
  ],
  [
    'no name, a dot, two dots, the loopback',
    `${lan('interfaces: ["", ., .., lo]')}${TWO}`,
    ['MH206 1:21', 'MH206 1:25', 'MH206 1:28', 'MH206 1:32'],
  ],
  [
    'a line name with a space',
    'lines: { my line: { interface: wan1 }, b: { interface: wan2 } }',
    ['MH207 1:10'],
  ],
  [
    'a line name that looks like an option',
    'lines: { -a: { interface: wan1 }, b: { interface: wan2 } }',
    ['MH207 1:10'],
  ],
  [
    'a line name that is another table',
    'lines: { Main: { interface: wan1 }, 201: { interface: wan2 } }',
    ['MH207 1:10', 'MH207 1:37'],
  ],
  [
    'a line name of 33 letters',
    `lines: { ${'a'.repeat(33)}: { interface: wan1 }, b: { interface: wan2 } }`,
    ['MH207 1:10'],
  ],
  ['an address without length', fixed('address: 192.0.2.1'), ['MH208 2:34']],
  ['an address that is none', fixed('address: 192.0.2.256/24'), ['MH208 2:34']],
  ['the address of a network', fixed('address: 192.0.2.0/24'), ['MH208 2:34']],
  ['a broadcast address', fixed('address: 192.0.2.255/24'), ['MH208 2:34']],
  ['a network larger than any', fixed('address: 192.0.2.1/7'), ['MH208 2:34']],
  [
    'a loopback and a multicast address',
    fixed('address: 127.0.0.1/8', 'gateway: 224.0.0.1'),
    ['MH208 2:34', 'MH208 3:34'],
  ],
  ['a gateway with a length', fixed('gateway: 192.0.2.1/24'), ['MH208 2:34']],
  ['a gateway by name', fixed('gateway: fritz.box'), ['MH208 2:34']],
  ['a network with host bits', `${lan('interfaces: [lan0], networks: [10.0.0.1/24]')}${TWO}`, ['MH209 1:39']],
  ['a network without length', `${lan('interfaces: [lan0], networks: [10.0.0.1]')}${TWO}`, ['MH209 1:39']],
  ['every address there is', `${lan('interfaces: [lan0], networks: [0.0.0.0/0]')}${TWO}`, ['MH209 1:39']],
  ['a weight of nothing', fixed('weight: 0'), ['MH210 2:33']],
  ['a weight below nothing', fixed('weight: -1'), ['MH210 2:33']],
  ['a weight without end', fixed('weight: .inf', 'weight: .nan'), ['MH210 2:33', 'MH210 3:33']],
  ['a base that pushes our rules behind main', `rulePriorityBase: 32544\n${TWO}`, ['MH210 1:19']],
  ['half a base', `rulePriorityBase: 0.5\n${TWO}`, ['MH210 1:19']],
  ['a mask with gaps', `marks: { mask: 0x5000 }\n${TWO}`, ['MH211 1:16']],
  ['a mask of one bit', `marks: { mask: 0x4000 }\n${TWO}`, ['MH211 1:16']],
  ['a mask over the bit of our own packets', `marks: { mask: 0x70000000 }\n${TWO}`, ['MH211 1:16']],
  ['a mask over the bit of our probes', `marks: { mask: 0xc0000000 }\n${TWO}`, ['MH211 1:16']],
  ['a mask of 33 bits, none, below none', `marks: { mask: 0x1ffffffff }\n${TWO}`, ['MH211 1:16']],
  ['a mask of nothing', `marks: { mask: 0 }\n${TWO}`, ['MH211 1:16']],
  ['an IPv6 address of the link, without length', fixed('address: "fe80::2/64"', 'address: "2001:db8::2"'), ['MH208 2:34', 'MH208 3:34']], // prettier-ignore
  ['IPv6 addresses that no host has', fixed('address: "::1/128"', 'address: ["ff02::1/64", "::ffff:1.2.3.4/128"]'), ['MH208 2:34', 'MH208 3:35', 'MH208 3:49']], // prettier-ignore
  ['the IPv6 network as its own address', fixed('address: "2001:db8::/64"'), ['MH208 2:34']],
  ['two gateways of one family', fixed('gateway: [198.51.100.1, "fe80::1", 198.51.100.9]'), ['MH413 2:60']],
  ['a fixed address beside dhcp', fixed('address: [dhcp, 198.51.100.2/28]'), ['MH414 2:41']],
  [
    'two that ask on one interface',
    oneCard('address: dhcp, gateway: 198.51.100.1', 'address: dhcp, gateway: 198.51.100.9'),
    ['MH415 3:33'],
  ],
  ['an IPv6 gateway elsewhere', fixed('address: "2001:db8::2/64", gateway: "2001:db8:1::1"'), ['MH405 2:61']],
  [
    'an IPv6 network with host bits',
    `${lan('interfaces: [lan0], networks: ["2001:db8::1/64"]')}${TWO}`,
    ['MH209 1:39'],
  ],
  ['a network of a provider that is an address', fixed('networks: [203.0.113.65/29, "2001:db8:5::1/48"]'), ['MH209 2:36', 'MH209 2:53']], // prettier-ignore
  ['a family that is none', fixed('families: ipx', 'families: dual'), ['MH205 2:35', 'MH205 3:35']],

  [
    'ports in the words of other firewalls',
    open('22/tcp, tcp:22, TCP/22, tcp/8000:8100, tcp/022, ssh'),
    ['MH213 1:35', 'MH213 1:43', 'MH213 1:51', 'MH213 1:59', 'MH213 1:74', 'MH213 1:83'],
  ],
  ['a port of any protocol', open('22, "22"'), ['MH204 1:35', 'MH213 1:39']],
  ['ICMP, which has no ports', open('icmp, icmp/8'), ['MH213 1:35', 'MH213 1:41']],
  ['a protocol without port, another protocol', open('tcp, sctp/22'), ['MH213 1:35', 'MH213 1:40']],
  ['a number that is no port', open('"70000"'), ['MH213 1:35']],
  ['port 0, a port beyond the last', open('tcp/0, tcp/65536'), ['MH213 1:35', 'MH213 1:42']],
  ['a range that runs backwards', open('tcp/8100-8000'), ['MH213 1:35']],
  ['one port instead of a list', `firewall: { inbound: drop, open: tcp/22 }\n${TWO}`, ['MH204 1:34']],
  ['one word instead of a firewall', `firewall: drop\n${TWO}`, ['MH204 1:11']],
  ["another firewall's word for drop", `firewall: { policy: reject }\n${TWO}`, ['MH203 1:13']],
  ['inbound: reject', `firewall: { inbound: reject }\n${TWO}`, ['MH205 1:22']],
  ['vpn: last', `vpn: last\n${TWO}`, ['MH205 1:6']],

  ['a time without its unit', health('rise: 3, suspicion: "800"'), ['MH214 1:17', 'MH214 1:31']],
  ["a time with another's unit", health('rise: 3 sec, slow: 1 fortnight'), ['MH214 1:17', 'MH214 1:30']],
  ['a share without a sign', health('lossy: 20'), ['MH214 1:18']],
  ['an amount in bits', fixed('metered: 50 Mb'), ['MH214 2:34']],
  ['an amount without a unit', fixed('metered: 50'), ['MH214 2:34']],
  ['metered: yes', fixed('metered: yes'), ['MH204 2:34']],
  [
    'times that are too short or too long to make sense',
    health('suspicion: 100ms, rise: 2h, slow: 11s, lossy: 0%'),
    ['MH210 1:22', 'MH210 1:35', 'MH210 1:45', 'MH210 1:57'],
  ],
  [
    'what a line may carry in a month for what our questions may cost',
    fixed('metered: 50 GB', 'metered: 1 kB'),
    ['MH210 2:34', 'MH210 3:34'],
  ],
  ['segments of sizes that cannot be', fixed('mss: 0', 'mss: 1400.5'), ['MH210 2:30', 'MH210 3:30']],
  [
    'segments in the words of other programs',
    fixed('mss: clamp', 'mss: "1400"'),
    ['MH205 2:30', 'MH205 3:30'],
  ],
  ['MTUs that cannot be', fixed('mtu: 1279', 'mtu: 65536'), ['MH210 2:30', 'MH210 3:30']],
  ['an MTU in words', fixed('mtu: auto', 'mtu: 1492.5'), ['MH204 2:30', 'MH210 3:30']],
  [
    'speeds without or with another unit',
    fixed('shape: 20', 'shape: { up: 20 mbit/s, down: 5 MB }'),
    ['MH214 2:32', 'MH214 3:38', 'MH214 3:55'],
  ],
  [
    'speeds that no line has, and none',
    fixed('shape: { up: 1 kbit, down: 101 Gbit }', 'shape: {}'),
    ['MH210 2:38', 'MH210 2:52', 'MH202 3:32'],
  ],
  [
    "shape in another program's words",
    fixed('shape: { upload: 20 Mbit }', 'shape: fast'),
    ['MH203 2:34', 'MH214 3:32'],
  ],
  ['health: no', fixed('health: no'), ['MH205 2:33']],
  ['health as a list', fixed('health: [icmp/1.1.1.1]'), ['MH204 2:33']],
  ['keys of other programs', health('interval: 5, reliability: 2, track_ip: [1.1.1.1]'), ['MH203 1:11', 'MH203 1:24', 'MH203 1:40']], // prettier-ignore
  ['nobody to ask', health('targets: []'), ['MH202 1:20']],
  ['an unknown role, preference and share', fixed('role: standby', 'health: { prefer: fast, degraded: off }'), ['MH205 2:31', 'MH205 3:43', 'MH205 3:59']], // prettier-ignore
  [
    'targets in the words of other programs',
    health(
      'targets: [1.1.1.1, ping/1.1.1.1, "icmp:1.1.1.1", 9.9.9.9:443, example.org, imcp/1.1.1.1, carrier pigeon]',
    ),
    ['MH215 1:21', 'MH215 1:30', 'MH215 1:44', 'MH215 1:60', 'MH215 1:73', 'MH215 1:86', 'MH215 1:100'],
  ],
  ['a neighbour as target', health('targets: [arp/192.0.2.1]'), ['MH215 1:21']],
  ['a resolver by its name', health('targets: [dns/example.org, dns/]'), ['MH215 1:21', 'MH215 1:38']],
  ['ICMP with a port', health('targets: [icmp/1.1.1.1:80]'), ['MH215 1:21']],
  [
    'ports that are none',
    health('targets: [tcp/1.1.1.1:0, tcp/1.1.1.1:65536]'),
    ['MH215 1:21', 'MH215 1:36'],
  ],
  [
    'this box as target',
    health('targets: [icmp/127.0.0.1, "http://127.0.0.1"]'),
    ['MH215 1:21', 'MH215 1:37'],
  ],
  [
    'IPv6 targets that nobody on the Internet has',
    health('targets: ["icmp/fe80::1", "http://[::1]/", "dns/[ff02::fb]:5353", "tcp/::ffff:9.9.9.9"]'),
    ['MH215 1:21', 'MH215 1:37', 'MH215 1:54', 'MH215 1:77'],
  ],
  [
    'pages that are none',
    health('targets: ["https:/example.org", "https://u:p@example.org", "https://1.1/", "https://a/#b"]'),
    ['MH215 1:21', 'MH215 1:43', 'MH215 1:70', 'MH215 1:86'],
  ],
  [
    'a status that HTTP has not',
    health('targets: [{ url: "http://a.example", status: 20 }]'),
    ['MH210 1:56'],
  ],
  ['an empty text in a page', health('targets: [{ url: "http://a.example", body: "" }]'), ['MH215 1:54']],
  [
    'an answer without a question, and a name that is none',
    health('targets: [{ dns: 9.9.9.9, expect: 192.0.2.1 }, { dns: 9.9.9.9, name: "a b", expect: x }]'),
    ['MH202 1:45', 'MH215 1:80', 'MH215 1:95'],
  ],
  ['a target without address', health('targets: [{ name: a.example }]'), ['MH202 1:21']],
  ['when to release in other words', fixed('release: off', 'release: { after: 3, own: no }'), ['MH205 2:34', 'MH214 3:43', 'MH204 3:51']], // prettier-ignore
  [
    'failback in other words',
    fixed('failback: drain', 'failback: now', 'failback: drain 10\n'),
    ['MH214 1:11', 'MH205 3:35', 'MH205 4:35'],
  ],
  [
    'programs that cannot be run',
    `hooks: [{ run: tell }, { run: [] }, { run: ["/bin/a\\0"] }, { run: "/bin/a b" }, { on: [down] }]\n${TWO}`,
    ['MH216 1:16', 'MH202 1:31', 'MH216 1:45', 'MH216 1:67', 'MH202 1:81'],
  ],
  [
    'events that are none',
    `hooks: [{ run: /bin/a, on: [failover] }, { run: /bin/a, on: [] }, { run: [/bin/a, 5], timeout: 1h }]\n${TWO}`,
    ['MH205 1:29', 'MH202 1:61', 'MH204 1:83', 'MH210 1:96'],
  ],
  ['a quota that is none', fixed('quota: 50', 'quota: 1 kB'), ['MH214 2:32', 'MH210 3:32']],
  ['days that no month has', fixed('billingDay: 0', 'billingDay: 32'), ['MH210 2:37', 'MH210 3:37']],
  ['a history that is too small', `history: { size: 1 MB }\n${TWO}`, ['MH210 1:18']],
  ['clients in other words', `history: { clients: yes }\n${TWO}`, ['MH204 1:21']],
  ['a history that is switched off in other words', `history: no\n${TWO}`, ['MH205 1:10']],
  [
    'channels that lack what their kind needs, or have what it has no use for',
    channels(
      'a: { url: "https://a.example" }',
      'b: { kind: ntfy }',
      'c: { kind: telegram, tokenFile: /run/t }',
      'd: { kind: slack, url: "https://a.example", tokenFile: /run/t }',
      'e: { kind: webhook, url: "https://a.example", urlFile: /run/u }',
      'f: { kind: mail, server: a.example }',
      'g h: { kind: command, run: /bin/a }',
      'a: { kind: command, run: /bin/a }',
    ),
    [
      'MH202 3:8',
      'MH202 4:8',
      'MH202 5:8',
      'MH203 6:49',
      'MH201 7:51',
      'MH205 8:16',
      'MH224 9:5',
      'MH201 10:5',
    ],
  ],
  [
    'addresses, secrets and templates of channels that would fail when it matters',
    channels(
      'a: { kind: ntfy, url: ntfy.sh/topic }',
      'b: { kind: ntfy, url: "ftp://a.example/" }',
      'c: { kind: ntfy, url: "https://me:secret@a.example/" }',
      'd: { kind: slack, urlFile: "https://hooks.slack.com/x" }',
      'e: { kind: command, run: /bin/a, title: "{titel}" }',
      'f: { kind: command, run: /bin/a, body: "{" }',
    ),
    ['MH221 3:27', 'MH221 4:27', 'MH221 5:27', 'MH225 6:32', 'MH220 7:45', 'MH220 8:44'],
  ],
  [
    'mail that nobody would get, or whose password everybody would',
    channels(
      'a: { kind: email, server: a.example, from: r@a.example }',
      'b: { kind: email, server: "smtp://a.example", from: "R <r@a.example>", to: [r] }',
      'c: { kind: email, server: a.example, from: r@a.example, to: r@a.example, user: r }',
      'd: { kind: email, server: a.example, from: r@a.example, to: r@a.example, user: r, passwordFile: p, security: off }',
    ),
    ['MH202 3:8', 'MH221 4:31', 'MH221 4:57', 'MH221 4:81', 'MH202 5:84', 'MH226 6:101'],
  ],
  [
    'quiet hours, times and messages that are none',
    `notify: { channels: { a: { kind: command, run: /bin/a } }, quiet: 22-7, after: 25h, on: [failover] }\n${TWO}`,
    ['MH223 1:67', 'MH210 1:80', 'MH205 1:90'],
  ],
  ['messages to nobody', `notify: {}\n${TWO}`, ['MH202 1:9']],
  [
    'resolvers that no line leads to, or none at all',
    fixed('dns: [127.0.0.1, "fe80::1", 224.0.0.251, x]', 'dns: []'),
    ['MH217 2:31', 'MH217 2:42', 'MH217 2:53', 'MH217 2:66', 'MH202 3:30'],
  ],
  [
    'more resolvers than anybody has',
    fixed('dns: [9.0.0.1, 9.0.0.2, 9.0.0.3, 9.0.0.4, 9.0.0.5, 9.0.0.6, 9.0.0.7, 9.0.0.8, 9.0.0.9]'),
    ['MH217 2:30'],
  ],
  ['a word for resolvers that is none', fixed('dns: automatic'), ['MH217 2:30']],
  ['the resolvers told to nobody known', `dns: named\n${TWO}`, ['MH218 1:6']],
  ['dnsmasq by its name: it reads a file', `dns: dnsmasq\n${TWO}`, ['MH218 1:6']],
  ['the file of the box, which others write too', `dns: /etc/resolv.conf\n${TWO}`, ['MH218 1:6']],
  ['a path that begins nowhere', `dns: run/resolv.conf\n${TWO}`, ['MH218 1:6']],

  ['one line too many for the mask', many(63), ['MH301 64:3']],
  ['three lines with two bits', `marks: { mask: 3 }\n${many(3)}`, ['MH301 5:3']],
  ['more lines than slots', `marks: { mask: 0x3fffffff }\n${many(241)}`, ['MH301 243:3']],
  [
    'a LAN interface in a network of a line',
    fixed('address: 192.0.2.2/24', '', lan('interfaces: [{ name: lan0, address: 192.0.2.65/26 }]')),
    ['MH302 3:34'],
  ],
  [
    'a LAN network in a network of a line',
    fixed('address: 192.0.2.2/24', '', lan('interfaces: [lan0], networks: [192.0.0.0/16]')),
    ['MH302 3:34'],
  ],
  ['a LAN interface twice', `${lan('interfaces: [lan0, lan0]')}${TWO}`, ['MH303 1:27']],
  [
    'a LAN network inside another',
    `${lan('interfaces: [lan0], networks: [10.0.1.0/24, 10.2.0.0/16, 10.0.0.0/16]')}${TWO}`,
    ['MH304 1:65'],
  ],
  [
    'one LAN network on two interfaces',
    `${lan('interfaces: [{ name: a, address: 10.0.0.1/24 }, { name: b, address: 10.0.0.2/24 }]')}${TWO}`,
    ['MH304 1:76'],
  ],
  ['a port in two ranges', open('tcp/80, tcp/8000-8100, tcp/1-80'), ['MH305 1:58']],
  ['a port twice', open('tcp/22, udp/22, tcp/22'), ['MH305 1:51']],
  ['lines left out', 'affinity: pair\n', ['MH401 1:1']],
  ['no line', 'lines: {}', ['MH401 1:8']],
  ['an interface that is LAN and line', `${lan('interfaces: [wan1]')}${TWO}`, ['MH402 2:26']],
  ['two lines on one interface', 'lines: { a: { interface: w }, b: { interface: w } }', ['MH403 1:47']],
  [
    'two lines on one interface, of which only one says through which gateway',
    oneCard('gateway: 192.0.2.1', 'address: 192.0.2.2/28'),
    ['MH403 3:19'],
  ],
  [
    'two lines on one interface through one gateway',
    oneCard('address: 192.0.2.2/28, gateway: 192.0.2.1', 'address: 192.0.2.3/28, gateway: 192.0.2.1'),
    ['MH403 3:56'],
  ],
  [
    'two lines on one interface, one with a gateway that cannot be: that alone is told',
    oneCard('gateway: 192.0.2.1', 'gateway: 192.0.2'),
    ['MH208 3:33'],
  ],
  ['a target twice', health('targets: [icmp/1.1.1.1, dns/8.8.8.8, icmp/1.1.1.1]'), ['MH408 1:48']],
  [
    'more targets than anybody asks',
    health(
      `targets: [dns/8.8.8.8, ${Array.from({ length: 16 }, (_, i) => `icmp/192.0.2.${i + 1}`).join(', ')}]`,
    ),
    ['MH408 1:280'],
  ],
  ['two lines with one name', 'lines: { a: { interface: v }, a: { interface: w } }', ['MH404 1:31']],
  ['two lines that differ in case', 'lines: { a: { interface: v }, A: { interface: w } }', ['MH404 1:31']],
  ['a gateway elsewhere', fixed('address: 192.0.2.2/28, gateway: 192.0.2.17'), ['MH405 2:57']],
  [
    'a gateway that is the broadcast address',
    fixed('address: 192.0.2.2/28, gateway: 192.0.2.15'),
    ['MH405 2:57'],
  ],
  ['a way by a line that is not there', fixed('via: c'), ['MH409 2:30']],
  ['a way by the line itself', fixed('via: a'), ['MH409 2:30']],
  ['a way named twice', fixed('via: [b, b]'), ['MH409 2:34']],
  ['a way that leads back, told once', fixed('via: b', 'via: a'), ['MH410 2:30']],
  ['a way without a line', fixed('via: []'), ['MH204 2:30']],
  ['a way that is a number', fixed('via: 7'), ['MH204 2:30']],
  ['the far end of a tunnel by its name', fixed('via: b, endpoint: vpn.example.org'), ['MH208 2:43']],
  ['the far end of a tunnel with a port', fixed('via: b, endpoint: "192.0.2.7:1194"'), ['MH208 2:43']],
  ['the far end of a tunnel on this box', fixed('via: b, endpoint: [127.0.0.1]'), ['MH208 2:44']],
  [
    'the far end of a tunnel by IPv6 with a port',
    fixed('via: b, endpoint: "[2001:db8::1]:1194"'),
    ['MH208 2:43'],
  ],
  ['the far end of a tunnel on its link', fixed('via: b, endpoint: "fe80::1"'), ['MH208 2:43']],
  ['a gateway that is the line itself', fixed('address: 192.0.2.2/28, gateway: 192.0.2.2'), ['MH406 2:57']],
  [
    'one address of one interface with two lengths',
    oneCard('address: 192.0.2.2/28, gateway: 192.0.2.1', 'address: 192.0.2.2/24, gateway: 192.0.2.14'),
    ['MH407 3:33'],
  ],
  ['clients with a word for an address', twoAddresses('10.0.0.5: auto'), ['MH208 2:85']],
  [
    'clients that are a network without its first address',
    twoAddresses('10.0.1.7/24: 192.0.2.3'),
    ['MH209 2:75'],
  ],
  ['clients that no LAN has', twoAddresses('0.0.0.0/0: 192.0.2.3'), ['MH209 2:75']],
  ['a client that is this box', twoAddresses('127.0.0.1: 192.0.2.3'), ['MH208 2:75']],
  [
    'clients with an address that the line does not have',
    twoAddresses('10.0.0.5: 192.0.2.4'),
    ['MH416 2:85'],
  ],
  ['clients with an address of the other family', twoAddresses('"fd00::5": 192.0.2.3'), ['MH416 2:86']],
  [
    'clients with an address of the line, and none is given',
    twoAddresses('10.0.0.5: 192.0.2.3', ', nat: off'),
    ['MH417 2:75'],
  ],
  ['the same clients twice', twoAddresses('10.0.0.5: 192.0.2.3, 10.0.0.5/32: 192.0.2.2'), ['MH418 2:96']],
  ['clients in a list', fixed('sources: [10.0.0.5]'), ['MH204 2:34']],
  [
    'two MTUs of one interface',
    oneCard('gateway: 192.0.2.1, mtu: 1492', 'gateway: 192.0.2.14, mtu: 1500'),
    ['MH411 3:50'],
  ],
  [
    'a line shaped that shares its interface',
    oneCard('gateway: 192.0.2.1, shape: 5 Mbit', 'gateway: 192.0.2.14'),
    ['MH412 2:51'],
  ],
  [
    'all of several things, in the order of the file',
    `affinty: pair\n${fixed('weigth: 1', 'nat: maskerade')}marks: { mask: 5 }\n`,
    ['MH203 1:1', 'MH203 3:25', 'MH205 4:30', 'MH211 5:16'],
  ],
]

for (const [name, text, found] of wrong) {
  test(`refused with its place: ${name}`, () => {
    const parsed = parseConfig(text, FILE)
    assert.ok(!parsed.ok, 'it was accepted')
    const got = parsed.error.map(({ code, place }) => `${code} ${place.line}:${place.column}`)
    assert.deepEqual(got, found)
  })
}

const warned: readonly [name: string, text: string, found: readonly string[]][] = [
  [
    'a LAN network that is at no LAN interface',
    `${lan('interfaces: [{ name: lan0, address: 10.0.0.1/24 }], networks: [10.1.0.0/16]')}${TWO}`,
    ['MH351'],
  ],
  ['open ports where nothing is kept out', `firewall: { open: [tcp/22] }\n${TWO}`, ['MH352']],
  [
    'open ports where everything may come in',
    `firewall: { inbound: allow, open: [tcp/22] }\n${TWO}`,
    ['MH352'],
  ],
  ['only one line', 'lines: { a: { interface: wan1 } }', ['MH451']],
  ['weights that are rounded', fixed('weight: 1000'), ['MH452']],
  ['a share that the slots cannot give', `${many(61)}  big: { interface: big, weight: 240 }\n`, ['MH453']],
  ['lines with overlapping networks', fixed('address: 192.168.1.2/24', 'address: 192.168.1.3/24'), ['MH454']],
  [
    'two cards with identical address and gateway, as home routers give them',
    fixed('address: 192.168.1.2/24, gateway: 192.168.1.1', 'address: 192.168.1.2/24, gateway: 192.168.1.1'),
    ['MH454'],
  ],
]

for (const [name, text, found] of warned) {
  test(`accepted with a warning: ${name}`, () => assert.deepEqual(accepted(text).warnings, found))
}

const targets = (list: string): string => `targets: [${list}]`
const backup = (a: string, b: string, top = ''): string =>
  fixed(a, `${b}${b === '' ? '' : ', '}role: backup`, top)

const warnedOfPolicies: readonly [name: string, text: string, found: readonly string[]][] = [
  ['only backups, which share nothing', backup('role: backup', ''), ['MH455 2:31']],
  ['a weight that nothing is shared by', backup('', 'weight: 3'), ['MH456 3:33']],
  ['a port that is open and forwarded', `firewall: { inbound: drop, open: [tcp/22] }\n${forward('port: tcp/1-99, to: 10.0.0.5')}`, ['MH354 1:35']],
  ['a quota that nobody counts', fixed('quota: 50 GB', '', 'history: off\n'), ['MH461 3:32']],
  ['a failback of a line that is always in use', fixed('failback: move'), ['MH457 2:35']],
  ['a failback for lines that are all in use', fixed('', '', 'failback: move\n'), ['MH457 1:11']],
  ['a failback for the only backup, which has its own', backup('', 'failback: leave', 'failback: move\n'), ['MH457 1:11']],
  ['the gateway as target', fixed('gateway: 192.0.2.1', '', health(targets('icmp/192.0.2.1, dns/8.8.8.8')).replace(TWO, '')), ['MH458 1:21']],
  ['a neighbour as target', fixed('address: 192.0.2.2/24, health: { targets: [icmp/192.0.2.9, dns/8.8.8.8] }'), ['MH458 2:68']],
  ['somebody in the LAN as target', `${lan('interfaces: [lan0], networks: [10.0.0.0/8]')}${health(targets('"http://10.1.2.3", dns/8.8.8.8'))}`, ['MH458 2:21']],
  ['ICMP alone, which a provider may drop', health(targets('icmp/1.1.1.1, icmp/8.8.8.8')), ['MH459 1:20']],
  ['ICMP alone over IPv6, whatever is asked over IPv4', health(targets('icmp/1.1.1.1, dns/8.8.8.8, icmp/2001:db8::1, icmp/2001:db8::2')), ['MH459 1:20']],
  ['one target over IPv6', health(targets('icmp/1.1.1.1, dns/8.8.8.8, icmp/2001:db8::1')), ['MH460 1:20']],
  ['pages alone', health(targets('http://a.example, https://b.example')), ['MH459 1:20']],
  ['one target', fixed('health: { targets: [icmp/1.1.1.1] }'), ['MH460 2:44']],
  ['one operator asked in two ways', health(targets('icmp/1.1.1.1, dns/1.1.1.1')), ['MH460 1:20']],
  ['the API on the network without TLS', `api: 10.0.0.1:80\n${TWO}`, ['MH360 1:6']],
] // prettier-ignore

for (const [name, text, found] of warnedOfPolicies) {
  test(`accepted with a warning at its place: ${name}`, () => {
    const parsed = parseConfig(text, FILE)
    assert.ok(parsed.ok)
    const got = parsed.value.warnings.map(({ code, place }) => `${code} ${place.line}:${place.column}`)
    assert.deepEqual(got, found)
  })
}

const sensible: readonly [name: string, text: string][] = [
  ['a backup that drains', backup('', 'failback: drain 5m')],
  ['a failback for the backups', backup('', '', 'failback: move\n')],
  ['a failback of a line that gets nothing while it is bad', fixed('failback: move, health: { degraded: none }')],
  ["a neighbour of another line: over this one it is far away", fixed('address: 192.0.2.2/24', 'health: { targets: [icmp/192.0.2.9, dns/8.8.8.8] }')],
  ['a metered line that shares the work', fixed('metered: true')],
] // prettier-ignore

for (const [name, text] of sensible) {
  test(`accepted without a word: ${name}`, () => assert.deepEqual(accepted(text).warnings, []))
}

const oneCardForTwo: readonly [name: string, first: string, second: string][] = [
  [
    'two networks',
    'address: 192.0.2.2/28, gateway: 192.0.2.1',
    'address: 198.51.100.2/28, gateway: 198.51.100.1',
  ],
  ['one network', 'address: 192.0.2.2/28, gateway: 192.0.2.1', 'address: 192.0.2.3/28, gateway: 192.0.2.14'],
  [
    'one network and one address',
    'address: 192.0.2.2/28, gateway: 192.0.2.1',
    'address: 192.0.2.2/28, gateway: 192.0.2.14',
  ],
  ['addresses that others give', 'gateway: 192.0.2.1', 'gateway: 198.51.100.1'],
]

for (const [name, first, second] of oneCardForTwo) {
  test(`accepted without a word: one card for two lines, with ${name}`, () =>
    assert.deepEqual(accepted(oneCard(first, second)).warnings, []))
}

test('a warning of rounding says what the line gets', () => {
  const parsed = parseConfig(fixed('weight: 1000'), FILE)
  const [warning] = parsed.ok ? parsed.value.warnings : []
  assert.equal(warning?.message, 'the weights 1000:1 are rounded to 240:1')
  assert.match(warning?.why ?? '', /^"[ab]" gets \d+\.\d\d % of new connections instead of \d+\.\d\d %$/)
})

test('every code is met by a row above and listed once, in order', () => {
  const found = [...wrong, ...warned, ...warnedOfPolicies].flatMap((row) =>
    row[2].map((one) => one.split(' ', 1)[0] ?? ''),
  )
  const reported = unreadableFile(FILE, 'permission denied').code
  assert.deepEqual([...new Set([...found, reported])].toSorted(), Object.keys(CODES))
  assert.deepEqual(Object.keys(CODES), Object.keys(CODES).toSorted())
})

test('resolvers are read in every spelling: an address alone, a list, none', () => {
  const read = (dns: string): unknown => {
    const parsed = parseConfig(fixed(`dns: ${dns}`), FILE)
    return parsed.ok ? parsed.value.config.lines[0]?.dns : parsed.error
  }
  assert.deepEqual(read('198.51.100.53'), ['198.51.100.53'])
  assert.deepEqual(read('[198.51.100.53, "2001:DB8:0::53", 198.51.100.53]'), [
    '198.51.100.53',
    '2001:db8::53',
  ])
  assert.deepEqual(read('off'), [])
  assert.equal(read('auto'), 'auto')
})

test('clients with an address of their own: of the line, or of a network that is routed here', () => {
  const text = fixed(
    'address: [192.0.2.2/28, 192.0.2.3/28, 2001:db8::2/64], networks: 203.0.113.64/29, ' +
      'sources: { 10.0.0.5: 192.0.2.3, 10.0.1.0/24: 203.0.113.65, "FD00:0::/64": "2001:DB8:0::2" }',
  )
  const parsed = parseConfig(text, FILE)
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.value.config.lines[0]?.sources, [
    { clients: ipv4('10.0.0.5', 32), address: '192.0.2.3' },
    { clients: ipv4('10.0.1.0', 24), address: '203.0.113.65' },
    { clients: { family: 'ipv6', address: 'fd00::', length: 64 }, address: '2001:db8::2' },
  ])
})
