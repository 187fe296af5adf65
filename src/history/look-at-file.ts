import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fail, messageOf, ok, type Result } from '../model/index.ts'
import { DATABASE_FILE } from './history.ts'
import { asideOf, logBeside } from './own-database.ts'
import { troubleOf } from './store.ts'

/** What lies on the disk of what is remembered. */
export interface HistoryFile {
  readonly path: string
  /** With the log beside it; absent: there is none. */
  readonly bytes?: number
  /** Why it cannot be read; absent: it can, or its owner has it alone just now. */
  readonly trouble?: string
  /** One that nobody could read, kept for whoever wants to look into it. */
  readonly aside?: { readonly path: string; readonly bytes: number; readonly atMs: number }
}

/**
 * Looks without touching anything.
 * @param isOwned somebody else writes to it, and nobody but its owner may read it
 * @returns or why it is not to be seen, usually because the directory is for its owner alone
 */
export function lookAtHistory(directory: string, isOwned: boolean): Result<HistoryFile, string> {
  try {
    return ok(lookAt(join(directory, DATABASE_FILE), isOwned))
  } catch (cause) {
    const isForbidden = cause instanceof Error && 'code' in cause && cause.code === 'EACCES'
    return fail(isForbidden ? 'that takes root' : messageOf(cause))
  }
}

function lookAt(path: string, isOwned: boolean): HistoryFile {
  const aside = fileAt(asideOf(path))
  const file = fileAt(path)
  return {
    path,
    ...(file !== undefined && { bytes: file.size + (fileAt(logBeside(path))?.size ?? 0) }),
    // An empty one was begun, and what came after lies in its log.
    ...(file !== undefined && file.size > 0 && !isOwned && troubleWith(path)),
    ...(aside !== undefined && {
      aside: { path: asideOf(path), bytes: aside.size, atMs: aside.mtimeMs },
    }),
  }
}

function troubleWith(path: string): { readonly trouble?: string } {
  let database: DatabaseSync | undefined
  try {
    // As it lies there: what the log holds is brought in by its owner, and nothing is written beside it.
    const url = new URL('file:///?immutable=1')
    url.pathname = path.replaceAll('%', '%25')
    database = new DatabaseSync(url, { readOnly: true })
    database.prepare('SELECT run, id, because FROM event LIMIT 1').get()
    return {}
  } catch (cause) {
    const { is, said } = troubleOf(cause)
    // All else says something of us: no rights, or what we ask for lies in the log.
    return is === 'broken' ? { trouble: said } : {}
  } finally {
    database?.close()
  }
}

const fileAt = (path: string) => statSync(path, { throwIfNoEntry: false })
