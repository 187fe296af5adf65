import { containsAddress, overlap, type NftRule, type Prefix, type Ruleset } from '../model/index.ts'
import type { LineFacts } from './lines.ts'
import { networksText } from './networks.ts'
import { WORD, rule } from './nft-words.ts'

/**
 * Clients with an address of their own, of several entries the longest prefix. In networks beside the line that this
 * address is none of, a modem's page, nobody may know a way back to it.
 */
export function ownSources({ config: line, family }: LineFacts, near: readonly Prefix[]): NftRule[] {
  const word = WORD[family]
  return (line.sources ?? [])
    .filter(({ clients }) => clients.family === family)
    .toSorted((a, b) => b.clients.length - a.clients.length)
    .map(({ clients, address }) => {
      const around = near.filter((network) => containsAddress(network, address))
      const beside = near.filter((network) => !around.some((one) => overlap(one, network)))
      const beyond = beside.length === 0 ? '' : `${word} daddr != ${networksText(beside)} `
      return rule(
        `${word} saddr ${networksText([clients])} ${beyond}snat ${word} to ${address}`,
        `${line.name}: ${OF_THE_FILE}`,
      )
    })
}

/** In the comments of rules that give clients an address of their own. */
const OF_THE_FILE = 'the address that the file gives these clients'

/** What of a ruleset decides it, for telling whether it changes: each rule has its fingerprint in its comment. */
export const sourcesIn = (ruleset: Ruleset | undefined): string[] =>
  (ruleset?.chains ?? []).flatMap(({ rules }) =>
    rules.map(({ comment }) => comment).filter((comment) => comment.includes(OF_THE_FILE)),
  )
