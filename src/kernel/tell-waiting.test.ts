import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { BogusKind, BogusSender } from './bogus-packet.ts'
import { roundsOf, tellAgain, tellAtOnce, type Waiting } from './tell-waiting.ts'

let sent: (readonly [BogusKind, string])[]
let refuses: (host: string) => boolean
const sender: BogusSender = {
  send(kind, _inTheNameOf, { address }) {
    if (refuses(address)) return false
    sent.push([kind, address])
    return true
  },
  close() {},
}
beforeEach(() => {
  sent = []
  refuses = () => false
})

const waitingOn = (host: string, connections: number): Waiting[] =>
  Array.from({ length: connections }, (_, i) => ({
    near: { address: host, port: 40_000 + i },
    far: { address: '192.0.2.1', port: 443 },
  }))

test('whoever cannot be sent anything is not counted as told', async () => {
  refuses = (host) => host === 'b'
  const told = await tellAtOnce(sender, [...waitingOn('a', 40), ...waitingOn('b', 3)])
  assert.equal(told.length, 40)
  assert.deepEqual(new Set(sent.map(([kind]) => kind)), new Set(['ack']))
})

test('a line that is back ends the telling between two handfuls', async () => {
  const calling = new AbortController()
  refuses = () => {
    calling.abort()
    return false
  }
  const told = await tellAtOnce(sender, waitingOn('a', 1000), calling.signal)
  assert.ok(told.length > 0 && told.length < 100)
})

test('an old client that answers a hundred SYN/ACKs a second gets fewer, and its neighbour need not wait for it', () => {
  const rounds = roundsOf([...waitingOn('a', 250), ...waitingOn('b', 5)])
  const perHost = rounds.map((round) => Map.groupBy(round, ({ near }) => near.address))
  assert.ok(perHost.every((hosts) => (hosts.get('a')?.length ?? 0) < 10))
  assert.equal(perHost[0]?.get('b')?.length, 5)
  assert.equal(rounds.flat().length, 255)
})

test('those who have answered are left in peace', async () => {
  await tellAgain(sender, waitingOn('a', 2), async () => waitingOn('b', 1))
  assert.deepEqual(sent, [['syn-ack', 'b']])
})

test('a line that comes back while its clients are waited for: not one more packet', async () => {
  const calling = new AbortController()
  const done = tellAgain(sender, waitingOn('a', 2), async () => waitingOn('a', 2), calling.signal)
  calling.abort()
  await done
  assert.deepEqual(sent, [])
})
