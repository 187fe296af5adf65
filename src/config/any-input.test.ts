import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { propertyRuns } from '../../scripts/property-runs.ts'
import { parse, stringify } from 'yaml'
import { lineLimit } from '../model/index.ts'
import { API_KEYS, TLS_KEYS } from './api-keys.ts'
import { FORWARD_KEYS } from './forward-keys.ts'
import { FILE_KEYS, FIREWALL_KEYS, HISTORY_KEYS, LAN_INTERFACE_KEYS, LAN_KEYS, MARKS_KEYS } from './keys.ts'
import { LINE_KEYS } from './line-keys.ts'
import { DNS_TARGET_KEYS, HEALTH_KEYS, HOOK_KEYS, PAGE_TARGET_KEYS, RELEASE_KEYS } from './policy-keys.ts'
import { parseConfig } from './parse.ts'
import { formatProblems } from './picture.ts'
import { configSchema } from './schema.ts'

const FILE = 'config.yaml'

/** One value in two places is written out twice. */
const PLAIN = { aliasDuplicateObjects: false }

/** What must hold whatever the input: it is refused with a place to look at, or accepted whole. */
function check(source: string | Uint8Array): void {
  const parsed = parseConfig(source, FILE)
  const problems = parsed.ok ? parsed.value.warnings : parsed.error
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
  const lineCount = text.split('\n').length
  for (const { place, related } of problems) {
    for (const { line, column, length } of [place, ...(related === undefined ? [] : [related.place])]) {
      assert.ok(
        line >= 1 && line <= lineCount && column >= 1 && length >= 0,
        `no such place: ${line}:${column}`,
      )
    }
  }
  // oxlint-disable-next-line no-control-regex -- controls are what must not get out
  assert.doesNotMatch(formatProblems(problems, source), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  const errors = problems.filter((one) => one.severity === 'error')
  assert.equal(errors.length === 0, parsed.ok)
  if (!parsed.ok) return

  const { lines, marks } = parsed.value.config
  assert.ok(lines.length >= 1 && lines.length <= lineLimit(marks.mask))
  assert.equal(new Set(lines.map((line) => line.name.toLowerCase())).size, lines.length)
  const ways = lines.map(({ interface: dev, gateways, name }) => `${dev} ${gateways[0] ?? name}`)
  assert.equal(new Set(ways).size, lines.length, 'two lines that nothing tells apart')
  const isShared = (dev: string): boolean => lines.filter((line) => line.interface === dev).length > 1
  assert.ok(lines.every((line) => line.gateways.length > 0 || !isShared(line.interface)))
  assert.ok(configSchema.safeParse(parse(text)).success, 'editors with the JSON Schema would refuse it')
}

const SLIPS = [
  '\t',
  '\r\n',
  '\n',
  ' ',
  ':',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '#',
  '*a',
  '&a ',
  '!x ',
  '---\n',
  '? ',
  '|',
  '\ufeff',
  '\u0000',
  '…',
  '🙂',
  '~',
  '9',
  '%',
]

const VALID = `lan:
  interfaces: [lan0, { name: lan1, address: 10.0.1.1/24 }]
  networks: [10.0.0.0/24]
lines:
  fiber:
    interface: wan1
    weight: 3
    address: 198.51.100.2/28
    gateway: 198.51.100.1
    sources: { 10.0.0.5: 198.51.100.2 }
  dsl: { interface: wan2, nat: masquerade, dns: [192.0.2.53, 2001:db8::53], role: backup, metered: 50 MB, release: 3s, failback: move }
affinity: pair
firewall: { inbound: drop, open: [tcp/22, udp/8000-8100] }
forward: [{ line: fiber, port: [tcp/443, udp/8000-8010], to: "10.0.0.6:9000-9010" }, { port: tcp/25, to: 2001:db8::5 }]
vpn: ours
mainDefault: lines
offload: software
dns: /run/multihomed/resolv.conf
marks: { mask: 0x3f000000 }
api: { listen: 10.0.0.1:443, names: [a.lan], tls: { certificate: /a.crt, key: /a.key } }
rulePriorityBase: 30000
health: { targets: [icmp/1.1.1.1, { dns: 8.8.8.8, name: a.example, expect: 192.0.2.1 }], suspicion: 800ms, lossy: 10% }
release: { after: never, own: false }
failback: drain 10m
hooks: [{ run: [/bin/true, x], on: [down, up], timeout: 5s }]
history: { size: 200 MB }
notify: { channels: { a: { kind: ntfy, url: "https://a.example/b", title: "{host}: {title}" }, b: { kind: command, run: /bin/true }, c: { kind: email, server: "a.example:25", from: a@b, to: [c@d], user: e, passwordFile: /f } }, quiet: 22:00-07:00, after: 1m, on: [down] }
`

test('no text crashes the parser or is half accepted', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.constantFrom(...SLIPS, 'lines', 'a')).map((parts) => parts.join('')),
  )
  fc.assert(fc.property(text, check), propertyRuns(500))
})

