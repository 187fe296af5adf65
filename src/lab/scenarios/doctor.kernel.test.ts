/** What doctor finds out about lines by asking over them: provider by provider, each with a fault of its own. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DoctorDocument } from '../../api/contract.ts'
import { box } from './box.ts'

const SILENT = '203.0.113.99'

describe('doctor asks over each line', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte' }],
    clients: 1,
    servers: 1,
    wishes: {
      lines: { fiber: 1, dsl: 1, lte: 1 },
      more: { fiber: { dns: ['1.1.1.1'] }, dsl: { dns: [SILENT] } },
    },
  })

  async function doctor(): Promise<{
    readonly signs: readonly string[]
    readonly unseen: readonly string[]
  }> {
    const { stdout } = await router.lab.command(['doctor', '--json'])
    const { findings, unseen } = JSON.parse(stdout) as DoctorDocument
    const ours = findings.filter(({ name }) => name === 'mtu' || name === 'resolvers' || name === 'daemon')
    return { signs: ours.map(({ severity, text }) => `${severity} ${text}`), unseen }
  }

  test('a resolver that is silent, packets that vanish, and those that the way says it does not take', async () => {
    const { lab } = router
    await lab.must('isp-fiber', ['ip', 'link', 'set', 'uplink', 'mtu', '1443'])
    const hole = 'table ip hole { chain f { type filter hook forward priority 0; ip length > 1392 drop; }; }'
    await lab.must('isp-dsl', ['nft', '-f', '-'], { input: hole })
    const { signs } = await doctor()
    const starts = [
      /^fix no resolver of dsl answers by it \(203\.0\.113\.99\)/,
      /^fix by dsl packets of 1392 bytes pass, not those of 1500 that \w+ takes; larger ones vanish/,
      /^note by fiber packets of 1443 bytes pass, .*; the way says so/,
      /^ok multihomed .* runs for/,
      /^ok resolvers answer by their own lines: fiber 1\.1\.1\.1$/,
      /^ok packets of the full size pass: lte 1500$/,
    ]
    for (const start of starts) assert.ok(signs.some((sign) => start.test(sign)), `${String(start)}\n${signs.join('\n')}`) // prettier-ignore
    assert.equal(signs.length, starts.length, signs.join('\n'))
  })

  test('a line that is down is not asked over, nor one of which nobody knows a resolver, and that is said', async () => {
    const { lab } = router
    await lab.cut('dsl')
    await router.becomes('dsl', 'down')
    const { unseen } = await doctor()
    assert.deepEqual(unseen, [
      'whether names are answered by lte: no resolvers of it are known (dns: of a line names them)',
      'resolvers and sizes of packets by dsl: it is down',
    ])
  })
})
