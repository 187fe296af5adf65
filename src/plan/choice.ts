import {
  FAMILIES,
  SLOTS,
  type Config,
  type Family,
  type LineId,
  type NftChain,
  type NftMap,
  type NftRule,
  type Ruleset,
} from '../model/index.ts'
import { affinityKeyText } from './affinity.ts'
import { legsIn, type LineFacts } from './lines.ts'
import { SUFFIX, chain, hex, map, rule } from './nft-words.ts'
import type { Numbers } from './numbers.ts'
import { fillSlots } from './slots.ts'

/** How a line is chosen for a new connection: where the two met before, else the next in turn. */
export interface Choice {
  readonly maps: readonly NftMap[]
  readonly chains: readonly NftChain[]
  /** In `prerouting`, behind the choice. */
  readonly remembering: readonly NftRule[]
}

/**
 * @param chosen legs that new connections may take
 * @param families those in which any line is one
 * @param held the table as it is: as few slots as can be change hands
 */
export function choiceOf(
  config: Config,
  chosen: readonly LineFacts[],
  families: readonly Family[],
  held: Ruleset | undefined,
  numbers: Numbers,
): Choice {
  const mask = hex(numbers.mask)
  const hasBoth = families.length === FAMILIES.length
  const isRemembered = config.affinity !== 'connection'
  const remember = (family: Family): string =>
    `${affinityKeyText(config.affinity, family)} : ct mark & ${mask}`
  return {
    maps: [
      ...families.map((family) =>
        map(
          SLOTS_OF[family],
          `typeof numgen inc mod ${SLOTS} : verdict;`,
          fillSlots(legsIn(family, chosen), slotsOf(held, family)).map((id, i) => [
            String(i),
            `goto pick_${id}`,
          ]),
        ),
      ),
      {
        ...map(
          'affinity',
          'typeof numgen inc mod 2 : ct mark; size 65536; flags dynamic,timeout; timeout 10m;',
          [],
        ),
        dynamic: true,
      },
    ],
    chains: families.map((family, i) =>
      chain(`choose${i === 0 ? '' : SUFFIX[family]}`, [
        ...(hasBoth && i === 0 ? [rule('meta nfproto ipv6 goto choose6', 'IPv6 by itself')] : []),
        ...(isRemembered
          ? [
              rule(
                `ct mark 0 ct mark set ${affinityKeyText(config.affinity, family)} map @affinity`,
                'where did these two meet last time?',
              ),
              rule(`ct mark & ${mask} vmap @alive${SUFFIX[family]}`, 'there again, if that line works'),
              rule(
                `ct mark & ${mask} != 0 delete @affinity { ${remember(family)} }`,
                'else forget it, or it would never stick again',
              ),
            ]
          : []),
        rule(`numgen inc mod ${SLOTS} vmap @${SLOTS_OF[family]}`, 'the next line in turn, by weight'),
        ...(isRemembered
          ? [
              rule(
                `ct mark set ct mark & ${hex(numbers.keep)}`,
                'no line at all: not the one of last time either',
              ),
            ]
          : []),
      ]),
    ),
    remembering: isRemembered
      ? families.map((family) =>
          rule(
            `${hasBoth ? `meta nfproto ${family} ` : ''}ct mark & ${mask} != 0 update @affinity { ${remember(family)} }`,
            'remember where they met',
          ),
        )
      : [],
  }
}

const SLOTS_OF = { ipv4: 'slots', ipv6: 'slots6' } as const satisfies Record<Family, string>

/** Which line each slot has now, as the kernel tells it. */
export function slotsOf(ruleset: Ruleset | undefined, family: Family): (LineId | undefined)[] {
  const slots = ruleset?.maps.find((candidate) => candidate.name === SLOTS_OF[family])?.elements
  if (slots === undefined || slots.size !== SLOTS) return []
  return Array.from({ length: SLOTS }, (_, i) => {
    const match = /^goto pick_(\d+)$/.exec(slots.get(String(i)) ?? '')
    return match === null ? undefined : (Number(match[1]) as LineId)
  })
}
