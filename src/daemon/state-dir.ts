import { mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyMemory, type Memory, type Originals } from '../plan/index.ts'

/**
 * What must outlive us: `memory.json` in the state directory, and a copy below /run, so that `down` can put the box
 * back even when one of the two is lost. Both carry the boot they were written in: what was changed in the kernel
 * is gone after a reboot, and must not be "restored" then.
 */
export interface StateDir {
  readonly path: string
  /** The copy's directory, below /run. */
  readonly runtimePath: string
}

const FILE = 'memory.json'
const VERSION = 1

export class StateDirError extends Error {}

/** @throws {StateDirError} when a file is there but cannot be read or understood */
export async function loadMemory(dir: StateDir): Promise<Memory> {
  const [kept, copy] = await Promise.all([readMemory(dir.path), readMemory(dir.runtimePath)])
  const memory = kept ?? copy
  if (memory === undefined) return emptyMemory
  const boot = await bootId()
  const originals = [kept, copy].find((candidate) => candidate?.boot === boot)?.originals
  return { ids: memory.ids, gateways: memory.gateways, originals: originals ?? emptyMemory.originals }
}

/** @throws when the state directory cannot be written; the copy is tried all the same */
export async function saveMemory(dir: StateDir, memory: Memory): Promise<void> {
  const text = `${JSON.stringify({ version: VERSION, boot: await bootId(), ...memory }, undefined, 2)}\n`
  const results = await Promise.allSettled([writeWhole(dir.path, text), writeWhole(dir.runtimePath, text)])
  const [kept] = results
  if (kept?.status === 'rejected') throw kept.reason
}

/** What `down` leaves: nothing, the directories neither unless somebody keeps other things in them. */
export async function forgetMemory(dir: StateDir): Promise<void> {
  for (const directory of [dir.path, dir.runtimePath]) {
    await rm(join(directory, FILE), { force: true })
    await rmdir(directory).catch(() => undefined)
  }
}

interface KeptMemory {
  readonly boot: string
  readonly ids: Memory['ids']
  readonly gateways: Memory['gateways']
  readonly originals: Originals
}

async function readMemory(directory: string): Promise<KeptMemory | undefined> {
  const path = join(directory, FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new StateDirError(`${path} cannot be read: ${messageOf(cause)}`)
  }
  const parsed = parse(text)
  if (parsed === undefined)
    throw new StateDirError(`${path} holds no memory of ours; move it away to start afresh`)
  return parsed
}

/** We wrote it, so its shape is trusted; that it is whole and of our version is not. */
function parse(text: string): KeptMemory | undefined {
  try {
    const value = JSON.parse(text) as KeptMemory & { version: number }
    return value.version === VERSION && typeof value.ids === 'object' && typeof value.originals === 'object'
      ? value
      : undefined
  } catch {
    return undefined
  }
}

/** All or nothing, also when the power goes: a new file, flushed, put in the old one's place. */
async function writeWhole(directory: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o750 })
  const path = join(directory, FILE)
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', 0o640)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
