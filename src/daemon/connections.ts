import type { OpenConnection } from '../kernel/index.ts'
import { PROBE, alive, mark, type Config, type ConnectionCount, type Family } from '../model/index.ts'
import type { LineFacts, Numbers } from '../plan/index.ts'
import type { BitsPerSecond, TrafficWalk } from './client-traffic.ts'

export interface ConnectionsQuestion {
  readonly line?: string
  /** An address on our side. */
  readonly client?: string
  /** How many are told one by one. */
  readonly limit: number
  /** `next` of the answer before: those behind it. */
  readonly after?: string
}

interface End {
  readonly address: string
  /** 0 where the protocol has none. */
  readonly port: number
}

export interface Connection {
  readonly family: Family
  readonly protocol: string
  readonly state: OpenConnection['state']
  /** Absent: the line is not in the file any more. */
  readonly line?: string
  /** The end on our side; absent: this box itself. */
  readonly client?: End
  /** The other end. */
  readonly server: End
  /** Who sent the first packet: we, or somebody outside. */
  readonly begun: 'inside' | 'outside'
  /** The address of ours that the other end sees. */
  readonly seenAs: End
  /** As the client sees it; absent where the kernel does not count. */
  readonly bytes?: { readonly sent: number; readonly received: number }
}

export interface ClientConnections extends ConnectionCount {
  /** Absent: this box itself. */
  readonly address?: string
  /** Both ways; absent: not known. */
  readonly bitsPerSecond?: number | undefined
  /** By line; those of removed lines are in `open` alone. */
  readonly lines: ReadonlyMap<string, ConnectionCount>
}

/** Counted are those that were asked for. */
export interface ConnectionsReport extends ConnectionCount {
  /** Those with the most that are not closing first, whatever the limit. */
  readonly clients: readonly ClientConnections[]
  /** Those that are closing last, then by client and server, up to the limit. */
  readonly connections: readonly Connection[]
  /** Where the next page begins; absent: this was the last. */
  readonly next?: string
}

export interface ConnectionsScene {
  /** @returns the line whose bits a mark has; `undefined`: nobody's, or one of our probes */
  readonly lineOf: (mark: number) => { readonly name?: string } | undefined
  /** Addresses of this box. */
  readonly own: ReadonlySet<string>
}

/** The box as the last pass left it. */
export function connectionsScene(
  { lan }: Pick<Config, 'lan'>,
  lines: readonly LineFacts[],
  numbers: Numbers,
): ConnectionsScene {
  const names = new Map(lines.map(({ id, config }) => [Number(numbers.markOf(id)), config.name]))
  const own = [
    ...lines.flatMap(({ address, config }) => [address, ...config.addresses]),
    ...lan.interfaces.flatMap(({ addresses }) => addresses),
  ]
  return {
    lineOf: (value) => {
      const bits = mark(value & (numbers.mask | PROBE))
      // Those of our probes have one bit more, and are nobody's.
      if (bits === 0 || (bits & PROBE) !== 0) return undefined
      const name = names.get(bits)
      return name === undefined ? {} : { name }
    },
    own: new Set(own.flatMap((address) => address?.address ?? [])),
  }
}

interface Keyed {
  readonly key: string
  readonly connection: Connection
}

interface Counts {
  open: number
  closing: number
}

const none = (): Counts => ({ open: 0, closing: 0 })

/**
 * Sees all connections once, piece by piece, and keeps no more of them than are shown: a box may have a hundred
 * thousand. The order is that of the ends, which does not move while one turns the pages but for those that close.
 */
export class ConnectionsGathering {
  readonly #question: ConnectionsQuestion
  readonly #scene: ConnectionsScene
  readonly #traffic: TrafficWalk | undefined
  readonly #clients = new Map<string, Counts & { readonly lines: Map<string, Counts> }>()
  readonly #all = none()
  #kept: Keyed[] = []

  /** @param traffic of a question about all of them */
  constructor(question: ConnectionsQuestion, scene: ConnectionsScene, traffic?: TrafficWalk) {
    this.#question = question
    this.#scene = scene
    this.#traffic = traffic
  }

  add(piece: readonly OpenConnection[]): void {
    const { limit, after = '' } = this.#question
    for (const one of piece) {
      const connection = this.#connectionOf(one)
      if (connection === undefined) continue
      this.#count(connection, one.id)
      const key = keyOf(connection)
      if (key > after) this.#kept.push({ key, connection })
    }
    if (this.#kept.length > 2 * limit) this.#cut(limit + 1)
  }

  /** @param traffic by client, where it is known */
  report(traffic?: BitsPerSecond): ConnectionsReport {
    const { limit } = this.#question
    this.#cut(limit + 1)
    const shown = this.#kept.slice(0, limit)
    const last = shown.at(-1)
    return {
      ...this.#all,
      clients: [...this.#clients]
        .map(([address, counts]) => ({
          ...(address !== '' && { address }),
          ...counts,
          bitsPerSecond: traffic?.get(address),
        }))
        .toSorted((a, b) => alive(b) - alive(a) || b.open - a.open),
      connections: shown.map(({ connection }) => connection),
      ...(this.#kept.length > limit && last !== undefined && { next: last.key }),
    }
  }

  #connectionOf(one: OpenConnection): Connection | undefined {
    const { line: wantedLine, client: wantedClient } = this.#question
    const line = this.#scene.lineOf(one.mark)
    if (line === undefined || (wantedLine !== undefined && line.name !== wantedLine)) return undefined
    const { original, reply } = one.ends
    // Whom they asked for is one of ours, and another one answers, or this box itself.
    const begun = this.#scene.own.has(original.to.address) ? 'outside' : 'inside'
    const [client, server, seenAs] =
      begun === 'outside' ? [reply.from, original.from, original.to] : [original.from, original.to, reply.to]
    const isOwn = this.#scene.own.has(client.address)
    if (wantedClient !== undefined && client.address !== wantedClient) return undefined
    const { bytes } = one
    const [sent, received] = begun === 'inside' ? ([bytes?.original, bytes?.reply] as const) : ([bytes?.reply, bytes?.original] as const) // prettier-ignore
    return {
      family: one.family,
      protocol: one.protocol,
      state: one.state,
      ...(line.name !== undefined && { line: line.name }),
      ...(!isOwn && { client }),
      server,
      begun,
      seenAs,
      ...(sent !== undefined && received !== undefined && { bytes: { sent, received } }),
    }
  }

  #count({ client, line, state, bytes }: Connection, id: number): void {
    const address = client?.address ?? ''
    this.#traffic?.add(address, id, bytes && bytes.sent + bytes.received)
    const ofClient = this.#clients.get(address) ?? { ...none(), lines: new Map<string, Counts>() }
    this.#clients.set(address, ofClient)
    const ofLine = ofClient.lines.get(line ?? '') ?? none()
    if (line !== undefined) ofClient.lines.set(line, ofLine)
    for (const counts of [this.#all, ofClient, ofLine]) {
      counts.open++
      if (state === 'closing') counts.closing++
    }
  }

  #cut(length: number): void {
    this.#kept = this.#kept.toSorted((a, b) => (a.key < b.key ? -1 : 1)).slice(0, length)
  }
}

/** No two are alike: connection tracking tells connections apart by the same. */
const keyOf = ({ state, client, server, protocol, seenAs }: Connection): string =>
  [state === 'closing' ? 1 : 0, client?.address ?? '', server.address, protocol, server.port, client?.port ?? '', seenAs.address, seenAs.port].join(' ') // prettier-ignore
