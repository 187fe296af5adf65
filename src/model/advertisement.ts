import type { Prefix } from './prefix.ts'

/** What a router tells the hosts on one of its interfaces (RFC 4861, 4.2). */
export interface Advertisement {
  readonly dev: string
  /** How long hosts may take it for the way out; 0: it is none. */
  readonly routerLifetimeS: number
  readonly prefixes: readonly AdvertisedPrefix[]
  /** The longest packet to send; absent: as the interface is. */
  readonly mtuBytes?: number
  /** Who answers for names (RFC 8106). */
  readonly resolvers: readonly string[]
}

/** Of which hosts make themselves addresses. */
export interface AdvertisedPrefix {
  readonly prefix: Prefix
  readonly validS: number
  /** 0: addresses stay, and new connections take others. */
  readonly preferredS: number
  /** Both run out, unless whoever gave it renews it. */
  readonly ends?: true
}
