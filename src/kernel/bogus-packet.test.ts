import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bogusPacket } from './bogus-packet.ts'

const KINDS = [
  ['ack', 0x10],
  ['syn-ack', 0x12],
] as const

/** Where the addresses lie, and what else the checksum is about: the protocol and the length of the TCP part. */
const FAMILIES = [
  {
    family: 'IPv4',
    server: { address: '192.0.2.1', port: 443 },
    client: { address: '10.0.0.11', port: 40_001 },
    source: [12, 'c0000201'],
    destination: [16, '0a00000b'],
    tcpAt: 20,
  },
  {
    family: 'IPv6',
    server: { address: '2001:db8:f::10', port: 443 },
    client: { address: 'fd00::a:11', port: 40_001 },
    source: [8, '20010db8000f00000000000000000010'],
    destination: [24, 'fd0000000000000000000000000a0011'],
    tcpAt: 40,
  },
] as const

for (const [kind, flags] of KINDS)
  for (const { family, server, client, source, destination, tcpAt } of FAMILIES)
    test(`a bogus ${kind} of ${family} is whole: no host drops it for a wrong checksum, and it is the server's and no other's`, () => {
      const packet = bogusPacket(kind, server, client)
      for (const [at, address] of [source, destination])
        assert.equal(packet.toString('hex', at, at + address.length / 2), address)
      const tcp = packet.subarray(tcpAt)
      assert.deepEqual([tcp.readUInt16BE(0), tcp.readUInt16BE(2)], [server.port, client.port])
      assert.equal(tcp[13], flags)
      // What is right sums up to all ones, the checksum included.
      assert.equal(sumOf(packet.subarray(source[0], tcpAt), Buffer.from([0, 6, 0, tcp.length]), tcp), 0xffff)
    })

test('the header of IPv6 says what follows: the kernel fills nothing in', () => {
  const packet = bogusPacket('ack', FAMILIES[1].server, FAMILIES[1].client)
  assert.equal(packet.toString('hex', 0, 8), '6000000000140640')
})

function sumOf(...parts: readonly Buffer[]): number {
  const bytes = Buffer.concat(parts)
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}
