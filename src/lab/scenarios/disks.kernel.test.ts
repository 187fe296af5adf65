import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { createClient } from '../../api/client.ts'
import { eventually } from '../index.ts'
import { boxState } from './box-state.ts'
import { box } from './box.ts'

const sh = (...argv: readonly [string, ...string[]]): void =>
  void execFileSync(argv[0], argv.slice(1), { stdio: 'ignore' })

describe('a disk that is full or read-only', () => {
  const mounted: string[] = []
  // Before the lab goes.
  after(() => {
    for (const path of mounted) sh('umount', '-l', path)
  })
  const router = box({ lines: [{ name: 'fiber' }, { name: 'dsl' }], clients: 2, wishes: { lines: { fiber: 1 } }, start: 'by-test' }) // prettier-ignore

  /** A disk of 16 KiB. */
  const disk = (path: string): string => {
    mkdirSync(path, { recursive: true })
    sh('mount', '-t', 'tmpfs', '-o', 'size=16k', 'a-disk', path)
    mounted.push(path)
    return path
  }
  const fill = (path: string): void => {
    assert.throws(() => sh('dd', 'if=/dev/zero', `of=${join(path, 'filler')}`, 'bs=4k'))
  }
  const unsaved = async (): Promise<string | undefined> =>
    (await router.status()).notes.find(({ name }) => name === 'memory-unsaved')?.text
  const linesWork = async (names: readonly string[]): Promise<void> => {
    const { failed, lines } = await router.lab.load({ connections: 20 })
    assert.equal(failed, 0)
    for (const name of names) assert.ok((lines[name]?.connections ?? 0) > 0, name)
  }
  const complaints = (): string[] =>
    router.daemon.log.all.filter((line) => line.includes('cannot be written'))

  test('full from the start: the lines work, it is told once and in status, and nothing half is left; room again, it is written', async () => {
    const before = await boxState(router.lab)
    const { stateDir, socket } = router.lab.daemonPaths
    fill(disk(stateDir))
    await router.start()
    await linesWork(['fiber'])
    assert.match(
      (await unsaved()) ?? '',
      /state cannot be written \(ENOSPC.*the lines work, but only .* knows how/,
    )
    assert.equal((await router.status()).matches, true, 'the kernel is as wished, whatever the disk says')
    await router.apply({ lines: { fiber: 1, dsl: 1 } })
    await linesWork(['dsl', 'fiber'])
    const [ofState, ofHistory, ...more] = await eventually(complaints, (all) => all.length > 1, {
      what: 'the history is missed too',
    })
    assert.match(ofState ?? '', /state cannot be written/)
    assert.match(ofHistory ?? '', /history\.db cannot be written: database or disk is full/)
    assert.deepEqual(more, [], 'each is told once')
    assert.deepEqual(
      readdirSync(stateDir).filter((name) => name !== 'history.db'),
      ['filler'],
    )

    // A crash now: the copy beside the socket knows everything.
    assert.ok(existsSync(join(dirname(socket), 'memory.json')))
    await router.daemon.kill()
    await router.start()
    assert.deepEqual(router.daemon.log.all.filter((line) => /steps? done/.test(line)), []) // prettier-ignore

    rmSync(join(stateDir, 'filler'))
    await router.apply({ lines: { dsl: 1 } })
    assert.equal(await unsaved(), undefined)
    assert.ok(readFileSync(join(stateDir, 'memory.json'), 'utf8').endsWith('}\n'))
    const down = await router.client.down({ dryRun: false })
    assert.ok(down.ok, JSON.stringify(down))
    await router.daemon.exited
    assert.deepEqual(await boxState(router.lab), before)
  })

  test('a /run and a state directory that are read-only: the lines work, and status too as soon as its socket can be made', async () => {
    const paths = {
      config: router.lab.daemonPaths.config,
      stateDir: disk(join(router.lab.directory, 'read-only-state')),
      socket: join(disk(join(router.lab.directory, 'read-only-run')), 'multihomed.sock'),
    }
    for (const path of [paths.stateDir, dirname(paths.socket)]) sh('mount', '-o', 'remount,ro', path)
    await router.writeFile({ lines: { fiber: 1, dsl: 1 } })
    const daemon = await router.start({ paths })
    await linesWork(['dsl', 'fiber'])
    assert.match(daemon.log.all.join('\n'), /nobody knows how this box was before/)
    assert.match(daemon.log.all.join('\n'), /the lines work, but multihome status does not/)

    for (const path of [paths.stateDir, dirname(paths.socket)]) sh('mount', '-o', 'remount,rw', path)
    const status = await eventually(() => createClient(paths.socket).status(), ({ ok }) => ok, { what: 'status answers', timeoutMs: 40_000 }) // prettier-ignore
    assert.ok(status.ok && status.value.notes.some(({ name }) => name === 'memory-unsaved'))
    await daemon.stop()
  })
})
