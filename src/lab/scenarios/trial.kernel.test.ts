import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { before, beforeEach, describe, test } from 'node:test'
import { ROUTER, eventually } from '../index.ts'
import type { Output } from '../run.ts'
import { ourProgram } from '../daemon-process.ts'
import { boxState } from './box-state.ts'
import { NOTHING_IS_ENDED, box, routerFile } from './box.ts'
import { openFlows, talkAll } from './flows.ts'
import type { Flow } from './flows.ts'

const three = { fiber: 3, dsl: 1, lte: 1 }
const [FIRST, SECOND, THIRD] = [
  { lines: three, release: NOTHING_IS_ENDED },
  { lines: { ...three, dsl: 5 }, affinity: 'pair', release: NOTHING_IS_ENDED },
  { lines: { ...three, dsl: 9 }, release: NOTHING_IS_ENDED },
] as const

describe('a change on trial', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte' }],
    clients: 3,
    wishes: FIRST,
  })
  /** Open from the beginning to the end, through every change and undo. */
  let flows: readonly Flow[] = []
  let wished: unknown

  before(async () => {
    flows = await openFlows(router.lab, router.lab.topology.clients.map(({ host }) => host), 9) // prettier-ignore
    flows = [
      ...flows,
      ...(await openFlows(router.lab, [ROUTER], 6)).filter(({ name }) => name.startsWith('TCP')),
    ]
    wished = await shape()
  })
  beforeEach(async () => {
    await router.apply(FIRST)
    assert.deepEqual(await shape(), wished)
  })

  const command = (...words: string[]): Promise<Output> => router.lab.command(words)
  /** All there is in the kernel; of the slots only how many each line has, for in which order is nobody's wish. */
  async function shape(): Promise<unknown> {
    const { 'nft list ruleset': ruleset = '', ...others } = await boxState(router.lab)
    const slots = Object.groupBy(ruleset.match(/(?<= : goto )pick_\d+/g) ?? [], (line) => line)
    const shares = Object.entries(slots).map(([line, all]) => `${line} ${all?.length}`)
    return {
      ...others,
      ruleset: ruleset.replace(/map slots \{[^{]*\{[^}]*\}/, ''),
      shares: shares.toSorted(),
    }
  }
  const weights = async (): Promise<number[]> => (await router.status()).lines.map(({ weight }) => weight)
  const noteNames = async (): Promise<string[]> => (await router.status()).notes.map(({ name }) => name)

  async function assertBack(): Promise<void> {
    await eventually(weights, (seen) => seen.join() === '3,1,1', {
      what: 'the former weights are back',
      timeoutMs: 10_000,
    })
    assert.deepEqual(await shape(), wished)
    await talkAll(flows)
    assert.ok((await noteNames()).includes('file-undone'))
  }

  test('confirmed in time it stays, after that time too', async () => {
    await router.writeFile(SECOND)
    const applied = await command('apply', '--confirm', '3')
    assert.equal(applied.code, 0, applied.stderr)
    assert.match(
      applied.stdout,
      /^before {3}fiber \d+ ms {4}dsl \d+ ms {4}lte \d+ ms +3 of 3 work\napply .*\nafter /,
    )
    assert.match(applied.stdout, /On trial: undone in 3 s unless: multihome confirm\n$/)
    assert.ok((await router.status()).trial !== undefined && (await noteNames()).includes('unconfirmed'))
    const undoAt = Date.parse((await router.status()).trial?.undoAt ?? '')
    assert.equal((await command('confirm')).code, 0)
    await eventually(
      () => Date.now(),
      (now) => now > undoAt + 500,
      { what: 'the time is over' },
    )
    assert.deepEqual([await weights(), (await router.status()).trial], [[3, 5, 1], undefined])
    await talkAll(flows)
  })

  test('not confirmed it is undone by the daemon: nobody waits for it, no terminal is needed', async () => {
    const before = await readFile(router.lab.daemonPaths.config, 'utf8')
    await router.writeFile(SECOND)
    const file = await readFile(router.lab.daemonPaths.config, 'utf8')
    assert.notEqual(file, before)
    assert.equal((await command('apply', '--confirm', '1')).code, 0)
    assert.deepEqual(await weights(), [3, 5, 1])
    await assertBack()
    assert.equal(await readFile(router.lab.daemonPaths.config, 'utf8'), file, 'the file is the operator’s')
    const late = await command('confirm')
    assert.equal(late.code, 7)
    assert.match(late.stderr, /^error\[MH607\]: the change was undone at .*: no answer in 1 s\n/)
  })

  test('a terminal that is lost with the question on it changes nothing', async () => {
    await router.writeFile(SECOND)
    const asking = askOnTerminal('apply --confirm 3', 'sleep 9', ['timeout', '-s', 'KILL', '2'])
    await eventually(weights, (seen) => seen.join() === '3,5,1', { what: 'it is applied' })
    await asking
    await assertBack()
  })

  test('on a terminal it asks, and yes keeps it', async () => {
    await router.writeFile(SECOND)
    const { stdout, code } = await askOnTerminal('apply --confirm 30', 'sleep 2; echo yes')
    assert.match(stdout, /Keep it\? Type yes, or run multihome confirm elsewhere\.\s+Undo in 30 s › /)
    assert.match(stdout, /Kept\. It holds over restarts and reboots too\./)
    assert.deepEqual([code, await weights()], [0, [3, 5, 1]])
  })

  test('on a terminal nobody answers: told what is in force again, exit code 7', async () => {
    await router.writeFile(SECOND)
    const { stdout, code } = await askOnTerminal('apply --confirm 2', 'sleep 6')
    assert.match(
      stdout.replaceAll(/\s+/g, ' '),
      /Undone: no answer in 2 s\. The configuration of \d\d:\d\d:\d\d is in force again \(\d+ rules, \d+ routes, \d+ nexthops and 1 table read back\)/,
    )
    assert.equal(code, 7)
    await assertBack()
  })

  test('worse than before (a gateway that is none) is undone at once, with the reason', async () => {
    const wrong = routerFile(router.lab, SECOND).replace('192.0.2.1"', '192.0.2.9"')
    assert.notEqual(wrong, routerFile(router.lab, SECOND))
    await writeFile(router.lab.daemonPaths.config, wrong)
    const { code, stdout } = await command('apply', '--confirm', '600')
    assert.equal(code, 7, stdout)
    assert.match(stdout, /after +fiber \d+ ms {4}dsl: .*\n/)
    assert.match(
      stdout.replaceAll(/\s+/g, ' '),
      /Undone: dsl answered before and does not now \(.*\)\. The configuration/,
    )
    await assertBack()
  })

  test('a line that was dead before is no reason to undo', async () => {
    await router.lab.blackhole('lte')
    await router.writeFile(SECOND)
    const { code, stdout } = await command('apply', '--confirm', '600')
    await router.lab.restore('lte')
    await router.becomes('lte', 'up')
    assert.equal(code, 0, stdout)
    assert.match(stdout, /lte: no answer within 2000 ms +2 of 3 work/)
    assert.equal((await command('confirm')).code, 0)
  })

  test('killed in between (-9) and started again it runs the former one, and says so; apply takes the file all the same', async () => {
    await router.writeFile(SECOND)
    assert.equal((await command('apply', '--confirm', '600')).code, 0)
    for (const end of [() => router.daemon.kill(), () => router.daemon.stop()]) {
      await end()
      await router.start()
      await assertBack()
      assert.ok(
        router.daemon.log.all.some((line) => /was undone at .*ended before it was confirmed/.test(line)),
      )
    }
    assert.equal((await command('apply')).code, 0)
    assert.deepEqual([await weights(), await noteNames()], [[3, 5, 1], []])
    await talkAll(flows)
  })

  test('undo twice goes back twice, and a restart believes it', async () => {
    for (const wishes of [SECOND, THIRD]) await router.apply(wishes)
    for (const expected of [
      [3, 5, 1],
      [3, 1, 1],
    ]) {
      const { code, stdout } = await command('undo')
      assert.equal(code, 0)
      assert.match(
        stdout.replaceAll(/\s+/g, ' '),
        /^Undone: somebody asked for it\. The configuration of .* read back/,
      )
      assert.deepEqual(await weights(), expected)
      await talkAll(flows)
    }
    await router.daemon.stop()
    await router.start()
    await assertBack()
  })

  test('a second apply and a SIGHUP wait until the first is confirmed or undone', async () => {
    await router.writeFile(SECOND)
    assert.equal((await command('apply', '--confirm', '600')).code, 0)
    await router.writeFile(THIRD)
    const second = await command('apply')
    assert.equal(second.code, 6)
    assert.match(second.stderr, /error\[MH604\]/)
    const after = router.daemon.log.all.length
    await router.daemon.reload()
    await router.daemon.log.waitFor(/is not read: the last change waits/, { after })
    assert.deepEqual(await weights(), [3, 5, 1])
    assert.equal((await command('undo')).code, 0)
    await assertBack()
  })

  test('down in between leaves nothing that would be undone later', async () => {
    await router.writeFile(SECOND)
    assert.equal((await command('apply', '--confirm', '600')).code, 0)
    assert.equal((await command('down')).code, 0)
    await router.daemon.exited
    await router.start()
    assert.deepEqual([await weights(), await noteNames()], [[3, 5, 1], []])
  })

  /** The command with a terminal of its own, on which `typist`, a line for the shell, types. */
  async function askOnTerminal(
    words: string,
    typist: string,
    around: readonly string[] = [],
  ): Promise<Output> {
    const line = [...ourProgram(), words].join(' ')
    const terminal = [...around, 'script', '-qec', `'${line}'`, '/dev/null'].join(' ')
    return router.lab.run(ROUTER, ['sh', '-c', `(${typist}) | ${terminal}`], {
      env: { ...process.env, ...router.lab.commandEnvironment, LANG: 'C.UTF-8', TERM: 'xterm' },
    })
  }
})
