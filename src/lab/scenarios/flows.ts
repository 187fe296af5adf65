/** Connections that last, of both kinds, for tests in which they must not notice anything. */
import assert from 'node:assert/strict'
import type { Lab, SocketOptions } from '../index.ts'

export interface Flow {
  readonly name: string
  readonly line: string
  /** A question and its answer. Rejects when none comes, or when the server sees another end than at the beginning. */
  talk(timeoutMs?: number): Promise<void>
  /** TCP: why it ended (`ECONNRESET`); never for UDP. */
  readonly ended: Promise<string | undefined>
}

export const flowsOn = (flows: readonly Flow[], line: string): Flow[] =>
  flows.filter((flow) => flow.line === line)

export const talkAll = (flows: readonly Flow[]): Promise<unknown> =>
  Promise.all(flows.map((flow) => flow.talk()))

/**
 * `each` TCP and `each` UDP flows, from the hosts and to the servers in turn, both more than one line's share.
 * @param options `family`: whose servers, default those of IPv4
 */
export async function openFlows(
  lab: Lab,
  hosts: readonly string[],
  each: number,
  options: SocketOptions = {},
): Promise<Flow[]> {
  const servers = options.family === 'ipv6' ? lab.topology.servers6 : lab.topology.servers
  const pairs = Array.from({ length: each }, (_, i) => ({
    host: hosts[i % hosts.length] ?? assert.fail(),
    server: servers[i % servers.length] ?? assert.fail(),
  }))
  const lineOf = (address: string): string =>
    lab.lineOfAddress(address) ?? assert.fail(`${address} is no line's`)

  const tcp = pairs.map(async ({ host, server }, i): Promise<Flow> => {
    const connection = await lab.openConnection(host, server, options)
    return {
      name: `TCP ${i} from ${host} to ${server}`,
      line: lineOf(connection.seen.client),
      talk: (timeoutMs) => connection.exchange(timeoutMs),
      ended: connection.ended,
    }
  })
  const udp = pairs.map(async ({ host, server }, i): Promise<Flow> => {
    const talker = await lab.openUdpTalker(host, options)
    const first = await talker.ask(server)
    return {
      name: `UDP ${i} from ${host} to ${server}`,
      line: lineOf(first.client),
      talk: async (timeoutMs = 2000) => assert.deepEqual(await talker.ask(server, { timeoutMs }), first),
      ended: new Promise(() => {}),
    }
  })
  return Promise.all([...tcp, ...udp])
}
