import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeBytes, messageBytes, messagesIn, type NetlinkMessage } from './netlink.ts'
import { familyIn, portIn, withWireguardPorts } from './wireguard-ports.ts'

/** As linux/genetlink.h and linux/wireguard.h lay them out. */
function answer(...attributes: readonly Buffer[]): NetlinkMessage {
  const [message] = messagesIn(messageBytes(29, 0, Buffer.from([0, 1, 0, 0]), ...attributes))
  return message ?? assert.fail()
}
const u16 = (type: number, value: number): Buffer => attributeBytes(type, Uint8Array.of(value & 0xff, value >> 8)) // prettier-ignore
const NAME = attributeBytes(2, Buffer.from('wg0\0'))
const KEY = attributeBytes(3, Buffer.alloc(32, 7))

test('the port of WireGuard is found among what the kernel tells of it', () => {
  assert.equal(portIn(answer(NAME, KEY, u16(6, 51_820), attributeBytes(7, Buffer.alloc(4)))), 51_820)
  assert.equal(portIn(answer(NAME, u16(6, 0))), undefined, 'an interface that is off has none')
  assert.equal(portIn(answer(NAME)), undefined, 'the second of several messages')
})

test('the number under which a kernel has WireGuard', () => {
  assert.equal(familyIn(answer(attributeBytes(2, Buffer.from('wireguard\0')), u16(1, 29))), 29)
})

test('nobody is asked where no interface is one of WireGuard', async () => {
  const links = [
    {
      name: 'wan1',
      index: 1,
      up: true,
      carrier: true,
      pointToPoint: false,
      mtuBytes: 1500,
      rxBytes: 0,
      txBytes: 0,
    },
  ]
  assert.equal(await withWireguardPorts(links), links)
})
