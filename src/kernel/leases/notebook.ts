import { readlinkSync, watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path'
import type { LeaseNews, Link } from '../../model/index.ts'
import { newsOf, type LeaseNote } from './note.ts'
import { LEASE_DIRECTORIES, readNotes } from './read-notes.ts'

/** A burst of files is read once. */
const PAUSE_MS = 100

/**
 * What those who manage addresses left, read beside everything else: a pass takes what is known and waits for nothing.
 * Their files are about the network of the box; in a namespace of our own they are about other interfaces.
 */
export class Notebook {
  readonly #root: string | undefined
  #notes: readonly LeaseNote[] = []
  #written = '[]'

  private constructor(root: string | undefined) {
    this.#root = root
  }

  /** @param root what stands for `/`; absent: `/` itself, where the network is that of the box */
  static async open(root?: string): Promise<Notebook> {
    const notebook = new Notebook(root ?? (isNetworkOfBox() ? '/' : undefined))
    await notebook.read()
    return notebook
  }

  news(links: readonly Link[], nowMs: number): LeaseNews[] {
    return newsOf(this.#notes, links, nowMs)
  }

  /** @returns whether there is something new */
  async read(): Promise<boolean> {
    if (this.#root === undefined) return false
    const notes = await readNotes(this.#root)
    const written = JSON.stringify(notes)
    const isNew = written !== this.#written
    this.#notes = notes
    this.#written = written
    return isNew
  }

  /** `ring`: reads again, soon, for whoever knows of a reason; directories may have come by then. */
  watch(onNews: () => void): { ring(): void; close(): void } {
    const watchers = new Map<string, FSWatcher>()
    let pause: NodeJS.Timeout | undefined
    let isOpen = true
    const ring = (): void => {
      if (this.#root === undefined) return
      pause ??= setTimeout(() => {
        pause = undefined
        follow()
        void this.read().then((isNew) => isNew && isOpen && onNews())
      }, PAUSE_MS)
    }
    const follow = (): void => {
      for (const directory of LEASE_DIRECTORIES) {
        if (this.#root === undefined || watchers.has(directory)) continue
        try {
          const watcher = watch(join(this.#root, directory), { persistent: false }, ring)
          watchers.set(directory, watcher)
          watcher.on('error', () => forget(directory))
        } catch {
          // Not there yet, or nobody may look.
        }
      }
    }
    const forget = (directory: string): void => {
      watchers.get(directory)?.close()
      watchers.delete(directory)
    }
    follow()
    return {
      ring,
      close() {
        isOpen = false
        clearTimeout(pause)
        for (const watcher of watchers.values()) watcher.close()
      },
    }
  }
}

/** Whoever may not look is a service of the box with few rights, and in no namespace that anybody made for it. */
export function isNetworkOfBox(): boolean {
  try {
    return readlinkSync('/proc/1/ns/net') === readlinkSync('/proc/self/ns/net')
  } catch {
    return true
  }
}
