import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interfaceName } from './names.ts'
import { configSchema } from './schema.ts'

const inSchema = (name: string): boolean =>
  configSchema.safeParse({ lines: { a: { interface: name } } }).success

for (const name of [
  'wan1',
  'eth0.100',
  'br-lan',
  'ppp0',
  'wlp3s0',
  'enx0011223344ff',
  'veth_a',
  'wg+home',
  '1',
  'all0',
  'a.b-c_d+e.f-g_h',
]) {
  test(`an interface called ${name} can be a line`, () => {
    assert.deepEqual(interfaceName(name), { ok: true, value: name })
    assert.ok(inSchema(name))
  })
}

// The kernel takes most of these. Each would be another name, or none, to something that we hand it to.
const MEANING_SOMETHING = '#\'"\\,;{}$`|&<>()[]!?~^*%/=:'
const REFUSED: readonly { name: string; because: RegExp }[] = [
  { name: 'größe', because: /letters outside of ASCII/ },
  { name: 'wan 1', because: /white space/ },
  { name: 'wan\u00a01', because: /white space/ },
  { name: 'wan\n1', because: /white space/ },
  { name: '-wan', because: /begins with/ },
  { name: '.wan', because: /begins with/ },
  { name: 'all', because: /every interface/ },
  { name: 'default', because: /every interface/ },
  { name: 'lo', because: /this box itself/ },
  { name: 'eth0:1', because: /address label/ },
  { name: 'wan1.10@wan1', because: /two names/ },
  { name: 'a234567890123456', because: /too long/ },
  { name: '', because: /no interface name/ },
  { name: '.', because: /no interface name/ },
  { name: '..', because: /no interface name/ },
  ...Array.from(MEANING_SOMETHING, (sign) => ({
    name: `wan${sign}x`,
    because: /another meaning to ip, nft, sysctl or a shell/,
  })),
]

for (const { name, because } of REFUSED) {
  test(`${JSON.stringify(name)} is refused as an interface, and the message says why`, () => {
    const parsed = interfaceName(name)
    assert.ok(!parsed.ok)
    const { message, label, why } = parsed.error
    assert.match([message, label, why].join('\n'), because)
    assert.ok(!inSchema(name), 'an editor with the JSON Schema would take it')
  })
}

test('who copies a name with its parent, as "ip link" prints it, is told which half is the name', () => {
  const parsed = interfaceName('wan1.10@wan1')
  assert.match(parsed.ok ? '' : (parsed.error.label ?? ''), /did you mean "wan1\.10"\?/)
})
