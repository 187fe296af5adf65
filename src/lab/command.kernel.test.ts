import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { programEntry } from './package-root.ts'
import { run } from './run.ts'
import type { Output } from './run.ts'

const directory = mkdtempSync(join(tmpdir(), 'multihomed-lab-test-'))
const runtimeDirectory = join(directory, 'runtime')
after(() => rmSync(directory, { recursive: true }))

/** From a network that knows no private world, as from a user's shell. */
const lab = (...args: string[]): Promise<Output> =>
  run(undefined, ['unshare', '-n', process.execPath, programEntry(), 'lab', ...args], {
    env: { ...process.env, MULTIHOMED_LAB_DIR: runtimeDirectory },
    timeoutMs: 60_000,
  })

/** As whoever is interrupted does. */
async function leaveBeforeTheAnswer(): Promise<void> {
  const socket = connect(join(runtimeDirectory, 'lab.sock'))
  await once(socket, 'connect')
  await new Promise((resolve) => socket.write('{"do":"status"}\n', resolve))
  socket.destroy()
}

test('the show measures with real packets, says so row by row, and ends by itself without a terminal', async () => {
  const { stdout, stderr } = await lab('--connections', '600', '--lines', 'fiber:100mbit,dsl:50mbit')
  const rows = stdout.split('\n').filter((line) => /as wished/i.test(line))
  assert.equal(rows.length, 11, stdout + stderr)
  // Times depend on what else this machine does; these do not.
  for (const claim of [
    /● share of new connections against the weights/,
    /● connections that failed\s+0 of 600/,
    /● inbound connections answered on their own line\s+20 of 20/,
    /● connections broken by two reloads\s+0 of 34/,
    /● open connections of other lines broken by it\s+0 of/,
    /● packets that left by a line with another line's address\s+0 /,
  ])
    assert.match(stdout, claim)
  assert.match(stdout, /The lab is gone; this machine is as before/)
  assert.deepEqual(readdirSync(directory), [])
})

test('a lab of one line counts it so', async () => {
  const { stdout } = await lab('--lines', 'dsl:1gbit', '--clients', '1', '--connections', '5')
  assert.match(stdout, /^1 pretend line, 1 client, 10 servers, /)
})

test('a lab that stays: up, looked at, played with from another shell, down', async () => {
  try {
    const up = await lab('up', '--clients', '2')
    assert.deepEqual([up.code, up.stderr], [0, ''])
    assert.equal((await lab('up')).code, 1, 'a second one is refused')

    const exec = await lab('exec', 'client-1', 'sh', '-c', 'ip -4 -o address show dev eth0; exit 7')
    assert.equal(exec.code, 7)
    assert.match(exec.stdout, /10\.0\.0\.11\/24/)
    for (const host of ['router', 'client-1'])
      assert.equal((await lab('exec', host, 'uname', '-n')).stdout, `${host}\n`, 'as a prompt would say')
    const shown = (await lab('exec', 'router', process.execPath, programEntry(), 'status')).stdout
    assert.match(shown, /^multihomed \S+ on router,/)

    await lab('cut', 'fiber')
    const status = JSON.parse((await lab('status', '--json')).stdout) as { lines: object[] }
    assert.deepEqual(status.lines, [
      { name: 'fiber', device: 'wan1', address: '198.51.100.2', state: 'cut' },
      { name: 'dsl', device: 'wan2', address: '192.0.2.2', state: 'connected' },
    ])
    assert.match((await lab('exec', 'router', '--', 'ip', 'link', 'show', 'wan1')).stdout, /NO-CARRIER/)
    assert.match((await lab('cut', 'fiber')).stdout, /^fiber is cut already\.$/m)
    const fault = await lab('fault', 'fiber', 'loss', '10%')
    assert.match(fault.stdout, /^fiber: beyond the gateway packets are lost at random, each way\.$/m)
    assert.match(fault.stdout, /fiber +cut, loss 10% +wan1/)
    assert.match((await lab('restore', 'fiber')).stdout, /fiber +connected/)
    assert.match((await lab('cut', 'lte')).stderr, /no line "lte"; it has fiber, dsl/)
    for (let i = 0; i < 20; i++) await leaveBeforeTheAnswer()
    assert.equal((await lab('status')).code, 0, 'one who waits for no answer ends nothing')
  } finally {
    assert.equal((await lab('down')).code, 0)
  }
  assert.equal((await lab('status')).code, 4)
  assert.deepEqual(readdirSync(directory), [], 'neither log nor directory are left')
})

const refused: [string[], RegExp][] = [
  [['--lines', 'fiber:fast'], /"fast" is no speed; expected one like 100mbit/],
  [['--clients', '500'], /^error\[MH190\]: .* expected a number from 1 to 200\n/],
  [['--clients', '0'], /expected a number from 1 to 200\n/],
  [['up', '--lines', 'a,a'], /two lines of the lab are called "a"/],
  [['--lines', 'fiber,main'], /"main" cannot be the name of a line: expected another name/],
  [['up', '--lines', 'default'], /"default" cannot be the name of a line/],
  [['fault', 'fiber', 'delay', 'long'], /"long" is no value for delay; expected TIME, like 200ms/],
  [['fault', 'fiber', 'hiccup'], /^error\[MH190\]: .*Allowed choices are carrier, /],
  [['statsu'], /no command "lab statsu"\. Did you mean status\?/],
]
for (const [args, sentence] of refused)
  test(`wrong usage is told before anything is built: lab ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await lab(...args)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, sentence)
  })
