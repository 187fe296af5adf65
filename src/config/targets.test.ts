import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeTarget } from '../model/index.ts'
import { target } from './targets.ts'

for (const [text, wanted] of [
  ['icmp/2001:DB8:0::1', { kind: 'icmp', address: '2001:db8::1' }],
  ['icmp/[2001:db8::1]', { kind: 'icmp', address: '2001:db8::1' }],
  ['dns/2620:fe::9', { kind: 'dns', address: '2620:fe::9' }],
  ['dns/[2620:fe::9]:5353', { kind: 'dns', address: '2620:fe::9', port: 5353 }],
  ['tcp/[2606:4700:4700::1111]:443', { kind: 'tcp', address: '2606:4700:4700::1111', port: 443 }],
  ['tcp/[2606:4700:4700::443]', { kind: 'tcp', address: '2606:4700:4700::443' }],
  ['http://[2001:DB8::1]/', { kind: 'http', host: '2001:db8::1', path: '/' }],
  ['https://[2001:db8::1]:8443/a', { kind: 'https', host: '2001:db8::1', port: 8443, path: '/a' }],
] as const satisfies readonly (readonly [string, ProbeTarget])[]) {
  test(`IPv6 is asked as it is written: ${text}`, () =>
    assert.deepEqual(target(text), { ok: true, value: wanted }))
}

for (const [text, label] of [
  ['2001:db8::1', 'did you mean "icmp/2001:db8::1" or "dns/2001:db8::1"?'],
  ['[2001:db8::1]:443', 'did you mean "tcp/[2001:db8::1]:443"?'],
  ['ping/2001:db8::1', 'did you mean "icmp/2001:db8::1"?'],
  ['icmp/[2001:db8::1]:80', 'did you mean "icmp/2001:db8::1" or "tcp/[2001:db8::1]:80"?'],
  ['tcp/2001:db8::1:443', '"tcp/[2001:db8::1]:443" or "tcp/[2001:db8::1:443]"'],
  ['dns/2001:db8::1:53', '"dns/[2001:db8::1]:53" or "dns/[2001:db8::1:53]"'],
  ['icmp/fe80::1%eth0', 'expected an address, such as 9.9.9.9'],
  ['icmp/fe80::1', 'expected the address of a host'],
  ['tcp/[2001:db8::1]:0', 'expected 1 to 65535'],
] as const) {
  test(`what may be meant is said: ${text}`, () => {
    const parsed = target(text)
    assert.deepEqual(parsed.ok ? 'nothing' : parsed.error.label, label)
  })
}
