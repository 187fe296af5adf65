import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { containsAddress, networkOf, parseAddress, parseHostAddress, toAddress, toNumber } from './prefix.ts'

/** Nearly an address: what a person mistypes, and what a program pads. */
const nearlyAddress = fc
  .array(fc.constantFrom('0', '1', '9', '00', '010', '255', '256', '1000', '', 'a', '-1', '1e1', ' 1'), {
    minLength: 3,
    maxLength: 5,
  })
  .chain((parts) => fc.constantFrom(parts.join('.'), `${parts.join('.')}.`, `${parts.join('.')}\n`))

test('an IPv4 address is what ipaddr.js takes for one of four decimal parts, and nothing else', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), nearlyAddress, fc.string()), (text) => {
      const isOne = ipaddr.IPv4.isValidFourPartDecimal(text)
      assert.equal(parseAddress(text)?.family === 'ipv4', isOne)
      if (isOne) assert.equal(parseAddress(text)?.address, ipaddr.IPv4.parse(text).toString())
    }),
  )
})

test('an address of either family is the same after it was a number', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const parsed = parseAddress(text)
      assert.ok(parsed)
      assert.equal(toAddress(parsed.family, toNumber(parsed.address)), parsed.address)
    }),
  )
})

test('a network contains its own host, and nothing of its neighbour', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), (text, length) => {
      const host = parseHostAddress(`${text}/${length}`)
      assert.ok(host)
      const network = networkOf(host)
      assert.ok(containsAddress(network, text))
      const neighbour = toNumber(network.address) ^ (1n << BigInt(32 - length))
      assert.ok(!containsAddress(network, toAddress('ipv4', neighbour)))
    }),
  )
})
