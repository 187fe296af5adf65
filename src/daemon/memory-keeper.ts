import type { Memory, Note } from '../plan/index.ts'
import type { Log } from './log.ts'
import { saveMemory, type StateDir, type Unsaved } from './state-dir.ts'

/**
 * The memory and its two copies on disk. A disk that is full or read-only must not stop the lines from working: it is
 * told, and tried again when asked to.
 */
export class MemoryKeeper {
  readonly #dir: StateDir
  readonly #log: Log
  #memory: Memory
  #unsaved: readonly Unsaved[] = []

  /** @param memory as it lies on disk */
  constructor(dir: StateDir, memory: Memory, log: Log) {
    this.#dir = dir
    this.#memory = memory
    this.#log = log
  }

  get memory(): Memory {
    return this.#memory
  }

  /** From now on this is the memory, whatever the disk says. */
  async keep(memory: Memory): Promise<void> {
    this.#memory = memory
    const before = this.#unsaved
    this.#unsaved = await saveMemory(this.#dir, memory)
    const [now, then] = [whatIsLost(this.#dir, this.#unsaved), whatIsLost(this.#dir, before)]
    if (now?.text === then?.text) return
    if (now === undefined) this.#log.info('everything that must not be forgotten is written down again')
    else this.#log.error(now.text)
  }

  async retry(): Promise<void> {
    if (this.#unsaved.length > 0) await this.keep(this.#memory)
  }

  /** For `status`, while a copy is missing. */
  get note(): Note | undefined {
    return whatIsLost(this.#dir, this.#unsaved)
  }
}

/** In words: where it cannot be written, and what that may cost. */
function whatIsLost(dir: StateDir, unsaved: readonly Unsaved[]): Note | undefined {
  if (unsaved.length === 0) return undefined
  const isLost = (path: string): boolean => unsaved.some(({ directory }) => directory === path)
  const cost = !isLost(dir.path)
    ? `only ${dir.path} knows how this box was before`
    : isLost(dir.runtimePath)
      ? 'should the daemon crash, nobody knows how this box was before'
      : `only ${dir.runtimePath} knows how this box was before, and after a reboot lines may get other numbers`
  return {
    code: 'memory-unsaved',
    severity: 'warning',
    text: `${unsaved.map(({ directory, why }) => `${directory} cannot be written (${why})`).join(', and ')}: the lines work, but ${cost}`,
    help: 'make room or make it writable; it is tried again every 30 s',
  }
}
