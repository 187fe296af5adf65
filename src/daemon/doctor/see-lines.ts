import { pathMtu, probeOnce } from '../../kernel/index.ts'
import {
  PROBE,
  mark,
  witnessAddresses,
  type Config,
  type Observed,
  type ProbePath,
} from '../../model/index.ts'
import { numbersOf, type KnownResolvers } from '../../plan/index.ts'
import type { LineLook } from './line-findings.ts'

/** A resolver that takes longer is none for people. */
const RESOLVER_MS = 1500

/**
 * Asks over every line that is there, all at once and for two seconds; one that is known to be dead is left alone.
 * @param isInKernel our rules stand: then its own mark is the way, else its interface alone
 */
export async function seeLines(
  config: Config,
  observed: Observed,
  known: readonly KnownResolvers[],
  { isInKernel, dead }: { readonly isInKernel: boolean; readonly dead: ReadonlySet<string> },
): Promise<LineLook[]> {
  const numbers = numbersOf(config)
  const asked = known.filter(({ line }) => line.presence.is === 'usable' && !dead.has(line.leg))
  return Promise.all(
    asked.map(async ({ line, servers }) => {
      const { family, id, leg, address } = line
      const dev = line.config.interface
      const mtuBytes = observed.links.find(({ name }) => name === dev)?.mtuBytes ?? 0
      const way: ProbePath = isInKernel
        ? { dev, mark: mark(numbers.markOf(id) | PROBE), family }
        : { dev, ...(address !== undefined && { source: address.address }), family }
      const path = pathMtu(way, witnessAddresses(family), family, mtuBytes)
      const resolvers = servers.map(async (server) => ({
        server,
        answer: await probeOnce(way, { kind: 'dns', address: server }, RESOLVER_MS),
      }))
      return {
        leg,
        interface: dev,
        mtuBytes,
        resolvers: await Promise.all(resolvers),
        path: await path,
      }
    }),
  )
}
