/**
 * Questions to a line's resolver leave by that line, whatever the choice would be: most providers answer none but
 * their own customers. For the LAN a map does it, for the box itself routing rules, which see the question before it
 * has a source address.
 */
import { OUR_PROTOCOL, hostPrefix, type Config, type Family, type IpRule, type NftChain, type NftMap, type NftRule, type Observed } from '../model/index.ts' // prettier-ignore
import { catchers } from './foreign-rules.ts'
import { familiesIn, type LineFacts } from './lines.ts'
import { sentCounter } from './line-chains.ts'
import { SUFFIX, WORD, chain, map, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'
import { knownResolvers, resolverOwners, type ResolverOwner } from './resolvers.ts'

/** DNS, and DNS over TLS. */
const DNS_PORTS = [53, 853]

export interface DnsRules {
  readonly maps: readonly NftMap[]
  readonly chains: readonly NftChain[]
  /** In `prerouting`, for what is neither near nor others' to decide. */
  readonly choosing: readonly NftRule[]
}

/** What the table has for them. */
export function dnsRules(lines: readonly LineFacts[], observed: Observed): DnsRules {
  const owners = resolverOwners(knownResolvers(lines, observed))
  const askedBy = lines.filter(({ leg }) => owners.some(({ line }) => line.leg === leg))
  const families = familiesIn(lines)
  return {
    maps: families.map((family) =>
      map(
        DNS_MAP[family],
        `type ${family}_addr . inet_service : verdict;`,
        owners.filter((owner) => owner.family === family).flatMap(elements),
      ),
    ),
    chains: askedBy.map(({ id, family, config: { name } }) =>
      chain(`ask${SUFFIX[family]}_${id}`, [
        rule(
          `counter name ${sentCounter(id, family)} goto line_${id}`,
          `a resolver of ${name} is asked, and should answer`,
        ),
      ]),
    ),
    choosing: families.map((family) =>
      rule(
        `${WORD[family]} daddr . th dport vmap @${DNS_MAP[family]}`,
        'asks a resolver of a line: that line',
      ),
    ),
  }
}

/** By whom they ask. */
export const DNS_MAP = { ipv4: 'dns4', ipv6: 'dns6' } as const satisfies Record<Family, string>

/**
 * For the box's own questions in one family. None while a VPN decides for the box: what it takes is its own, names included.
 * `iif lo`: without it the kernel would look for ports in every packet that it forwards.
 */
export function ownDnsRules(
  config: Config,
  lines: readonly LineFacts[],
  observed: Observed,
  numbers: Numbers,
  family: Family,
): IpRule[] {
  if (config.vpn !== 'ours' && catchers(observed, numbers).some(({ rule: { family: of } }) => of === family))
    return []
  return resolverOwners(knownResolvers(lines, observed)).flatMap((owner) =>
    DNS_PORTS.map((dport): IpRule => ({
      family: owner.family,
      priority: numbers.dnsPriority,
      to: hostPrefix(owner.family, owner.address),
      iif: 'lo',
      dport,
      table: numbers.tableOf(owner.line.id),
      protocol: OUR_PROTOCOL,
      other: [],
    })),
  )
}

const elements = ({ address, line }: ResolverOwner): (readonly [string, string])[] =>
  DNS_PORTS.map((port) => [`${address} . ${port}`, `goto ask${SUFFIX[line.family]}_${line.id}`])
