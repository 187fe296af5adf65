import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { makeControlGroup } from '../../kernel/control-group.ts'
import { eventually, ROUTER } from '../index.ts'
import type { Output } from '../index.ts'
import { box } from './box.ts'

/** Control groups belong to the whole machine: an ordinary user's private world cannot make any. */
function whyNoGroups(): string | undefined {
  const made = makeControlGroup()
  if (!made.ok) return made.error.said
  made.value.remove()
  return undefined
}

describe('one command over one line', { skip: whyNoGroups() }, () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    wishes: { lines: { fiber: 1, dsl: 1 } },
  })
  const SERVER = '203.0.113.10'
  const use = (...words: string[]): Promise<Output> => router.lab.command(['use', ...words])
  /** A program of many that knows nothing of lines: it asks the server for the address it is seen with. */
  const ASK = [
    process.execPath,
    '-e',
    `const { get } = require('node:http')
     const ask = () => new Promise((done, failed) => get({ host: '${SERVER}', port: 80, agent: false }, (answer) => {
       let body = ''
       answer.on('data', (part) => (body += part)).on('end', () => done(JSON.parse(body).client))
     }).on('error', failed))
     const all = async () => { for (let i = 0; i < 6; i++) console.log(await ask()) }
     all().catch(({ code }) => { console.log(code); process.exitCode = 7 })`,
  ]
  const addressOf = (line: string): string => router.lab.line(line).address

  test('every connection of the command takes that line, whichever it is', async () => {
    for (const line of ['fiber', 'dsl']) {
      const { code, stdout, stderr } = await use(line, ...ASK)
      assert.deepEqual([code, stderr], [0, ''])
      assert.deepEqual(
        stdout.trim().split('\n'),
        Array.from({ length: 6 }, () => addressOf(line)),
      )
    }
  })

  test('options of the command are its own, its exit code is ours, and what it drops to keeps the line', async () => {
    const dropped = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--', ...ASK]
    const { code, stdout } = await use('dsl', ...dropped)
    assert.deepEqual([code, new Set(stdout.trim().split('\n'))], [0, new Set([addressOf('dsl')])])
    assert.equal((await use('dsl', 'sh', '-c', 'exit 42')).code, 42)
    assert.equal((await use('dsl', 'no-such-command')).code, 127)
  })

  test('other programs of the box take no notice', async () => {
    const { failed, lines } = await router.lab.load({ connections: 20, clients: [ROUTER] })
    assert.deepEqual([failed, Object.values(lines).map((line) => line.connections > 0)], [0, [true, true]])
  })

  test('the table is flushed meanwhile: the command keeps its line', async () => {
    const { lab } = router
    const nft = (...words: string[]): Promise<Output> => lab.run(ROUTER, ['nft', ...words])
    const users = 'list map inet multihomed users'.split(' ')
    const enough = join(lab.directory, 'enough')
    const running = use('dsl', 'sh', '-c', 'until [ -e "$0" ]; do sleep 0.05; done', enough)
    await eventually(
      () => nft(...users),
      ({ stdout }) => stdout.includes('goto use_2'),
      { what: 'held' },
    )
    await nft('flush', 'ruleset')
    await eventually(
      () => nft(...users),
      ({ stdout }) => stdout.includes('goto use_2'),
      { what: 'held again' },
    )
    await writeFile(enough, '')
    assert.equal((await running).code, 0)
    assert.doesNotMatch((await nft(...users)).stdout, /goto/)
  })

  test('over a line that is down nothing leaves by another one, and the command is told', async () => {
    await router.lab.cut('dsl')
    await router.becomes('dsl', 'down')
    const { code, stdout, stderr } = await use('dsl', 'timeout', '1', ...ASK)
    assert.equal(stderr, 'warning: dsl is DOWN: no carrier; the command has no other line\n')
    assert.ok(code === 124 || /^E(HOSTUNREACH|NETUNREACH|ACCES)/.test(stdout), `${code} ${stdout}`)
    await router.lab.restore('dsl')
    await router.becomes('dsl', 'up')
  })

  test('no such line: nothing is run', async () => {
    const { code, stdout, stderr } = await use('dls', 'echo', 'run')
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /there is no line "dls"[^]*did you mean dsl/)
  })
})
