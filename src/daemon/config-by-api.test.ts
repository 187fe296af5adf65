import assert from 'node:assert/strict'
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { loadHistory, saveHistory } from './history-store.ts'
import { A, B, C, codes, scene, silent, untilOver, works, type Scene } from './pretend-changes.ts'

const versionOf = async ({ changes }: Scene): Promise<string> => {
  const { inFile } = await changes.report()
  return inFile.ok ? inFile.value.version : assert.fail(inFile.error)
}
const inFile = ({ file }: Scene): Promise<string> => readFile(file, 'utf8')

/** On trial for long, from the file as it is. */
const tried = async (it: Scene, text = B) =>
  it.changes.applyText({ text, version: await versionOf(it), confirmMs: 60_000 })

test('without a trial it runs and is the file at once; what it replaced is kept', async (t) => {
  const it = await scene(t)
  assert.equal((await it.changes.applyText({ text: B, version: await versionOf(it) })).is, 'applied')
  assert.deepEqual([await inFile(it), it.weights], [B, [1, 2]])
  assert.deepEqual(it.changes.former.accepted.map(({ text }) => text), [B, A]) // prettier-ignore
  const next = await it.restart()
  assert.deepEqual([next.weights, codes(next)], [[2], []])
})

test('on trial it runs and is in no file; confirmed it is both, over a restart too', async (t) => {
  const it = await scene(t)
  const outcome = await tried(it)
  assert.ok(outcome.is === 'applied' && outcome.trial !== undefined)
  assert.deepEqual([await inFile(it), it.weights, codes(it)], [A, [1, 2], ['unconfirmed']])
  const onTrial = await it.changes.report()
  assert.deepEqual([onTrial.running.text, onTrial.running.sinceMs > 0], [B, true])
  assert.deepEqual(await it.changes.confirm(), { is: 'confirmed' })
  assert.deepEqual([await inFile(it), codes(it)], [B, []])
  assert.deepEqual((await it.restart()).weights, [2])
})

test('not confirmed in time: the file is as before, nothing warns of it, and the work of whoever wrote it is kept', async (t) => {
  const it = await scene(t)
  await it.changes.applyText({ text: B, version: await versionOf(it), confirmMs: 5 })
  await untilOver(it)
  assert.deepEqual([await inFile(it), it.weights, codes(it)], [A, [1, 2, 1], []])
  const late = await it.changes.confirm()
  assert.ok(late.is === 'nothing' && late.undone?.why === 'no answer in 0.005 s')
  const next = await it.restart()
  assert.deepEqual([next.weights, codes(next)], [[1], []])
  assert.deepEqual(next.changes.former.tried.map(({ text, why }) => [text, why]), [[B, 'no answer in 0.005 s']]) // prettier-ignore
  assert.equal((await next.changes.apply({})).is, 'applied')
  assert.equal(next.changes.former.tried.length, 1, 'kept until it is wished again')
  await next.changes.applyText({ text: B, version: await versionOf(next) })
  assert.deepEqual(next.changes.former.tried, [])
})

test('worse than before is undone at once', async (t) => {
  const it = await scene(t)
  it.measures.push([works('fiber'), works('dsl')], [works('fiber'), silent('dsl')])
  assert.equal((await tried(it)).is, 'undone')
  assert.deepEqual([await inFile(it), it.weights, it.changes.trial], [A, [1, 2, 1], undefined])
})

test('a daemon that ends in the trial runs what the file holds, and keeps what was tried', async (t) => {
  const it = await scene(t)
  await tried(it)
  const next = await it.restart()
  assert.deepEqual([next.weights, await inFile(next), codes(next)], [[1], A, []])
  assert.deepEqual(next.changes.former.tried.map(({ text }) => text), [B]) // prettier-ignore
})

test('a daemon that ends between the file and its own notes knows that it was confirmed', async (t) => {
  const it = await scene(t)
  await tried(it)
  const asOnTrial = await loadHistory(it.state, assert.fail)
  await it.changes.confirm()
  await saveHistory(it.state, asOnTrial)
  const next = await it.restart()
  assert.deepEqual([next.weights, codes(next), next.changes.trial], [[2], [], undefined])
  assert.deepEqual([next.changes.former.accepted.map(({ text }) => text), next.changes.former.tried], [[B, A], []]) // prettier-ignore
})

test('made from another file than the one that is there: refused before anything is touched', async (t) => {
  const it = await scene(t)
  const version = await versionOf(it)
  await it.write(C)
  assert.deepEqual(await it.changes.applyText({ text: B, version, confirmMs: 60_000 }), { is: 'changed' })
  assert.deepEqual([await inFile(it), it.weights], [C, [1]])
})

test('a wrong text is refused as a whole, and the file is not spoken of', async (t) => {
  const it = await scene(t)
  const outcome = await tried(it, `${B}wieght: 3\n`)
  assert.ok(outcome.is === 'refused' && outcome.problems[0]?.line === 3)
  assert.deepEqual([it.weights, codes(it)], [[1], []])
})

test('while it is on trial nobody else changes anything; the shell confirms and undoes it all the same', async (t) => {
  const it = await scene(t)
  await tried(it)
  assert.equal((await tried(it, C)).is, 'pending')
  assert.equal((await it.changes.apply({})).is, 'pending', 'by SIGHUP as well')
  assert.equal((await it.changes.undo()).is, 'undone')
  assert.deepEqual([await inFile(it), it.weights], [A, [1, 2, 1]])
})

