import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isWelcome } from './door-socket.ts'

const directory = mkdtempSync(join(tmpdir(), 'multihomed-door-test-'))
after(() => rmSync(directory, { recursive: true }))

/** As a kernel wrote it: both ends of a connection from 0x99B2 to 8223, and somebody else's elsewhere. */
const CONNECTIONS = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:201F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1464 1 0000 100 0 0 10 0
   1: 0100007F:201F 0100007F:99B2 01 00000000:00000000 00:00000000 00000000     0        0 1465 1 0000 20 4 30 10 -1
   2: 0100007F:99B2 0100007F:201F 01 00000000:00000000 00:00000000 00000000  1000        0 1466 1 0000 20 4 30 10 -1
   3: 0100007F:99B4 0500000A:201F 01 00000000:00000000 00:00000000 00000000  1000        0 1467 1 0000 20 4 30 10 -1
   4: 0100007F:99B6 0100007F:201F 01 00000000:00000000 00:00000000 00000000  1001        0 1468 1 0000 20 4 30 10 -1
   5: 0100007F:99BA 0100007F:201F 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0000 20 4 30 10 -1
`
const file = join(directory, 'tcp')
writeFileSync(file, CONNECTIONS)
const connectionsFd = openSync(file, 'r')
after(() => closeSync(connectionsFd))

for (const [who, fromPort, users, welcome] of [
  ['who started the lab', 0x99b2, [0, 1000], true],
  ['another user of the machine', 0x99b6, [0, 1000], false],
  ['who has the same port, and speaks to another machine', 0x99b4, [0, 1000], false],
  ['who is gone already', 0x99b8, [0, 1000], false],
  ['who asked and closed at once, so that nobody owns the connection', 0x99ba, [0, 1000], false],
] as const)
  test(`${welcome ? 'let in' : 'refused'}: ${who}`, () => {
    const socket = { fd: -1, port: 8223, connectionsFd, users }
    assert.equal(isWelcome(socket, fromPort), welcome)
  })
