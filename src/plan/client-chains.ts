import { CLIENT_SETS, type Config, type Family, type NftChain, type NftMap } from '../model/index.ts'
import { WORD, chain, rule } from './nft-words.ts'

const KEY = { ipv4: 'ipv4_addr', ipv6: 'ipv6_addr' } as const satisfies Record<Family, string>

/** A client that pretends to be many fills no more than that; who has nothing for an hour makes room. */
const BOUNDS = 'size 16384; flags dynamic,timeout; timeout 1h;'

/** Counted where packets have the client's own address. Only where the file asks: it costs, and is about people. */
export const clientSets = (config: Config, families: readonly Family[]): NftMap[] =>
  config.history?.clients === true
    ? families.flatMap((family) =>
        [CLIENT_SETS.sent, CLIENT_SETS.received].map((of) => ({
          kind: 'set' as const,
          name: of[family],
          declaration: `type ifname . ${KEY[family]}; ${BOUNDS}`,
          elements: new Map<string, string>(),
          dynamic: true,
        })),
      )
    : []

/** @param devices of the lines, as nft lists them */
export const clientChains = (config: Config, families: readonly Family[], devices: string): NftChain[] =>
  config.history?.clients === true
    ? [
        {
          ...chain(
            'clients',
            families.flatMap((family) => [
              rule(
                `iifname @lan oifname { ${devices} } update @${CLIENT_SETS.sent[family]} { oifname . ${WORD[family]} saddr counter }`,
                'what a client sends over a line',
              ),
              rule(
                `oifname @lan iifname { ${devices} } update @${CLIENT_SETS.received[family]} { iifname . ${WORD[family]} daddr counter }`,
                'and what it gets',
              ),
            ]),
          ),
          // Behind the filters: what they drop nobody had.
          hook: 'type filter hook forward priority filter + 10; policy accept;',
        },
      ]
    : []
