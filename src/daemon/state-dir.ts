import { readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { HISTORY_FILE } from './history-store.ts'
import { MESSAGES_FILE } from './messages-store.ts'
import { memoryText, parseMemory, type BootMemory } from './memory-text.ts'
import { TOKENS_FILE } from './tokens.ts'
import { messageOf } from '../model/index.ts'
import { readOwnFile, removeOwnFile, writeWhole } from './own-file.ts'

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
/** Of ours alone; the memory stands beside them, for whoever is of our group. */
export const OWN_FILES = [HISTORY_FILE, TOKENS_FILE, MESSAGES_FILE] as const
/** What we write has some KiB; more was not written by us. */
const MAX_BYTES = 1 << 20
/** Everybody may pass by to the socket beside the copy; who may connect, the socket says itself. */
const RUNTIME_DIRECTORY_MODE = 0o755
const DIRECTORY_MODE = 0o750
const FILE_MODE = 0o640

export class StateDirError extends Error {
  /** What is wrong with each copy. */
  readonly why: string
  constructor(unusable: readonly string[]) {
    super(unusable.map((why) => `${why}; move it away to start afresh`).join('\n'))
    this.why = unusable.join(', and ')
  }
}

/**
 * @param onWarning told about a copy that cannot be used while the other one can
 * @throws {StateDirError} when a copy is there and none can be used: to start afresh would lose the way back
 */
export async function loadMemory(
  dir: StateDir,
  onWarning: (text: string) => void = () => undefined,
): Promise<Memory> {
  const boot = await bootId()
  const copies = await readCopies(dir)
  const usable = newestFirst(copies)
  const unusable = copies.flatMap((copy) => (copy.is === 'unusable' ? [copy.why] : []))
  const [memory] = usable
  if (memory === undefined) {
    if (unusable.length === 0) return emptyMemory
    throw new StateDirError(unusable)
  }
  for (const why of unusable) onWarning(`${why}; the other copy is used`)
  const { ids, gateways, sources, drains, weights, uses, advertised } = memory
  // What counts for this boot alone: an address of before would be put up without asking whose it is by now.
  const { originals, leases, asking, told } =
    usable.find((candidate) => candidate.boot === boot) ?? emptyMemory
  const ofThisBoot = { leases, asking, originals, ...(told === undefined ? {} : { told }) }
  return { ids, gateways, sources, drains, weights, uses, advertised, ...ofThisBoot }
}

/** A directory that could not be written, and why. */
export interface Unsaved {
  readonly directory: string
  readonly why: string
}

/** Writes what it can. @returns what it could not, empty when both copies are kept; never rejects for a full disk */
export async function saveMemory(dir: StateDir, memory: Memory): Promise<readonly Unsaved[]> {
  const saves = Math.max(0, ...newestFirst(await readCopies(dir)).map((copy) => copy.saves)) + 1
  const text = memoryText({ ...memory, boot: await bootId(), saves })
  // A map, because both may be one directory.
  const modes = new Map([
    [dir.runtimePath, RUNTIME_DIRECTORY_MODE],
    [dir.path, DIRECTORY_MODE],
  ])
  const writing = [...modes].map(([path, mode]) =>
    failureOf(path, writeWhole({ directory: path, directoryMode: mode, name: FILE, mode: FILE_MODE }, text)),
  )
  return (await Promise.all(writing)).flat()
}

/**
 * What `down` leaves: what happened, which is in nobody's way (`history.db`); else nothing, the directories neither
 * unless somebody keeps other things in them.
 * @returns where something had to stay
 */
export async function forgetMemory(dir: StateDir): Promise<readonly Unsaved[]> {
  const clearing = [dir.path, dir.runtimePath].map((path) => failureOf(path, clear(path)))
  return (await Promise.all(clearing)).flat()
}

async function clear(directory: string): Promise<void> {
  for (const name of [FILE, ...OWN_FILES]) await removeOwnFile(directory, name)
  await rmdir(directory).catch(() => undefined)
}

async function failureOf(directory: string, job: Promise<void>): Promise<Unsaved[]> {
  try {
    await job
    return []
  } catch (cause) {
    return [{ directory, why: messageOf(cause) }]
  }
}

const readCopies = (dir: StateDir): Promise<Copy[]> =>
  Promise.all([readCopy(dir.path), readCopy(dir.runtimePath)])

/** One of the two may be older: its directory could not be written for a while. */
const newestFirst = (copies: readonly Copy[]): BootMemory[] =>
  copies.flatMap((copy) => (copy.is === 'usable' ? [copy.memory] : [])).toSorted((a, b) => b.saves - a.saves)

type Copy =
  | { readonly is: 'absent' }
  | { readonly is: 'usable'; readonly memory: BootMemory }
  | { readonly is: 'unusable'; readonly why: string }

async function readCopy(directory: string): Promise<Copy> {
  const file = await readOwnFile(directory, FILE, MAX_BYTES)
  if (file.is !== 'usable') return file
  const memory = parseMemory(file.text)
  return memory === undefined
    ? { is: 'unusable', why: `${join(directory, FILE)} holds no memory of ours` }
    : { is: 'usable', memory }
}

/** Read once, at the start: a daemon that has no descriptor left one day can still tell what it writes. */
export async function bootId(): Promise<string> {
  knownBootId ??= (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  return knownBootId
}
let knownBootId: string | undefined