test('no bytes crash the parser', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), check), propertyRuns(300))
})

test('no slip of the fingers in a right file crashes the parser or is half accepted', () => {
  const slip = fc.record({
    at: fc.nat({ max: VALID.length }),
    removed: fc.nat({ max: 4 }),
    typed: fc.oneof(fc.constantFrom('', ...SLIPS), fc.string({ maxLength: 3 })),
  })
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 3 }), (slips) => {
      check(
        slips.reduce(
          (text, { at, removed, typed }) => text.slice(0, at) + typed + text.slice(at + removed),
          VALID,
        ),
      )
    }),
    propertyRuns(1000),
  )
})

/** Values that are right somewhere, wrong elsewhere. */
const leaf = fc.constantFrom<unknown>(
  'wan1',
  'wan2',
  'lan0',
  '10.0.0.1/24',
  '10.0.0.0/24',
  '192.0.2.1',
  'fe80::1',
  'pair',
  'auto',
  'snat',
  'drop',
  'ours',
  'tcp/22',
  'udp/8100-8000',
  3,
  0.5,
  0,
  -1,
  0x30,
  30_000,
  1e300,
  true,
  null,
  '',
  [],
  {},
  ['lan0'],
  '3s',
  '300 ms',
  '20%',
  '2 MB',
  'off',
  'never',
  'drain 5m',
  '/bin/true',
  'down',
  'icmp/1.1.1.1',
  'https://a.example/b',
)

