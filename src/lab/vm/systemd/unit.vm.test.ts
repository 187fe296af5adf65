import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { dirname } from 'node:path'
import { before, describe, test } from 'node:test'
import type { ApplyDocument, ConfigDocument, ProblemDocument } from '../../../api/contract.ts'
import { eventually } from '../../index.ts'
import { openFlows, talkAll } from '../../scenarios/flows.ts'
import type { Flow } from '../../scenarios/flows.ts'
import { assertNoneFailed, keepAsking } from '../../scenarios/under-load.ts'
import { apply, becomes, CONFIG, journal, machine, must, show, spreads, status } from './machine.ts'

const unit = (...properties: readonly string[]): Promise<Record<string, string>> =>
  show('multihomed', ...properties)

/** Asks the daemon as any program would: HTTP on its socket. */
async function ask<Document>(path: string, body?: object): Promise<Document> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const method = body === undefined ? 'GET' : 'POST'
  const headers = { 'content-type': 'application/json' }
  request({ socketPath: '/run/multihomed/multihomed.sock', method, path, headers }, (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
    response.on('end', () => resolve(text))
  })
    .on('error', reject)
    .end(body && JSON.stringify(body))
  return JSON.parse(await promise) as Document // tests look at single keys
}

describe('the lines come, and stay in use', () => {
  const box = machine()
  let flows: readonly Flow[] = []

  before(async () => {
    await becomes('fiber', 'up')
    await becomes('dsl', 'up')
    flows = await openFlows(box.lab, ['client-1', 'client-2'], 6)
  })

  test('lines that appear after boot are used without a start or a reload', async () => {
    await spreads(box.lab)
    assert.equal((await unit('NRestarts'))['NRestarts'], '0')
  })

  for (const [how, argv] of [
    ['an upgrade (systemctl restart)', ['systemctl', 'restart', 'multihomed']],
    ['systemctl reload', ['systemctl', 'reload', 'multihomed']],
  ] as const)
    test(`${how}, while clients work: no connection is lost, no new one fails`, async () => {
      const load = keepAsking(box.lab)
      await load.more(40)
      await must(...argv)
      await load.more(40)
      await talkAll(flows)
      assertNoneFailed(await load.stop())
      await talkAll(flows)
      await becomes('dsl', 'up')
    })

  test('a crash (kill -9): systemd starts it again, and nobody noticed', async () => {
    const { MainPID: before = '' } = await unit('MainPID')
    const load = keepAsking(box.lab)
    process.kill(Number(before), 'SIGKILL')
    await eventually(
      () => unit('MainPID', 'ActiveState', 'NRestarts'),
      (now) => now['ActiveState'] === 'active' && now['MainPID'] !== before && now['NRestarts'] === '1',
      { what: 'it runs again', timeoutMs: 20_000 },
    )
    await load.more(40)
    assertNoneFailed(await load.stop())
    await talkAll(flows)
  })

  test("a hook runs with the daemon's rights: it may write where the daemon may, and nowhere else", async () => {
    const script = '/usr/local/bin/tell-state'
    const told = '/var/lib/multihomed/told'
    await writeFile(script, `#!/bin/sh\necho "$MULTIHOMED_EVENT $(id -un)" >>${told}\ntouch /etc/not-here 2>&1\ngrep CapEff /proc/self/status >>${told}\n`, { mode: 0o755 }) // prettier-ignore
    const file = await readFile(CONFIG, 'utf8')
    await apply(`${file}hooks: [{ run: [${script}], on: [down] }]\n`)
    await box.lab.cut('dsl')
    const read = (): Promise<string> => readFile(told, 'utf8').catch(() => '')
    await eventually(read, (text) => text.includes('CapEff'), { what: 'the hook ran', timeoutMs: 20_000 })
    assert.match(await read(), /^down multihomed\nCapEff:\s*0000000000003000$/m)
    assert.ok(!existsSync('/etc/not-here'))
    await box.lab.restore('dsl')
    await apply(file)
    await becomes('dsl', 'up')
  })

  test('a configuration that comes by the API is no business of the file while that is root’s; given away it is written, in the cage', async () => {
    const { text, version, writable, unwritable } = await ask<ConfigDocument>('/v1/config')
    const wished = (text ?? '').replace(/$/, '# by the API\n')
    assert.equal(writable, false)
    assert.match(
      unwritable?.help ?? '',
      /^sudo chown multihomed: \/etc\/multihomed \/etc\/multihomed\/config\.yaml/,
    )
    const refused = await ask<ProblemDocument>('/v1/config/apply', { text: wished, version })
    assert.deepEqual([refused.status, refused.code], [409, 'MH610'])
    await must('chown', 'multihomed:', dirname(CONFIG), CONFIG)
    const applied = await ask<ApplyDocument>('/v1/config/apply', { text: wished, version })
    assert.equal(applied.kind, 'Apply', JSON.stringify(applied))
    assert.equal(await readFile(CONFIG, 'utf8'), wished)
    assert.equal((await must('stat', '-c', '%U', CONFIG)).trim(), 'multihomed')
    await must('chown', 'root:', dirname(CONFIG), CONFIG)
    await apply(text ?? '')
  })

  test('the cage denied nothing: settings, ruleset, connections of a dead line, probes', async () => {
    assert.equal((await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8')).trim(), '1')
    assert.doesNotMatch(await journal(), /not permitted|denied|EPERM|EACCES/i)
  })

  test('a wrong file: a reload is refused and what runs goes on; a start ends with 78 and is not tried again', async () => {
    const file = await readFile(CONFIG, 'utf8')
    await writeFile(CONFIG, 'lines: nonsense\n')
    await assert.rejects(must('systemctl', 'reload', 'multihomed'))
    assert.equal((await status()).lines.length, 2)
    await assert.rejects(must('systemctl', 'restart', 'multihomed'))
    const { ActiveState, ExecMainStatus } = await unit('ActiveState', 'ExecMainStatus')
    assert.deepEqual([ActiveState, ExecMainStatus], ['failed', '78'])
    assert.ok(await box.lab.httpGet('client-1', '203.0.113.10'))
    await writeFile(CONFIG, file)
    await must('systemctl', 'start', 'multihomed')
    await becomes('dsl', 'up')
  })

  test('multihome down ends it for good, and the box is as before', async () => {
    await must('multihome', 'down')
    await eventually(() => unit('ActiveState'), (now) => now['ActiveState'] === 'inactive', { what: 'it ends', timeoutMs: 20_000 }) // prettier-ignore
    assert.doesNotMatch(await must('nft', 'list', 'tables'), /multihomed/)
    await must('systemctl', 'start', 'multihomed')
    await becomes('fiber', 'up')
    assert.ok(await box.lab.httpGet('client-1', '203.0.113.10'))
  })
})
