/**
 * Called by `./run test-vm [FILTER…]` with everything installed: runs the tests for virtual machines in them, one
 * guest at a time. Ends with one line, `N passed, N failed`, over all.
 */
import { once } from 'node:events'
import { mkdir, realpath, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chooseAcceleration } from './vm/acceleration.ts'
import type { Acceleration } from './vm/guest.ts'
import { startGuest } from './vm/guest.ts'
import { projectDisk, rootImage, rootName, toolsImage, toolsName } from './vm/images.ts'
import type { RootImage } from './vm/images.ts'
import { writeInitramfs } from './vm/initramfs.ts'
import { KINDS } from './vm/kinds.ts'
import type { Kind } from './vm/kinds.ts'
import { removeOldImages } from './vm/old-images.ts'
import { add, NOTHING, readWord, sentence } from './vm/report.ts'
import type { Counts } from './vm/report.ts'

const root = join(import.meta.dirname, '..')
/** Shared by checkouts that share their tools. */
const cache = join(await realpath(join(root, '.tools')), 'vm')
const say = (text: string): void => console.error(`run: ${text}`)
const seconds = (sinceMs: number): string => ((performance.now() - sinceMs) / 1000).toFixed(1)

/** Until a guest speaks for the first time; emulated on a busy machine it takes some fifteen seconds. */
const BOOT_LIMIT_MS = 180_000
/** What a guest itself needs to end a file that is over its time. */
const GRACE_MS = 180_000

const filters = process.argv.slice(2).map((filter) => filter.replace(/^\.\//, ''))
const chosen = KINDS.map((kind) => ({
  kind,
  files: kind
    .files(root)
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter))),
})).filter(({ files }) => files.length > 0)
if (chosen.length === 0) {
  say(`no test file for virtual machines has a path that contains: ${filters.join(' ')}`)
  process.exit(1)
}

await mkdir(cache, { recursive: true })
const tools = await toolsImage(cache, root, say)
const project = await projectDisk(cache, root)
let all = NOTHING
const summary: string[] = []
for (const { kind, files } of chosen) {
  const counts = await runKind(kind, files)
  summary.push(`${kind.name.padEnd(8)} ${sentence(counts)}`)
  all = add(all, counts)
}
await removeOldImages(cache, [...KINDS.map(rootName), await toolsName(root)])
console.log(`\n${summary.join('\n')}\n${sentence(all)}`)
process.exitCode = all.failed === 0 ? 0 : 1

async function runKind(kind: Kind, files: readonly string[]): Promise<Counts> {
  const image = await rootImage(cache, kind, say)
  let counts = NOTHING
  // A guest that hangs takes one file with it; the next ones get a new guest.
  for (let left = files; left.length > 0;) {
    const { done, counts: more } = await runGuest(kind, image, left)
    counts = add(counts, more)
    left = left.slice(done)
  }
  return counts
}

/** @returns how many of the files it is done with, one it hung in included */
async function runGuest(
  kind: Kind,
  image: RootImage,
  files: readonly string[],
): Promise<{ done: number; counts: Counts }> {
  const initramfs = join(cache, 'initramfs.cpio')
  await writeInitramfs(initramfs, image, {
    init: kind.init,
    files: files.join('\n'),
    'file-limit-s': `${kind.fileLimitS}`,
  })
  const kernelLog = join(cache, `${kind.name}.log`)
  await writeFile(kernelLog, '')
  const boot = { kernel: image.kernel, initramfs }
  const acceleration: Acceleration = await chooseAcceleration(cache, boot, say)
  const startedMs = performance.now()
  const disks = [image.disk, tools, project]
  const guest = startGuest({ ...boot, acceleration, disks, kernelLog })

  let counts = NOTHING
  let done = 0
  let hung = false
  const giveUp = (): void => {
    hung = true
    guest.kill('SIGKILL')
  }
  let limit = setTimeout(giveUp, BOOT_LIMIT_MS)
  let fileMs = startedMs
  for await (const line of createInterface({ input: guest.stdout })) {
    const word = readWord(line)
    if (word === undefined) {
      console.log(line)
    } else if (word.is === 'begin') {
      if (done === 0)
        say(`the ${kind.name} guest (${acceleration}) runs its first test after ${seconds(startedMs)} s`)
      console.log(`== ${word.file}`)
      clearTimeout(limit)
      limit = setTimeout(giveUp, kind.fileLimitS * 1000 + GRACE_MS)
      fileMs = performance.now()
    } else {
      console.log(`== ${sentence(word.counts)}, ${seconds(fileMs)} s${word.tooLong ? ', ended after its time was over' : ''}\n`) // prettier-ignore
      counts = add(counts, word.counts)
      done++
    }
  }
  clearTimeout(limit)
  if (guest.exitCode === null && guest.signalCode === null) await once(guest, 'close')
  if (done < files.length) {
    const why = hung ? 'hangs and was ended' : `ended early (exit code ${guest.exitCode})`
    say(`the ${kind.name} guest ${why}, at ${files[done]}; its kernel's last words (${kernelLog}):`)
    console.error((await readFile(kernelLog, 'utf8')).trimEnd().split('\n').slice(-15).join('\n'))
    return { done: done + 1, counts: add(counts, { ...NOTHING, failed: 1 }) }
  }
  return { done, counts }
}