test('who writes to the file meanwhile loses nothing: it is not confirmed over him', async (t) => {
  const it = await scene(t)
  await tried(it)
  await it.write(C)
  assert.equal((await it.changes.confirm()).is, 'changed')
  assert.deepEqual([await inFile(it), it.changes.trial !== undefined], [C, true])
  // Whoever wrote the very same means the same.
  await it.write(B)
  assert.deepEqual(await it.changes.confirm(), { is: 'confirmed' })
})

test('undo after it was confirmed goes back, and leaves the file to the operator', async (t) => {
  const it = await scene(t)
  await it.changes.applyText({ text: B, version: await versionOf(it) })
  assert.equal((await it.changes.undo()).is, 'undone')
  assert.deepEqual([await inFile(it), it.weights, codes(it)], [B, [1, 2, 1], ['file-undone']])
  // What runs, taken over the file once more, settles it.
  const [former] = it.changes.former.accepted
  await it.changes.applyText({ text: former?.text ?? '', version: await versionOf(it), confirmMs: 60_000 })
  assert.deepEqual([await inFile(it), it.changes.trial, codes(it)], [A, undefined, []])
})

test('what the kernel refuses becomes no file', async (t) => {
  const it = await scene(t)
  it.refuseNext()
  assert.equal((await it.changes.applyText({ text: B, version: await versionOf(it) })).is, 'failed')
  it.refuseNext()
  assert.equal((await tried(it)).is, 'failed')
  assert.deepEqual([await inFile(it), it.changes.trial, codes(it)], [A, undefined, []])
})

test('mode, comments and a symbolic link stay, and nothing is left beside the file', async (t) => {
  const it = await scene(t)
  const real = join(dirname(it.file), 'repository', 'router.yaml')
  await mkdir(dirname(real))
  await rename(it.file, real)
  await chmod(real, 0o640)
  await symlink(real, it.file)
  const commented = `# größer\n${B}`
  await it.changes.applyText({ text: commented, version: await versionOf(it) })
  assert.ok((await lstat(it.file)).isSymbolicLink())
  assert.deepEqual([await readFile(real, 'utf8'), (await stat(real)).mode & 0o777], [commented, 0o640])
  assert.deepEqual(await readdir(dirname(real)), ['router.yaml'])
})

test('a file that cannot be written is told at once, with what to do, and nothing is begun', async (t) => {
  const it = await scene(t)
  const version = await versionOf(it)
  // For root no mode forbids anything, so it is a folder that is gone.
  const gone = `${it.file}.away`
  await rename(it.file, gone)
  await symlink(join(it.file, 'nowhere'), it.file)
  const report = await it.changes.report()
  assert.ok(!report.inFile.ok && report.unwritable !== undefined)
  assert.deepEqual(await it.changes.applyText({ text: B, version }), { is: 'changed' })
  await rm(it.file)
  await rename(gone, it.file)
  assert.deepEqual(it.weights, [1])
})

test('a file that cannot be written when it is confirmed stays on trial; written without one, everything goes back', async (t) => {
  const it = await scene(t)
  await tried(it)
  // In the way of the new file, and no power on earth removes it by unlink.
  const inTheWay = join(dirname(it.file), '.config.yaml.multihomed')
  await mkdir(inTheWay)
  await writeFile(join(inTheWay, 'x'), '')
  const outcome = await it.changes.confirm()
  assert.ok(outcome.is === 'unwritable' && outcome.trial !== undefined)
  await it.changes.undo()
  assert.equal((await it.changes.applyText({ text: B, version: await versionOf(it) })).is, 'unwritable')
  assert.deepEqual([await inFile(it), it.weights], [A, [1, 2, 1, 2, 1]])
  assert.deepEqual((await it.restart()).weights, [1])
})

test('a program or a file is named in the file itself first: who may only ask the API has nothing run by the daemon', async (t) => {
  const it = await scene(t)
  const hook = 'hooks: [{ run: [/bin/sh, -c, id] }]\n'
  for (const [more, what] of [
    [hook, 'the program ["/bin/sh","-c","id"]'],
    ['notify: { channels: { a: { kind: command, run: [/bin/x] } } }\n', 'the program ["/bin/x"]'],
    ['notify: { channels: { a: { kind: slack, urlFile: /etc/shadow } } }\n', 'the file /etc/shadow'],
    ['api: { tls: { certificate: /a.crt, key: /a.key } }\n', 'the file /a.crt'],
  ] as const) {
    assert.deepEqual(await tried(it, B + more), { is: 'beyond', what })
  }
  assert.deepEqual([await inFile(it), it.weights], [A, [1]])

  await it.write(A + hook)
  assert.equal((await it.changes.apply({})).is, 'applied')
  const version = await versionOf(it)
  assert.equal(
    (await it.changes.applyText({ text: B + hook, version })).is,
    'applied',
    'what is there may stay',
  )
  const next = await it.restart()
  const again = { text: C, version: await versionOf(next) }
  assert.equal((await next.changes.applyText(again)).is, 'applied', 'and may go')
  const back = { text: A + hook, version: await versionOf(next) }
  assert.equal((await next.changes.applyText(back)).is, 'applied', 'and come back')
})
