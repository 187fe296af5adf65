import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_HEALTH, targetsOf } from './line-policy.ts'
import type { ProbeTarget } from './probe.ts'

const IPV4 = { kind: 'icmp', address: '192.0.2.1' } as const
const IPV6 = { kind: 'tcp', address: '2001:db8::1' } as const
const NAME = { kind: 'https', host: 'example.org', path: '/' } as const
const NUMBERED = { kind: 'http', host: '2001:db8::2', path: '/' } as const

const usual = {
  ipv4: DEFAULT_HEALTH.targets.filter((target) => 'address' in target && !target.address.includes(':')),
  ipv6: DEFAULT_HEALTH.targets.filter((target) => 'address' in target && target.address.includes(':')),
}

const ROWS: readonly {
  readonly name: string
  readonly targets: readonly ProbeTarget[]
  readonly ipv4: readonly ProbeTarget[]
  readonly ipv6: readonly ProbeTarget[]
}[] = [
  { name: 'whoever names nobody has three operators asked in two ways, in either family', targets: DEFAULT_HEALTH.targets, ...usual },
  { name: 'an address is asked in its own family, of a page too', targets: [IPV4, IPV6, NUMBERED], ipv4: [IPV4], ipv6: [IPV6, NUMBERED] },
  { name: 'a page with a name is asked for in both', targets: [IPV4, NAME], ipv4: [IPV4, NAME], ipv6: [NAME] },
  { name: 'whoever thought of IPv4 alone has the usual ones asked over IPv6', targets: [IPV4], ipv4: [IPV4], ipv6: usual.ipv6 },
  { name: 'whoever thought of IPv6 alone has the usual ones asked over IPv4', targets: [IPV6], ipv4: usual.ipv4, ipv6: [IPV6] },
  { name: 'with health: off nobody is asked in either', targets: [], ipv4: [], ipv6: [] },
] // prettier-ignore

for (const { name, targets, ipv4, ipv6 } of ROWS) {
  test(name, () => {
    assert.deepEqual(targetsOf({ targets }, 'ipv4'), ipv4)
    assert.deepEqual(targetsOf({ targets }, 'ipv6'), ipv6)
  })
}

test('the usual ones are of both families, as many in each', () => {
  assert.deepEqual([usual.ipv4.length, usual.ipv6.length], [6, 6])
})
