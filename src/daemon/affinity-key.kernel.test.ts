/** What trace asks the kernel for is what the kernel remembers: the numbers of both are the same, in both families. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { array, nat, sample, tuple } from 'fast-check'
import { requirePrivateWorld } from '../lab/index.ts'
import { affinityKeyOf } from '../plan/index.ts'

requirePrivateWorld()

const ipv4 = array(nat(254), { minLength: 3, maxLength: 3 }).map((parts) => `127.${parts.join('.')}`)
const ipv6 = array(nat(0xffff), { minLength: 7, maxLength: 7 }).map(
  (parts) => `fd00:${parts.map((part) => part.toString(16)).join(':')}`,
)

for (const [family, address, fields] of [
  ['IPv4', ipv4, ['ip saddr', 'ip daddr']],
  ['IPv6', ipv6, ['ip6 saddr', 'ip6 daddr']],
] as const)
  test(`of ${family}, whoever meets is found under the number that the kernel made of them`, () => {
    const pairs = sample(tuple(address, address), 40)
    const remembered = numbersAfter(pairs, fields)
    for (const [from, to] of pairs)
      for (const affinity of ['pair', 'client'] as const)
        assert.ok(
          remembered.has(affinityKeyOf(affinity, from, to) ?? assert.fail()),
          `${affinity}: ${from} to ${to}`,
        )
  })

/** In a network of its own. @returns what is in the map after one packet of each */
function numbersAfter(
  pairs: readonly (readonly [from: string, to: string])[],
  [source, destination]: readonly [string, string],
): ReadonlySet<number> {
  const update = (key: string): string =>
    `udp dport 9 update @affinity { jhash ${key} mod 4294967295 seed 0x6d756c74 : ct mark }`
  const rules = `table inet numbers {
  map affinity { typeof numgen inc mod 2 : ct mark; size 65536; flags dynamic,timeout; timeout 10m; }
  chain output {
    type filter hook output priority mangle;
    ${update(`${source} . ${destination}`)}
    ${update(source)}
  }
}
`
  const script = `
    const { execFileSync } = require('node:child_process')
    const { createSocket } = require('node:dgram')
    const type = (command, argv, input) => execFileSync(command, argv, { input, encoding: 'utf8' })
    type('ip', ['-batch', '-'], 'link set lo up\\nroute add local fd00::/16 dev lo\\n')
    require('node:fs').writeFileSync('/proc/sys/net/ipv6/ip_nonlocal_bind', '1')
    type('nft', ['-f', '-'], ${JSON.stringify(rules)})
    const send = ([from, to]) =>
      new Promise((resolve, reject) => {
        const socket = createSocket(from.includes(':') ? 'udp6' : 'udp4')
        socket.bind(0, from, () => socket.send('hello', 9, to, (error) => (socket.close(), error ? reject(error) : resolve())))
      })
    Promise.all(${JSON.stringify(pairs)}.map(send)).then(() => console.log(type('nft', ['-n', 'list', 'map', 'inet', 'numbers', 'affinity'])))`
  const listing = execFileSync('unshare', ['-n', process.execPath, '-e', script], { encoding: 'utf8' })
  return new Set([...listing.matchAll(/(\d+) expires/g)].map(([, number]) => Number(number)))
}
