import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDhcpNews, type DhcpNews } from './dhcp-news.ts'

const given = (words: string, event = 'bound'): string => `dhcp\t${event}\t${words.replaceAll(' ; ', '\t')}`
const ADDRESS = { family: 'ipv4', address: '198.51.100.6', length: 28 } as const

const rows: readonly (readonly [name: string, line: string, news: DhcpNews | undefined])[] = [
  [
    'all of it',
    given('ip=198.51.100.6 ; mask=28 ; router=198.51.100.1 198.51.100.2 ; routes= ; dns=203.0.113.10 203.0.113.11 ; mtu=1480 ; lease=3600'), // prettier-ignore
    { is: 'lease', address: ADDRESS, router: '198.51.100.1', dns: ['203.0.113.10', '203.0.113.11'], mtuBytes: 1480, leaseS: 3600 }, // prettier-ignore
  ],
  [
    'an address and nothing else, for ever',
    given('ip=198.51.100.6 ; mask=28 ; router= ; routes= ; dns= ; mtu= ; lease=4294967295', 'renew'),
    { is: 'lease', address: ADDRESS, dns: [] },
  ],
  [
    'a default among classless routes counts more than the router',
    given('ip=198.51.100.6 ; mask=28 ; router=198.51.100.1 ; routes=10.0.0.0/8 198.51.100.3 0.0.0.0/0 198.51.100.4'), // prettier-ignore
    { is: 'lease', address: ADDRESS, router: '198.51.100.4', dns: [] },
  ],
  [
    'no mask: the address alone',
    given('ip=198.51.100.6 ; mask='),
    { is: 'lease', address: { ...ADDRESS, length: 32 }, dns: [] },
  ],
  [
    'what is no address and no number is left out',
    given('ip=198.51.100.6 ; mask=28 ; router=$(reboot) ; dns=evil.example 203.0.113.10 ; mtu=9 ; lease=-1'),
    { is: 'lease', address: ADDRESS, dns: ['203.0.113.10'] },
  ],
  ['an address that is none', given('ip=1.2.3 ; mask=28'), undefined],
  ['the server says no', given('', 'nak'), { is: 'none', because: 'refused' }],
  ['no address yet, or none any more', given('', 'deconfig'), { is: 'none', because: 'over' }],
  ['nobody answers', given('', 'leasefail'), { is: 'silence' }],
  ['what else the client says', 'udhcpc: started, v1.35.0', undefined],
]
for (const [name, line, news] of rows) test(name, () => assert.deepEqual(parseDhcpNews(line), news))
