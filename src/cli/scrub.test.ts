/** What must not leave the box, in whatever clothes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scrubbed, withoutAddresses } from './scrub.ts'

const ROWS = [
  { name: 'as it is', secret: 'tk_s3cret', text: 'sent with tk_s3cret.', clean: 'sent with <>.' },
  { name: 'within JSON', secret: 'a"b\\c-1', text: '"a\\"b\\\\c-1"', clean: '"<>"' },
  { name: 'within an address', secret: 'p@ss/w0rd', text: '?k=p%40ss%2Fw0rd&x', clean: '?k=<>&x' },
  {
    name: 'parts of an address, and not its host',
    secret: 'https://ntfy.sh/t0pic-of-mine?auth=q1w2e3',
    text: 'ntfy.sh says: no topic t0pic-of-mine (q1w2e3)',
    clean: 'ntfy.sh says: no topic <> (<>)',
  },
  {
    name: 'one word of several',
    secret: 'Authorization: Bearer abc-123',
    text: 'got abc-123',
    clean: 'got <>',
  },
  { name: 'the longest first', secret: 'abc12 abc12-345', text: 'abc12-345 abc12', clean: '<> <>' },
  {
    name: 'words of which half the report consists stay',
    secret: 'down --now root',
    text: 'down root',
    clean: 'down root',
  },
  { name: 'numbers of one digit stay', secret: '3', text: 'weight 3', clean: 'weight 3' },
  { name: 'a token of ours', secret: '', text: 'multihomed_Xq3aXq3aXq3aXq3aXq3a', clean: '<>' },
  {
    name: "somebody's header",
    secret: '',
    text: 'authorization: bearer eyJhbGciOi',
    clean: 'authorization: bearer <>',
  },
  {
    name: "somebody's password in an address",
    secret: '',
    text: 'https://me:pw@example.org/',
    clean: 'https://<>@example.org/',
  },
]
for (const { name, secret, text, clean } of ROWS) {
  test(`scrubbed: ${name}`, () => assert.equal(scrubbed(text, [secret], '<>'), clean))
}

test('addresses: public ones and cards get names, the same everywhere; private ones and clocks stay', () => {
  const text = `
198.51.100.2/28 via 198.51.100.1, again 198.51.100.2:443, from 10.0.0.7 and 100.64.0.9
2001:db8::2/64 [2001:db8::2]:443 fe80::1 fe80::5054:ff:fe12:3456 fd00::1 ::1
link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff at 12:34:56 and 2026-11-23T06:41:24.253Z
icmp/1.1.1.1 0x3f000000 iproute2 6.1.0 chosen_1`
  assert.equal(
    withoutAddresses(text),
    `
ipv4-1/28 via ipv4-2, again ipv4-1:443, from 10.0.0.7 and 100.64.0.9
ipv6-1/64 [ipv6-1]:443 fe80::1 ipv6-2 fd00::1 ::1
link/ether card-1 brd ff:ff:ff:ff:ff:ff at 12:34:56 and 2026-11-23T06:41:24.253Z
icmp/1.1.1.1 0x3f000000 iproute2 6.1.0 chosen_1`,
  )
})
