import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bogusPacket } from './bogus-packet.ts'

const SERVER = { address: '192.0.2.1', port: 443 }
const CLIENT = { address: '10.0.0.11', port: 40_001 }

for (const [kind, flags] of [
  ['ack', 0x10],
  ['syn-ack', 0x12],
] as const)
  test(`a bogus ${kind} is whole: no host drops it for a wrong checksum, and it is the server's and no other's`, () => {
    const packet = bogusPacket(kind, SERVER, CLIENT)
    assert.equal(packet.subarray(12, 16).join('.'), SERVER.address)
    assert.equal(packet.subarray(16, 20).join('.'), CLIENT.address)
    const tcp = packet.subarray(20)
    assert.deepEqual([tcp.readUInt16BE(0), tcp.readUInt16BE(2)], [SERVER.port, CLIENT.port])
    assert.equal(tcp[13], flags)
    // What is right sums up to all ones, the checksum included.
    assert.equal(sumOf(packet.subarray(12, 20), Buffer.from([0, 6, 0, tcp.length]), tcp), 0xffff)
  })

function sumOf(...parts: readonly Buffer[]): number {
  const bytes = Buffer.concat(parts)
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}
