import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { EXAMPLES } from '../api/fake.ts'
import { eventually } from './eventually.ts'
import type { Lab } from './lab.ts'
import { planTopology } from './topology.ts'
import { watchLoad } from './watch-load.ts'

test('what is wished for is what the daemon wishes now: nothing of a line that is dead', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'watch-load-'))
  const socket = join(directory, 'daemon.sock')
  const [line] = EXAMPLES.status.lines
  assert.ok(line)
  const lines = [
    { ...line, name: 'fiber', wantedShareRatio: 0 },
    { ...line, name: 'dsl', wantedShareRatio: 1 },
  ]
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify({ ...EXAMPLES.status, lines }))
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  t.after(async () => {
    server.close()
    await rm(directory, { recursive: true })
  })

  let shown: readonly string[] = []
  const stage = { isTerminal: true, columns: 80, say() {}, clear() {}, live: (rows: readonly string[]) => (shown = rows) } // prettier-ignore
  const record = {
    client: '',
    server: '',
    tookMs: 1,
    startedAtMs: 0,
    outcome: { ok: true, source: '', line: 'dsl' },
  } as const
  const lab = { topology: planTopology(), daemonPaths: { socket } } as unknown as Lab // all that is read of it
  using _ = watchLoad(lab, stage, { lastSecond: () => [record] })
  const [, fiber = '', dsl = ''] = await eventually(
    () => shown,
    (rows) => rows.some((row) => row.includes('wish 100.0 %')),
    { what: 'the daemon has said what it wishes' },
  )
  assert.match(fiber, /^ {2}fiber .* 0\.0 % {2}\(wish {3}0\.0 %\)/)
  assert.match(dsl, /^ {2}dsl .* 100\.0 % {2}\(wish 100\.0 %\)/)
})
