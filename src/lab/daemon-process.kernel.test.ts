import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLab, eventually } from './index.ts'

const program = [process.execPath, join(import.meta.dirname, 'fixtures', 'stand-in-daemon.ts')]
const small = { clients: 0, servers: 1 }

test("the daemon runs on the router, with the lab's paths, from ready to its end by SIGTERM", async () => {
  await using lab = await createLab(small)
  const daemon = await lab.startDaemon({ config: 'first', program })
  const { config, stateDir, socket } = lab.daemonPaths
  await daemon.log.waitFor(new RegExp(`^started: first, state ${stateDir}, socket ${socket}$`))
  assert.match(await daemon.log.waitFor(/^devices: /), /\blan0\b.*\bwan1\b.*\bwan2\b/)
  assert.equal(readFileSync(config, 'utf8'), 'first')
  assert.deepEqual(await daemon.stop(), { code: 0, signal: null })
})

test('a reload is a new file and SIGHUP; a crash is a crash, and the next start finds the same files', async () => {
  await using lab = await createLab(small)
  const daemon = await lab.startDaemon({ config: 'first', program })
  await daemon.reload('second')
  await daemon.log.waitFor(/^reloaded: second$/)
  assert.deepEqual(await daemon.kill(), { code: null, signal: 'SIGKILL' })
  const next = await lab.startDaemon({ program })
  await next.log.waitFor(/^started: second/)
})

test('a daemon that ends before it is ready fails the start with its own words', async () => {
  await using lab = await createLab(small)
  await assert.rejects(
    lab.startDaemon({ config: 'wrong', program }),
    /never got ready \(exit code 3.*\n.*expected something right/,
  )
})

test("a log line that never comes is told together with the log's end", async () => {
  await using lab = await createLab(small)
  const daemon = await lab.startDaemon({ config: 'first', program })
  await assert.rejects(
    daemon.log.waitFor(/blue moon/, { timeoutMs: 50 }),
    /did not print within 50 ms a line like \/blue moon\/; the last ones:\nstarted: first/,
  )
  const waiting = daemon.log.waitFor(/blue moon/)
  await Promise.all([assert.rejects(waiting, /ended without printing/), daemon.stop()])
})

test('the lab takes its daemon along when it goes', async () => {
  const lab = await createLab(small)
  const { pid } = await lab.startDaemon({ config: 'first', program })
  await lab.remove()
  await eventually(
    () => isAlive(pid),
    (alive) => !alive,
    { what: 'the daemon is gone' },
  )
})

test('a lab that goes while a daemon starts takes that along too, and begins nothing more', async () => {
  const lab = await createLab(small)
  const pidFile = join(lab.directory, 'pid')
  const neverReady = ['sh', '-c', 'echo $$ >"$0"; exec sleep 60', pidFile]
  const starting = assert.rejects(lab.startDaemon({ program: neverReady }), /the lab is being removed/)
  const pid = await eventually(() => Number(readFileSync(pidFile, 'utf8')), Boolean, { what: 'it runs' })
  const removing = lab.remove()
  await assert.rejects(lab.listen('internet', 'echo', '203.0.113.10', 99), /the lab is being removed/)
  await assert.rejects(lab.startDaemon({ program: neverReady }), /the lab is being removed/)
  await Promise.all([starting, removing, lab.remove()])
  assert.equal(isAlive(pid), false)
})

test('what is just beginning when the lab goes keeps nothing open', async () => {
  const open = (): string =>
    process
      .getActiveResourcesInfo()
      .filter((kind) => /Process|Pipe|TCP/.test(kind))
      .toSorted()
      .join(' ')
  const before = open()
  const lab = await createLab(small)
  const beginnings = [
    lab.watchLinks(),
    lab.listen('internet', 'echo', '203.0.113.10', 99),
    lab.openConnection('internet', '203.0.113.10'),
  ]
  await Promise.all([Promise.allSettled(beginnings), lab.remove()])
  await eventually(open, (now) => now === before, { what: `only this is open: ${before}` })
})

test("the command finds the lab's daemon by its environment", async () => {
  await using lab = await createLab(small)
  const { code, stdout } = await lab.command(['status', '--'], program)
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(stdout), {
    positionals: ['status'],
    MULTIHOMED_CONFIG: lab.daemonPaths.config,
    MULTIHOMED_STATE_DIR: lab.daemonPaths.stateDir,
    MULTIHOMED_SOCKET: lab.daemonPaths.socket,
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
