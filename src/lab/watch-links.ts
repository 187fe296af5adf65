import { readFileSync } from 'node:fs'
import { eventually } from './eventually.ts'
import { inNamespace } from './namespace.ts'
import type { Namespace } from './namespace.ts'
import { printedLines } from './printed-lines.ts'
import type { PrintedLines } from './printed-lines.ts'
import { DIES_WITH_US, spawnIn } from './run.ts'

/** What the kernel tells about a host's devices and addresses from now on, in the words of `ip monitor`. */
export interface LinkWatch {
  readonly events: PrintedLines
  stop(): void
}

/** Resolves once it listens, so that what is caused afterwards is certain to be seen. */
export async function watchLinks(host: Namespace, signal?: AbortSignal): Promise<LinkWatch> {
  const child = spawnIn(host, [...DIES_WITH_US, 'ip', '-o', 'monitor', 'link', 'address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.on('error', () => {}) // not started: no `stdout`, or it ends at once
  if (child.stdout === null) throw new Error('ip monitor did not start')
  const events = printedLines(child.stdout, 'ip monitor')
  try {
    await eventually(
      () => inNamespace(host, () => readFileSync('/proc/thread-self/net/netlink', 'utf8')),
      (sockets) => listensToGroups(sockets, child.pid ?? 0),
      { what: 'ip monitor listens', ...(signal && { signal }) },
    )
  } catch (cause) {
    child.kill()
    throw cause
  }
  return { events, stop: () => void child.kill() }
}

/** Columns of /proc/net/netlink: sk, Eth, Pid, Groups (hexadecimal), …; the port id is the process id. */
const listensToGroups = (sockets: string, pid: number): boolean =>
  sockets.split('\n').some((row) => {
    const [, , portId, groups = '0'] = row.trim().split(/\s+/)
    return Number(portId) === pid && Number.parseInt(groups, 16) !== 0
  })
