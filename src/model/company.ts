/** What other programs on the box leave to be seen of themselves, besides links, rules and routes. */
export interface Company {
  /** Chains of nft, of all tables; absent: they could not be read. */
  readonly chains?: readonly SeenChain[]
  /** Names of the programs that run in our network, or, where nobody tells, on this machine; at most 15 letters. */
  readonly programs: readonly string[]
  /** What is loaded at boot begins with `flush ruleset`. */
  readonly flushesRuleset: boolean
  /** systemd-networkd was told to leave rules of others alone. */
  readonly foreignRulesKept: boolean
  /** Interfaces on which radvd is told to advertise. */
  readonly radvdOn: readonly string[]
}

export interface SeenChain {
  /** Family and name: `ip filter` */
  readonly table: string
  readonly name: string
  readonly hook?: string
  readonly policy?: string
}
