import { closeSync, fdatasync, fstatSync, openSync, statfsSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { fail, messageOf, ok, type Result } from '../model/index.ts'
import { claimFile, logBeside } from './own-database.ts'
import { SCHEMA_STEPS } from './schema.ts'

/** `broken`: nobody can read it any more. `unusable`: no room, no rights or a bad disk; later it may be better. */
export interface StoreTrouble {
  readonly is: 'broken' | 'unusable'
  readonly said: string
}

export type Row = Readonly<Record<string, SQLOutputValue>>
type Value = string | number | Uint8Array | null

const PAGE_BYTES = 4096

/** The log is written back into the file once it is this long: half a second of a slow card. */
const SETTLE_AT_BYTES = 512 * 1024

/** What the log may come to beside the file, when much is deleted at once. */
const LOG_BYTES = 2 << 20

/** Beyond this share of what is allowed the oldest go. */
const FULL = 0.9

const datasync = promisify(fdatasync)

/**
 * The database, alone for this process. Reading and writing are calls that return when they are done, and so they
 * touch nothing but the page cache (`synchronous = OFF`): what waits for the disk is done by `settle` and `sync`, in
 * a thread of libuv, so that a slow card never holds up a failover. Why that survives a power cut: decision 36.
 */
export class Store {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #path: string
  #mostPages = Infinity
  /** Something had no room below our own bound. */
  #isRefused = false
  /** Open as long as the database is: to close a file gives up the locks of the whole process on it. */
  readonly #files: { readonly database: number; readonly log: number }

  private constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#path = path
    this.#files = { database: openSync(path, 'r'), log: openSync(logBeside(path), 'r') }
  }

  /** @param steps of the schema; a file that has seen more than these is of a newer release */
  static open(path: string, steps: readonly string[] = SCHEMA_STEPS): Result<Store, StoreTrouble> {
    let database: DatabaseSync | undefined
    try {
      claimFile(path)
      database = new DatabaseSync(path)
      for (const pragma of PRAGMAS) database.exec(`PRAGMA ${pragma}`)
      const seen = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
      if (seen > steps.length) throw new NewerFile(seen)
      for (const [done, step] of steps.entries()) {
        if (done >= seen) inTransaction(database, `${step}; PRAGMA user_version = ${done + 1}`)
      }
      // A file of the same number that is not ours has not our tables.
      database.prepare('SELECT run, id, because FROM event LIMIT 1').get()
      return ok(new Store(database, path))
    } catch (cause) {
      database?.close()
      const trouble = troubleOf(cause)
      return fail(sqliteCode(cause) === SQLITE_ERROR ? { ...trouble, is: 'broken' } : trouble)
    }
  }

  /** Many changes as one: all of them or none. A job that throws changed nothing. */
  write<T>(job: () => T): Result<T, StoreTrouble> {
    return this.read(() => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        const value = job()
        this.#database.exec('COMMIT')
        return value
      } catch (cause) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        this.#isRefused ||= sqliteCode(cause) === SQLITE_FULL && this.#diskHasRoom()
        throw cause
      }
    })
  }

  read<T>(job: () => T): Result<T, StoreTrouble> {
    try {
      return ok(job())
    } catch (cause) {
      return fail(troubleOf(cause))
    }
  }

  /** Within a job. @returns how many rows changed */
  run(sql: string, ...values: readonly Value[]): number {
    return Number(this.#statement(sql).run(...values).changes)
  }

  /** Within a job. */
  rows(sql: string, ...values: readonly Value[]): Row[] {
    return this.#statement(sql).all(...values)
  }

  /** File and log together never grow beyond; what would make them is refused. */
  limit(bytes: number): void {
    this.#mostPages = Math.floor((bytes - LOG_BYTES) / PAGE_BYTES)
    this.#database.exec(`PRAGMA max_page_count = ${this.#mostPages}`)
  }

  /** It is time to forget something. */
  get isFull(): boolean {
    return (
      this.#isRefused || this.#pragma('page_count') - this.#pragma('freelist_count') > this.#mostPages * FULL
    )
  }

  /** Gives back what is free, a part at a time; the file is shorter once it is settled. */
  shrink(): void {
    this.#database.exec('PRAGMA incremental_vacuum(128)')
    this.#isRefused = false
  }

  /** What was written is on the disk. */
  sync(): Promise<Result<void, StoreTrouble>> {
    return attempt(() => datasync(this.#files.log))
  }

  get needsSettling(): boolean {
    return fstatSync(this.#files.log).size >= SETTLE_AT_BYTES
  }

  /**
   * Brings the log into the file, and begins it anew. Nothing may be written meanwhile: what the file is given must
   * be safe in the log before, and the log may be overwritten only when it is safe in the file.
   */
  settle(): Promise<Result<void, StoreTrouble>> {
    return attempt(async () => {
      await datasync(this.#files.log)
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      await datasync(this.#files.database)
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      await datasync(this.#files.log)
    })
  }

  /** As it is; call `settle` before. */
  close(): void {
    this.#statements.clear()
    this.#database.close()
    closeSync(this.#files.database)
    closeSync(this.#files.log)
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, known)
    return known
  }

  #diskHasRoom(): boolean {
    const { bavail, bsize } = statfsSync(this.#path)
    return bavail * bsize > LOG_BYTES
  }

  #pragma(name: string): number {
    return Number(this.#statement(`PRAGMA ${name}`).get()?.[name])
  }
}

/** In this order: before anything is written nobody waits for it, and the next two hold only for an empty file. */
const PRAGMAS = [
  'synchronous = OFF',
  `page_size = ${PAGE_BYTES}`,
  'auto_vacuum = INCREMENTAL',
  'locking_mode = EXCLUSIVE',
  'journal_mode = WAL',
  'wal_autocheckpoint = 0',
  'cache_size = -1024',
]

function inTransaction(database: DatabaseSync, sql: string): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(`${sql}; COMMIT`)
  } catch (cause) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw cause
  }
}

async function attempt(job: () => Promise<void>): Promise<Result<void, StoreTrouble>> {
  try {
    return ok(await job())
  } catch (cause) {
    return fail(troubleOf(cause))
  }
}

/** It would be misread: an older release does not know what was added. */
class NewerFile extends Error {
  constructor(version: number) {
    super(`it is of a newer release (version ${version})`)
  }
}

/** sqlite.org/rescode.html */
const SQLITE_ERROR = 1
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26

export function troubleOf(cause: unknown): StoreTrouble {
  const code = sqliteCode(cause)
  const isBroken = code === SQLITE_CORRUPT || code === SQLITE_NOTADB || cause instanceof NewerFile
  // Neither SQLite's word nor the system's: a mistake of ours.
  if (code === undefined && !isBroken && !(cause instanceof Error && 'errno' in cause)) throw cause
  return { is: isBroken ? 'broken' : 'unusable', said: messageOf(cause) }
}

/** The primary one, without what SQLite adds in higher bits. */
const sqliteCode = (cause: unknown): number | undefined =>
  cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number'
    ? cause.errcode & 0xff
    : undefined
