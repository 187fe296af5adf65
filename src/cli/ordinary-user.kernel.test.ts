/** What somebody sees who may not look into the kernel: our words, and none of a library's. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const MAIN = join(import.meta.dirname, '..', 'main.ts')

const folder = mkdtempSync(join(tmpdir(), 'multihomed-user-'))
after(() => rmSync(folder, { recursive: true }))
const right = join(folder, 'right.yaml')
const wrong = join(folder, 'wrong.yaml')
writeFileSync(right, 'lines: { fiber: { interface: wan1 }, dsl: { interface: wan2 } }\n')
writeFileSync(wrong, 'lines: { fiber: { interfce: wan1 } }\n')
// The daemon's own is for root alone; here nobody may look into it.
const closed = join(folder, 'closed')
mkdirSync(closed, { mode: 0 })

function multihome(...words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const places = ['--state-dir', closed, '--socket', join(folder, 'x.sock')]
  const program = [process.execPath, MAIN, ...words, ...places]
  return spawnSync('setpriv', ['--bounding-set=-all', '--inh-caps=-all', ...program], { encoding: 'utf8' })
}

const NO_RIGHT = 'error[MH591]: CAP_NET_ADMIN is missing: without it this box cannot be looked at\n'

for (const command of ['plan', 'down'] as const) {
  const words = command === 'plan' ? [command, right] : [command]
  test(`${command} without the right to: one clear error, what to type, and nothing of nft's`, () => {
    const { status, stdout, stderr } = multihome(...words)
    assert.deepEqual([status, stdout], [5, ''])
    assert.equal(stderr, `${NO_RIGHT}    = help: sudo multihome ${command}\n`)
  })

  test(`${command} --json without the right to: the same as a document`, () => {
    const { status, stdout } = multihome(...words, '--json')
    const { kind, code, help } = JSON.parse(stdout) as Record<string, unknown>
    assert.deepEqual([status, kind, code, help], [5, 'Error', 'MH591', `sudo multihome ${command}`])
  })
}

test('check without the right to: the file is judged, and what was left out is said in a line', () => {
  assert.deepEqual([multihome('check', right).status, multihome('check', wrong).status], [0, 3])
  const { stdout, stderr } = multihome('check', right)
  assert.equal(stderr, '')
  assert.match(stdout, /^note\[MH591\]: this box was not looked at, that takes root: sudo multihome check$/m)
  assert.match(stdout, /^note\[MH549\]: the file has no lan:/m)
})

test('doctor without the right to: says what it could not see, and that this takes root', () => {
  const { status, stdout, stderr } = multihome('doctor', '--config', right)
  assert.deepEqual([status, stderr], [0, ''])
  assert.match(stdout, /^Not seen: nft tables of other programs: that takes root, and nft\.$/m)
  const document = JSON.parse(multihome('doctor', '--config', right, '--json').stdout) as {
    unseen: unknown
  }
  assert.deepEqual(document.unseen, [
    'how the lines are, whether messages wait, and who has tokens: no daemon answers',
    'what this kernel can do, and what the lines meet on this box: that takes root',
    'nft tables of other programs: that takes root, and nft',
    `what is remembered in ${closed}: that takes root`,
  ])
})

test('bugreport without the right to: what can be had, for its owner alone, over nothing that is there', () => {
  const [file, report] = [join(folder, 'secret.yaml'), join(folder, 'report.txt')]
  writeFileSync(file, 'lines: { fiber: { interface: wan1, token: S3cret-1 } } # S3cret-2\n')
  const { status, stdout } = multihome('bugreport', report, '--config', file)
  assert.equal(status, 0)
  assert.match(
    stdout,
    /In it\n {2}versions [^]*Taken out[^]*\n {2}the value of lines\.fiber\.token\n[^]*Written: /,
  )
  assert.equal(statSync(report).mode & 0o777, 0o600)
  const text = readFileSync(report, 'utf8')
  assert.ok(text.includes('interface: wan1') && !text.includes('S3cret'), text)
  const again = multihome('bugreport', report, '--config', file)
  assert.equal(again.status, 1)
  assert.match(
    again.stderr,
    /^error\[MH193\]: .*report\.txt cannot be written:\s+something of that name is there already\n/,
  )
})