const anyOf = (keys: object, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.dictionary(fc.constantFrom(...Object.keys(keys), 'wieght'), fc.oneof(leaf, value), { maxKeys: 5 })

test('a file of the right keys with any values is refused or accepted whole', () => {
  const list = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.array(fc.oneof(leaf, value), { maxLength: 3 })
  const target = fc.oneof(anyOf(DNS_TARGET_KEYS, leaf), anyOf(PAGE_TARGET_KEYS, leaf))
  const policies = fc.oneof(anyOf(HEALTH_KEYS, list(target)), anyOf(RELEASE_KEYS, leaf))
  const hooks = list(anyOf(HOOK_KEYS, list(leaf)))
  const line = anyOf(LINE_KEYS, policies)
  const lan = anyOf(LAN_KEYS, fc.array(fc.oneof(leaf, anyOf(LAN_INTERFACE_KEYS, leaf)), { maxLength: 3 }))
  const lines = fc.dictionary(fc.constantFrom('fiber', 'Fiber', 'dsl', '1', 'my line'), line, { maxKeys: 3 })
  const ports = fc.constantFrom('tcp/22', '22/tcp', 'tcp/20-30', 'udp/0', 'udp/70000', 'udp/9-1', 'ssh', 22)
  const firewall = anyOf(FIREWALL_KEYS, fc.oneof(leaf, fc.array(fc.oneof(leaf, ports), { maxLength: 3 })))
  const server = fc.constantFrom('10.0.0.6:9000-9010', '[2001:db8::5]:80', 'fe80::1', '127.0.0.1', 'a:1')
  const forward = list(anyOf(FORWARD_KEYS, fc.oneof(leaf, ports, list(ports), server)))
  const api = anyOf(API_KEYS, fc.oneof(leaf, server, anyOf(TLS_KEYS, leaf)))
  const file = fc.oneof(
    anyOf(
      FILE_KEYS,
      fc.oneof(
        lan,
        lines,
        api,
        anyOf(MARKS_KEYS, leaf),
        anyOf(HISTORY_KEYS, leaf),
        firewall,
        policies,
        hooks,
        forward,
      ),
    ),
    fc.record({ lan, lines, firewall, forward }),
    fc.record({ lines, health: policies, release: policies, hooks }),
  )
  fc.assert(
    fc.property(file, (value) => check(stringify(value, PLAIN))),
    propertyRuns(500),
  )
})

test('what the JSON Schema takes, the parser has nothing to say against keys and kinds', () => {
  const dev = fc.constantFrom('wan1', 'wan2', 'wan3')
  const time = fc.constantFrom('1s', '500 ms', '0.5s')
  const targets = fc.uniqueArray(
    fc.constantFrom<unknown>(
      'icmp/1.1.1.1',
      'dns/8.8.8.8:5353',
      'tcp/9.9.9.9',
      'https://a.example:8443/b?c',
      { dns: '9.9.9.9', name: 'a.example', expect: '192.0.2.1' },
      { url: 'http://192.0.2.9', status: 204, body: 'alive' },
    ),
    { minLength: 1 },
  )
  const health = fc.record(
    {
      targets,
      suspicion: time,
      rise: time,
      prefer: fc.constantFrom('quick', 'stable'),
      lossy: fc.constantFrom('1%', '12.5 %'),
      slow: time,
      degraded: fc.constantFrom('keep', 'less', 'none'),
    },
    { requiredKeys: [] },
  )
  const after = fc.oneof(time, fc.constant('never'))
  const release = fc.record({ after, repick: fc.boolean(), own: fc.boolean() }, { requiredKeys: [] })
  const policies = {
    health: fc.oneof(health, fc.constant('off')),
    release: fc.oneof(after, release),
    failback: fc.constantFrom('leave', 'move', 'drain 10m'),
  }
  const hook = fc.record(
    {
      run: fc.constantFrom<unknown>('/bin/true', ['/bin/true'], ['/bin/true', 'a b']),
      on: fc.constantFrom(['down'], ['up', 'down']),
      timeout: time.filter((one) => one === '1s'),
    },
    { requiredKeys: ['run'] },
  )
  const channel = fc.oneof(
    fc.record(
      {
        kind: fc.constant('ntfy'),
        url: fc.constant('https://a.example/b'),
        title: fc.constantFrom('{host}: {title}', '{{'),
      },
      { requiredKeys: ['kind', 'url'] },
    ),
    fc.record({ kind: fc.constant('slack'), urlFile: fc.constantFrom('/run/a', 'slack.url') }),
    fc.record({
      kind: fc.constant('telegram'),
      tokenFile: fc.constant('/run/a'),
      chat: fc.constantFrom<unknown>(1, '@a'),
    }),
    fc.record({
      kind: fc.constant('command'),
      run: fc.constantFrom<unknown>('/bin/true', ['/bin/true', 'x']),
    }),
  )
  const notify = fc.record(
    {
      channels: fc.dictionary(fc.constantFrom('a', 'B-1'), channel),
      on: fc.constantFrom([], ['down', 'restart']),
      after: fc.constantFrom('0s', '1m'),
      quiet: fc.constantFrom('22:00-07:00', '0:30-24:00'),
    },
    { requiredKeys: ['channels'] },
  )
  const forward = fc.record(
    {
      line: fc.constantFrom<unknown>('fiber', ['fiber', 'dsl']),
      address: fc.constantFrom('198.51.100.3'),
      port: fc.constantFrom<unknown>('tcp/443', ['tcp/80', 'udp/80']),
      to: fc.constantFrom('10.0.0.5', '10.0.0.6:9000'),
    },
    { requiredKeys: ['port', 'to'] },
  )
  const line = fc.record(
    {
      interface: dev,
      weight: fc.constantFrom(1, 0.25, 1000),
      address: fc.constantFrom('192.0.2.2/24', '198.51.100.2/28', '203.0.113.1/31'),
      gateway: fc.constantFrom('192.0.2.1', '203.0.113.0'),
      nat: fc.constantFrom('auto', 'snat', 'masquerade', 'off'),
      dns: fc.constantFrom('auto', 'off', '192.0.2.53', ['192.0.2.53', '2001:db8::53']),
      role: fc.constantFrom('normal', 'backup'),
      billingDay: fc.constantFrom(1, 31),
      metered: fc.constantFrom(true, false, '50 MB', '0.5 GB'),
      ...policies,
    },
    { requiredKeys: ['interface'] },
  )
  const file = fc.record(
    {
      lan: fc.record({ interfaces: fc.constantFrom(['lan0'], [{ name: 'wan3' }, 'lan1']) }),
      lines: fc.dictionary(fc.constantFrom('fiber', 'dsl', 'LTE-1'), line, { minKeys: 1 }),
      affinity: fc.constantFrom('connection', 'pair', 'client'),
      firewall: fc.record(
        {
          inbound: fc.constantFrom('allow', 'drop'),
          open: fc.uniqueArray(fc.constantFrom('tcp/22', 'udp/22', 'tcp/1-21', 'tcp/65535')),
        },
        { requiredKeys: [] },
      ),
      forward: fc.uniqueArray(forward, { maxLength: 3 }),
      vpn: fc.constantFrom('first', 'ours'),
      mainDefault: fc.constantFrom('leave', 'lines'),
      offload: fc.constantFrom('off', 'software'),
      dns: fc.constantFrom('off', 'resolved', 'unbound', '/run/resolv.conf'),
      marks: fc.record({ mask: fc.constantFrom(3, 0x3f00_0000) }),
      rulePriorityBase: fc.integer({ min: 0, max: 32_543 }),
      api: fc.constantFrom<unknown>('off', 'localhost:1', { listen: '[2001:db8::1]:443', names: 'a' }),
      ...policies,
      hooks: fc.array(hook, { maxLength: 2 }),
      history: fc.constantFrom<unknown>('off', {}, { size: '5 MB' }, { clients: true }),
      notify,
    },
    { requiredKeys: ['lines'] },
  )
  fc.assert(
    fc.property(file, (value) => {
      assert.ok(configSchema.safeParse(value).success)
      const parsed = parseConfig(stringify(value, PLAIN), FILE)
      const codes = parsed.ok ? [] : parsed.error.map((one) => one.code)
      assert.deepEqual(
        codes.filter((code) => /^MH[12]/.test(code)),
        [],
      )
    }),
    propertyRuns(200),
  )
})

for (const [name, text] of [
  ['keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')],
  [
    'lines',
    `lines:\n${Array.from({ length: 5000 }, (_, i) => `  l${i}: { interface: w${i}, address: 10.0.0.1/8 }\n`).join('')}`,
  ],
  [
    'networks',
    `lan: { interfaces: [a], networks: [${'10.0.0.0/8, '.repeat(5000)}] }\nlines: { a: { interface: b } }`,
  ],
  ['opening brackets', '[{'.repeat(20_000)],
  [
    'white space in a port',
    `firewall: { open: ["1${' '.repeat(200_000)}x"] }\nlines: { a: { interface: b } }`,
  ],
  [
    'forwards',
    `lines: { a: { interface: b } }\nforward:\n${'- { port: tcp/1-9, to: 10.0.0.5 }\n'.repeat(20_000)}`,
  ],
  ['one endless line', `affinity: ${'x '.repeat(100_000)}`],
] as const) {
  test(`a large file of nothing but ${name} is answered`, () => check(text))
}
