/** Traffic of every kind at once, from the LAN and from the router itself, on every line that carries any. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '../lab.ts'
import { ROUTER } from '../topology.ts'
import { startTalk } from './datagrams.ts'
import type { Talk } from './datagrams.ts'
import { openLasting } from './lasting.ts'
import type { Lasting } from './lasting.ts'
import { DATAGRAM_KINDS, LASTING_KINDS } from './recorded.ts'
import type { Recorded } from './recorded.ts'
import { startJudge } from './short-connections.ts'

export type TrafficRecords = Pick<Recorded, 'newConnections' | 'lasting' | 'flows'>

/** Disposed of, everything is closed. */
export interface Traffic extends Disposable {
  /** Since it began. */
  newConnections(): TrafficRecords['newConnections']
  /** Begins nothing more, lets arrive what is on its way, and tells what became of everything; once. */
  stop(): Promise<TrafficRecords>
}

export interface TrafficOptions {
  /** Lines on which connections must lie before it is called begun. */
  readonly lines: readonly string[]
  /** Default: every kind. */
  readonly only?: 'short-connections'
}

/** Resolves when connections of every kind, of the LAN and of the router, lie on each line. */
export async function startTraffic(lab: Lab, { lines, only }: TrafficOptions): Promise<Traffic> {
  const [client = ROUTER] = lab.topology.clients.map(({ host }) => host)
  const lasting: Lasting[] = []
  const talks: Talk[] = []
  const closeAll = (): void => [...lasting, ...talks].forEach((thing) => thing.close())
  try {
    if (only === undefined)
      for (const host of [client, ROUTER]) {
        for (const kind of LASTING_KINDS)
          lasting.push(...(await onEachLine(lines, lab, (server) => openLasting(lab, host, server, kind))))
        for (const kind of DATAGRAM_KINDS)
          talks.push(...(await onEachLine(lines, lab, (server) => startTalk(lab, host, server, kind))))
      }
  } catch (cause) {
    closeAll()
    throw cause
  }
  const judges = [
    startJudge(lab, {
      hosts: lab.topology.clients.map(({ host }) => host),
      everyMs: JUDGE_EVERY_MS,
    }),
    startJudge(lab, { hosts: [ROUTER], everyMs: OWN_EVERY_MS }),
  ]
  const newConnections = (): TrafficRecords['newConnections'] => judges.flatMap((judge) => judge.records())
  return {
    newConnections,
    async stop() {
      talks.forEach((talk) => talk.hush())
      await Promise.all([sleep(LAST_ANSWERS_MS), ...judges.map((judge) => judge.stop())])
      return {
        newConnections: newConnections(),
        lasting: lasting.map((connection) => connection.record()),
        flows: talks.map((talk) => talk.record()),
      }
    },
    [Symbol.dispose]: () => {
      judges.forEach((judge) => judge.hush())
      closeAll()
    },
  }
}

const JUDGE_EVERY_MS = 50
const OWN_EVERY_MS = 250
const LAST_ANSWERS_MS = 300

/**
 * Opens one after the other, to another server each time, until one lies on each line; the rest are closed again.
 * @throws {Error} when a line gets none in many tries
 */
async function onEachLine<T extends { readonly line: string; close(): void }>(
  lines: readonly string[],
  lab: Lab,
  open: (server: string) => Promise<T>,
): Promise<T[]> {
  const found = new Map<string, T>()
  const { servers } = lab.topology
  for (let i = 0; i < MOST_TRIES && found.size < lines.length; i++) {
    const one = await open(servers[i % servers.length] ?? '')
    if (lines.includes(one.line) && !found.has(one.line)) found.set(one.line, one)
    else one.close()
  }
  if (found.size < lines.length)
    throw new Error(`no connection came to lie on ${lines.filter((line) => !found.has(line)).join(', ')}`)
  return [...found.values()]
}

const MOST_TRIES = 60
