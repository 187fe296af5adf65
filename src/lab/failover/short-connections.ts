/** The judge of a failover: one new HTTP connection after the other at a steady pace, whatever becomes of those before. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '../lab.ts'
import { ROUTER } from '../topology.ts'
import { PATIENCE_MS } from './recorded.ts'
import type { NewConnection } from './recorded.ts'

export interface Judge {
  /** Those that ended, in the order in which they began. */
  records(): NewConnection[]
  /** Begins no more. */
  hush(): void
  /** The same, and waits for those that are open. */
  stop(): Promise<void>
}

export interface JudgeOptions {
  /** Hosts that take turns. */
  readonly hosts: readonly string[]
  readonly everyMs: number
}

export function startJudge(lab: Lab, { hosts, everyMs }: JudgeOptions): Judge {
  const { servers } = lab.topology
  const ended: NewConnection[] = []
  const open = new Set<Promise<void>>()
  let begun = 0

  async function connectOnce(number: number): Promise<void> {
    const host = hosts[number % hosts.length] ?? ROUTER
    const server = servers[Math.floor(number / hosts.length) % servers.length] ?? ''
    const startedAtMs = performance.now()
    const outcome = await lab.httpGet(host, server, { timeoutMs: PATIENCE_MS }).then(
      ({ client }) => ({ ok: true, line: lab.lineOfAddress(client) }) as const,
      (error: NodeJS.ErrnoException) => ({ ok: false, error: error.code ?? error.message }) as const,
    )
    const tookMs = performance.now() - startedAtMs
    ended.push({ from: host === ROUTER ? 'box' : 'lan', startedAtMs, tookMs, outcome })
  }
  const timer = setInterval(() => {
    const connection = connectOnce(begun++)
    open.add(connection)
    void connection.finally(() => open.delete(connection))
  }, everyMs)

  return {
    records: () => ended.toSorted((a, b) => a.startedAtMs - b.startedAtMs),
    hush: () => clearInterval(timer),
    async stop() {
      clearInterval(timer)
      await Promise.race([Promise.all(open), sleep(PATIENCE_MS + 1000)])
    },
  }
}
