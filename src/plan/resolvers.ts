import { familyOf, parseAddress, type Family, type LeaseNews, type Observed } from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { answersEverybody } from './public-resolvers.ts'

/** The resolvers of one line in one family, and who told of them. */
export interface KnownResolvers {
  readonly line: LineFacts
  /** Best first; as they are written where they were found. */
  readonly servers: readonly string[]
  readonly from: 'file' | LeaseNews['source'] | 'nobody'
}

/** Who asks this resolver asks by this line. */
export interface ResolverOwner {
  readonly family: Family
  readonly address: string
  readonly line: LineFacts
}

/** In the order of the file. */
export function knownResolvers(lines: readonly LineFacts[], observed: Observed): KnownResolvers[] {
  return lines.map((line) => {
    const { dns } = line.config
    const ofFamily = (servers: readonly string[]): string[] =>
      servers.filter((server) => familyOf(server) === line.family)
    if (dns !== 'auto') return { line, servers: ofFamily(dns), from: 'file' }
    const news = newsOf(line, observed.leases ?? []).find((one) => ofFamily(one.dns).length > 0)
    return news === undefined
      ? { line, servers: [], from: 'nobody' }
      : { line, servers: ofFamily(news.dns), from: news.source }
  })
}

/** On a shared card the gateway tells whose news it is. */
const newsOf = ({ config, sharesDevice, gateway }: LineFacts, leases: readonly LeaseNews[]): LeaseNews[] =>
  leases.filter(
    (news) =>
      news.interface === config.interface &&
      (!sharesDevice || (news.gateway !== undefined && news.gateway === gateway)),
  )

/**
 * The one line by which each resolver is asked: the first that takes new connections of those that have it. When none
 * of them does, a provider's resolver stays where it belongs, since nobody else gets an answer of it; one that answers
 * everybody is left to the choice.
 */
export function resolverOwners(known: readonly KnownResolvers[]): ResolverOwner[] {
  const addresses = new Set(known.flatMap(({ servers }) => servers))
  return [...addresses].flatMap((written) => {
    const parsed = parseAddress(written)
    if (parsed === undefined) return [] // with a zone: on the link, where no choice is left
    const having = known.filter(({ servers }) => servers.includes(written)).map(({ line }) => line)
    const living = having.find((line) => line.eligible)
    const line = living ?? (answersEverybody(parsed.address) ? undefined : having[0])
    return line === undefined ? [] : [{ ...parsed, line }]
  })
}

/**
 * What whoever asks for names should be told: the first resolver of each line that takes new connections, then the
 * second of each, because many programs read three and no more. Empty: nobody knows one that works.
 */
export function resolversInUse(known: readonly KnownResolvers[]): string[] {
  const lists = known.filter(({ line }) => line.eligible).map(({ servers }) => servers)
  const longest = Math.max(0, ...lists.map((servers) => servers.length))
  const turns = Array.from({ length: longest }, (_, turn) => lists.flatMap((servers) => servers[turn] ?? []))
  return [...new Set(turns.flat())]
}
