import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { makeControlGroup, sweepUseGroups } from '../../kernel/control-group.ts'
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

const ALL = { fiber: 1, dsl: 1, lte: 1 }

describe('one command over one line', { skip: whyNoGroups() }, () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte' }],
    clients: 1,
    wishes: { lines: ALL },
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
    const none = await use('dsl', 'no-such-command')
    assert.equal(none.code, 127)
    assert.match(none.stderr, /^multihome use: .*no-such-command: not found$/m)
  })

  test('other programs of the box take no notice', async () => {
    const { failed, lines } = await router.lab.load({ connections: 20, clients: [ROUTER] })
    assert.deepEqual(
      [failed, Object.values(lines).map((line) => line.connections > 0)],
      [0, [true, true, true]],
    )
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

  /** Asks until the file is there, ten times a second at most; every address it was seen with, or why it was not. */
  const askUntil = (file: string): string[] => [
    process.execPath,
    '-e',
    `const { get } = require('node:http'), { existsSync } = require('node:fs'), seen = new Set()
     const ask = () => new Promise((done) => get({ host: '${SERVER}', port: 80, agent: false, timeout: 500 }, (answer) => {
       let body = ''
       answer.on('data', (part) => (body += part)).on('end', () => done(JSON.parse(body).client))
     }).on('timeout', function () { this.destroy() }).on('error', ({ code }) => done(code)))
     const all = async () => { while (!existsSync('${file}')) seen.add(await ask()) }
     all().then(() => console.log([...seen].join()))`,
  ]

  test('lines that go and come in the file: the command keeps its own, and has none when its own goes', async () => {
    const file = join(router.lab.directory, 'asked-enough')
    const running = use('dsl', ...askUntil(file))
    await eventually(
      async () => (await router.lab.run(ROUTER, 'nft list map inet multihomed users'.split(' '))).stdout,
      (text) => text.includes('goto use_2'),
      { what: 'held' },
    )
    await router.apply({ lines: { dsl: 1, lte: 1 } })
    await router.apply({ lines: ALL })
    await router.apply({ lines: { fiber: 1, lte: 1 } })
    await writeFile(file, '')
    const { stdout } = await running
    const seen = stdout.trim().split(',')
    const { address } = router.lab.line('dsl')
    assert.deepEqual(
      seen.filter((one) => /^\d/.test(one) && one !== address),
      [],
      stdout,
    )
    await router.apply({ lines: ALL })
  })

  test('killed in the middle of it: what it left running keeps the line, and nothing stays when that ends', async () => {
    const enough = join(router.lab.directory, 'killed-enough')
    // Who waits for its output would wait for what it left running.
    const script =
      'exec >&- 2>&-; kill -9 $PPID; for i in $(seq 400); do [ -e "$0" ] && break; sleep 0.05; done'
    await use('dsl', 'sh', '-c', script, enough)
    const held = async (): Promise<boolean> =>
      (await router.lab.run(ROUTER, 'nft list map inet multihomed users'.split(' '))).stdout.includes('goto')
    assert.ok(await held())
    await writeFile(enough, '')
    await eventually(
      async () => {
        await router.apply({ lines: ALL }) // a look, as there is one every 30 s
        return held()
      },
      (is) => !is,
      { what: 'nobody is held any more' },
    )
    sweepUseGroups() // as the regular look does, for which nobody here waits
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
