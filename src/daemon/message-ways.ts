import {
  PROBE,
  mark,
  parseAddress,
  isLinkLocal,
  isUniqueLocal,
  type Family,
  type ProbePath,
} from '../model/index.ts'
import type { LineFacts, Numbers } from '../plan/index.ts'

/** A way for a message. */
export interface MessageWay {
  /** By name; absent: as the routes of the box have it. */
  readonly line?: string
  readonly path?: ProbePath
  readonly family: Family
}

/** More tries are a loss of time: the next one comes soon. */
const MOST_WAYS = 6

/** The lines that work, those in use first, each in the families in which it does. Bound as probes are. */
export const waysOver = (
  lines: readonly LineFacts[],
  numbers: Numbers,
  works: (leg: string) => boolean,
): MessageWay[] =>
  lines
    .filter(({ leg, presence }) => presence.is === 'usable' && works(leg))
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST_WAYS)
    .map(({ config, id, family }) => ({
      line: config.name,
      path: { dev: config.interface, mark: mark(numbers.markOf(id) | PROBE), family },
      family,
    }))

/** One that is in use before one that is not, and over IPv4, which every receiver has, before IPv6. */
const rank = ({ eligible, family }: LineFacts): number => (eligible ? 0 : 2) + (family === 'ipv4' ? 0 : 1)

/** For what is on this box or near it, where no line leads. */
export const NEAR_WAYS: readonly MessageWay[] = [{ family: 'ipv4' }]

/** Whether a host is this box or in a private network, by its address or by what its name says. */
export function isNear(host: string): boolean {
  const address = parseAddress(host.replace(/^\[|\]$/g, ''))
  if (address === undefined) return NEAR_NAME.test(host)
  return address.family === 'ipv4'
    ? NEAR_IPV4.test(address.address)
    : address.address === '::1' || isLinkLocal(address.address) || isUniqueLocal(address.address)
}

/** RFC 1918, RFC 1122, RFC 3927, RFC 6598 */
const NEAR_IPV4 =
  /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./

/** Names that nobody on the Internet knows (RFC 6761, 6762, 8375), or without a domain. */
const NEAR_NAME = /^[^.]+$|\.(?:local|localhost|internal|home\.arpa|lan)$/i
