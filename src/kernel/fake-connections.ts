import { mark, PROBE, type Ended, type Family, type Mark, type MarkedConnections } from '../model/index.ts'
import type { ConnectionsOfLine, Endings, Forgettable, OpenConnection, Stranded } from './port.ts'

/** What connection tracking knows of somebody's connection. */
export interface FakeConnection {
  readonly family: Family
  readonly mark: Mark
  /** `fleeting`: anything but TCP. */
  readonly kind: 'tcp' | 'fleeting'
  readonly answered: boolean
  /** `inside`: a host behind the box; `box`: a socket of its own; `outside`: somebody in the Internet, to a host inside. */
  readonly begunBy: 'inside' | 'box' | 'outside'
}

/** Connections were ended, other than by a move. */
export type FakeEnding =
  | ({ readonly do: 'forget-connections'; readonly which: Forgettable } & MarkedConnections)
  | ({ readonly do: 'tell-stranded' } & ConnectionsOfLine)
  | ({ readonly do: 'end-flows' } & ConnectionsOfLine)

/** Everybody is told at once, and believes it. */
export class FakeConnections {
  #all: FakeConnection[] = []

  add(connection: FakeConnection, howMany: number): void {
    this.#all.push(...Array.from({ length: howMany }, () => connection))
  }

  count(mask: Mark): Map<number, number> {
    const counts = new Map<number, number>()
    for (const connection of this.#all) {
      const value = mark(connection.mark & mask)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    return counts
  }

  list(): OpenConnection[] {
    return this.#all.map(({ family, mark: value, kind, answered }, i) => ({
      id: i,
      mark: value,
      family,
      protocol: kind === 'tcp' ? 'tcp' : 'udp',
      state: answered ? 'open' : kind === 'tcp' ? 'connecting' : 'unanswered',
      ends: endsOf(family, i),
      bytes: undefined,
    }))
  }

  /** Those of our probes, too. Here nobody carries a tunnel, or has an address of his own. */
  end({ family, mark: value, mask, tunnel, within }: Ended): void {
    if (tunnel !== undefined || within !== undefined) return
    this.#all = this.#all.filter((one) => one.family !== family || mark(one.mark & mask) !== value)
  }

  forget(of: MarkedConnections, which: Forgettable): number {
    return this.#take(of, ({ kind, answered }) => (which === 'unanswered' ? !answered : kind === 'fleeting'))
      .length
  }

  stranded(of: MarkedConnections): Stranded[] {
    return this.#all.filter((one) => isOf(one, of) && isStranded(one)).map((_, i) => endsOf(of.family, i))
  }

  tell(of: MarkedConnections): Endings {
    return endingsOf(this.#take(of, isStranded))
  }

  endFlows(of: MarkedConnections): Endings {
    return endingsOf(this.#take(of, ({ begunBy }) => begunBy !== 'outside'))
  }

  #take(of: MarkedConnections, isMeant: (connection: FakeConnection) => boolean): FakeConnection[] {
    const taken = this.#all.filter((one) => isOf(one, of) && isMeant(one))
    this.#all = this.#all.filter((one) => !taken.includes(one))
    return taken
  }
}

const isStranded = ({ kind, answered }: FakeConnection): boolean => kind === 'tcp' && answered

const isOf = (connection: FakeConnection, { family, mark: value, mask }: MarkedConnections): boolean =>
  connection.family === family && mark(connection.mark & mask) === value && (connection.mark & PROBE) === 0

function endingsOf(taken: readonly FakeConnection[]): Endings {
  const ended = taken.filter(({ kind, begunBy }) => kind === 'tcp' && begunBy === 'box').length
  return { told: taken.length - ended, ended, left: 0 }
}

function endsOf(family: Family, i: number): Stranded {
  const [client, server] = [
    { address: family === 'ipv4' ? '192.168.1.2' : 'fd00::2', port: 40_000 + i },
    { address: family === 'ipv4' ? '192.0.2.1' : '2001:db8::1', port: 443 },
  ]
  return { original: { from: client, to: server }, reply: { from: server, to: client } }
}
