import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from './eventually.ts'
import { programEntry } from './package-root.ts'
import { printedLines } from './printed-lines.ts'

const directory = mkdtempSync(join(tmpdir(), 'multihomed-lab-test-'))
after(() => rmSync(directory, { recursive: true, force: true }))

/** What a person has before their eyes when they have seen enough, and how long they hesitate. */
const moments: [seen: RegExp | 'nothing yet', hesitationsMs: number[]][] = [
  ['nothing yet', [0, 150, 300]],
  [/This machine is untouched/, [0, 100]],
  [/ready/, [0, 150]],
  [/answered\.$/, [0, 300, 700]],
  [/Weights turned round/, [0, 400, 1700]],
]
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

describe(
  'an interrupted show says nothing but farewell, tells the shell why, and leaves nothing',
  { concurrency: 2 },
  () => {
    let number = 0
    for (const [seen, hesitationsMs] of moments)
      for (const hesitationMs of hesitationsMs) {
        const signal = SIGNALS[number++ % SIGNALS.length] ?? 'SIGINT'
        test(`${signal} ${hesitationMs} ms after ${seen}`, { timeout: 60_000 }, () =>
          interruptAt(seen, hesitationMs, signal),
        )
      }
  },
)

test(
  'a show whose reader has gone (`lab | head`) ends, and leaves nothing',
  { timeout: 60_000 },
  async () => {
    const { child, ended, out } = startShow('unread', 20)
    await out.waitFor(/ready/)
    child.stdout.destroy()
    await ended
    assert.ok(!existsSync(join(directory, 'unread')))
  },
)

/** @param name of its runtime directory */
function startShow(name: string, connections = 1000) {
  // From a network that knows no private world, as from a user's shell.
  const show = ['-n', process.execPath, programEntry(), 'lab', '--connections', String(connections)]
  const child = spawn('unshare', show, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MULTIHOMED_LAB_DIR: join(directory, name) },
  })
  after(() => child.kill('SIGKILL')) // where it hangs
  const { pid = assert.fail('unshare is missing') } = child
  const ended = new Promise((resolve) => child.once('close', (code, by) => resolve(code ?? by)))
  return { child, pid, ended, out: printedLines(child.stdout, 'the show'), errors: printedLines(child.stderr, 'the show') } // prettier-ignore
}

async function interruptAt(
  seen: RegExp | 'nothing yet',
  hesitationMs: number,
  signal: NodeJS.Signals,
): Promise<void> {
  const { child, pid, ended, out, errors } = startShow('runtime')
  if (seen === 'nothing yet') await listensToSignals(pid)
  else await out.waitFor(seen, { timeoutMs: 30_000 }) // two shows side by side, on a machine that may be busy
  await sleep(hesitationMs)
  const world = readlinkSync(`/proc/${pid}/ns/mnt`)
  const printedBefore = out.all.length
  const sentAtMs = performance.now()
  child.kill(signal)

  const exit = await ended
  const tookMs = performance.now() - sentAtMs
  assert.deepEqual(errors.all, [])
  assert.equal(exit, 128 + constants.signals[signal])
  assert.equal(out.all.at(-1), 'The lab is gone; this machine is as before.')
  // What was on its way when the signal came is no lie.
  assert.doesNotMatch(out.all.slice(printedBefore).join('\n'), /Measured|broken|as wished/i)
  assert.ok(tookMs < 5000, `${tookMs} ms`)
  await eventually(
    () => processesIn(world),
    (left) => left.length === 0,
    { what: 'no process of the lab is left' },
  )
}

/** Before that a signal ends the process as any other, with nothing to clean up. */
async function listensToSignals(pid: number): Promise<void> {
  await eventually(
    () => BigInt(`0x${/^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'}`),
    // Node itself catches SIGINT and SIGTERM, but leaves SIGHUP alone.
    (caught) => (caught & 1n) === 1n,
    { what: 'the show listens to SIGHUP', intervalMs: 2 },
  )
}

/** Its mount namespace is the lab's alone. */
const processesIn = (world: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/ns/mnt`) === world
    } catch {
      return false // ended meanwhile
    }
  })
