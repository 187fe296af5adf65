/** The clients' load: many short HTTP connections, each recorded with the line that carried it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { httpGet } from './asking.ts'
import type { Namespace } from './namespace.ts'
import { lineOfAddress } from './topology.ts'
import type { Topology } from './topology.ts'

export interface LoadOptions {
  /** Over all clients; `Infinity` with a `signal` goes on until that. */
  readonly connections: number
  /** Open at a time; default 64. */
  readonly concurrency?: number
  /** Hosts; default: all clients. */
  readonly clients?: readonly string[]
  /** Default: all servers. */
  readonly servers?: readonly string[]
  /** A pause of each of the `concurrency` after a connection, for a gentler load; default none. */
  readonly pauseMs?: number
  /** Per connection, default 5 s. */
  readonly timeoutMs?: number
  /** Lets the open ones finish and starts no more. */
  readonly signal?: AbortSignal
  /** Called for each as it ends: for live displays. */
  readonly onRecord?: (record: LoadRecord) => void
}

export interface LoadRecord {
  readonly client: string
  readonly server: string
  /** Since the load began. */
  readonly startedAtMs: number
  readonly tookMs: number
  readonly outcome:
    /** `line`: `undefined` when the source belongs to none. */
    | { readonly ok: true; readonly source: string; readonly line: string | undefined }
    /** The error's code (`ECONNRESET`), or its message. */
    | { readonly ok: false; readonly error: string }
}

export interface LoadResult {
  readonly records: readonly LoadRecord[]
  readonly durationMs: number
  readonly perSecond: number
  readonly failed: number
  /** Every line of the lab; `share` of the successful connections, 0-1. */
  readonly lines: Readonly<Record<string, { readonly connections: number; readonly share: number }>>
}

/**
 * Clients take turns, and each asks the servers in turn, so that all pairs are asked equally often.
 * Errors of connections are results; it rejects only for bugs, and when the lab ends before it.
 * @param ending breaks open connections off, which are then no results
 */
export async function runLoad(
  topology: Topology,
  hostOf: (name: string) => Namespace,
  options: LoadOptions,
  ending: AbortSignal,
): Promise<LoadResult> {
  const { concurrency = 64, pauseMs = 0, timeoutMs = 5000, signal, onRecord } = options
  const clients = options.clients ?? topology.clients.map((client) => client.host)
  const servers = options.servers ?? topology.servers
  if (clients.length === 0 || servers.length === 0) throw new RangeError('a load needs clients and servers')

  const records: LoadRecord[] = []
  const beganAt = performance.now()
  const isStopped = (): boolean => signal?.aborted === true
  let started = 0

  async function oneConnection(number: number): Promise<void> {
    const client = clients[number % clients.length] ?? ''
    const server = servers[Math.floor(number / clients.length) % servers.length] ?? ''
    const startedAtMs = performance.now() - beganAt
    const outcome = await httpGet(hostOf(client), server, { timeoutMs, signal: ending }).then(
      ({ client: source }) => ({ ok: true, source, line: lineOfAddress(topology, source)?.name }) as const,
      (error: NodeJS.ErrnoException) => ({ ok: false, error: error.code ?? error.message }) as const,
    )
    ending.throwIfAborted()
    const tookMs = performance.now() - beganAt - startedAtMs
    const record = { client, server, startedAtMs, tookMs, outcome }
    records.push(record)
    onRecord?.(record)
  }

  async function worker(): Promise<void> {
    while (started < options.connections && !isStopped()) {
      await oneConnection(started++)
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: ending })
    }
  }

  await Promise.all(Array.from({ length: Math.min(concurrency, options.connections) }, worker))
  return summarise(topology, records, performance.now() - beganAt)
}

function summarise(topology: Topology, records: readonly LoadRecord[], durationMs: number): LoadResult {
  const successes = records.flatMap(({ outcome }) => (outcome.ok ? [outcome] : []))
  const lines = topology.lines.map(({ name }): [string, { connections: number; share: number }] => {
    const connections = successes.filter((success) => success.line === name).length
    return [name, { connections, share: successes.length === 0 ? 0 : connections / successes.length }]
  })
  return {
    records,
    durationMs,
    perSecond: (records.length / durationMs) * 1000,
    failed: records.length - successes.length,
    lines: Object.fromEntries(lines),
  }
}
