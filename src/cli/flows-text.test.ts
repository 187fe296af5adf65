import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionsDocument } from '../api/contract.ts'
import { EXAMPLES } from '../api/fake.ts'
import { clientsText, flowsText } from './flows-text.ts'
import { screenFor } from './screen.ts'

const screen = screenFor({ write: () => true }, { LANG: 'C.UTF-8' }, { color: 'never', ascii: false })
const { connections } = EXAMPLES
const [connection] = connections.connections
assert.ok(connection)

test('who has how many on which line, in a table that one reads across', () => {
  const document: ConnectionsDocument = {
    ...connections,
    open: 1206,
    clients: [
      ...connections.clients,
      { client: null, open: 2, closing: 0, lines: [{ line: 'dsl', open: 2, closing: 0 }] },
      { client: '10.0.0.9', open: 1, closing: 1, lines: [{ line: 'dsl', open: 1, closing: 1 }] },
    ],
  }
  assert.equal(
    clientsText(document, screen),
    `402 open connections of 2 clients, and 804 that are closing

CLIENT    OPEN  fiber  dsl
10.0.0.7   400    343   57
this box     2      -    2`,
  )
})

test('one by one: who began, who is asked, what went through', () => {
  const outside = { ...connection, begun: 'outside' as const, client: { address: '2001:db8::5', port: 443 }, line: null } // prettier-ignore
  assert.equal(
    flowsText({ ...connections, connections: [connection, outside], open: 3 }, screen),
    `LINE     PROTO  CLIENT                SERVER            STATE   SENT/RECEIVED
fiber    tcp    10.0.0.7:51234     >  203.0.113.80:443  open   12 kB / 679 kB
removed  tcp    [2001:db8::5]:443  <  203.0.113.80:443  open   12 kB / 679 kB

1 connection more; --limit 1000 shows more of them, --client or --line fewer`,
  )
})

test('where the kernel does not count bytes there is no column of dashes', () => {
  const { sentBytes: _, receivedBytes: __, ...uncounted } = connection
  assert.doesNotMatch(flowsText({ ...connections, connections: [uncounted] }, screen), /SENT/)
})

test('an idle box is told in a sentence', () => {
  const idle = { ...connections, open: 0, closing: 0, clients: [], connections: [] }
  assert.deepEqual(
    [clientsText(idle, screen), flowsText(idle, screen)],
    Array(2).fill('No open connections.'),
  )
  const [client] = connections.clients
  assert.ok(client)
  const over = { ...idle, open: 3, closing: 3, clients: [{ ...client, open: 3, closing: 3 }] }
  assert.equal(clientsText(over, screen), 'No open connections, and 3 that are closing.')
})
