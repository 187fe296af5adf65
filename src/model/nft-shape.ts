import type { NftChain, NftMap, Ruleset } from './kernel-state.ts'

/** `policy accept;` of a hook: the one word of it that can be changed in place. */
export const policyOf = (chain: NftChain): string => POLICY.exec(chain.hook ?? '')?.[0] ?? ''

const POLICY = /\bpolicy \w+;/

/**
 * Whether one can become the other in place. The kernel changes neither a hook nor its priority, nor how a map is
 * declared, and a table that sleeps can be woken, but not in one transaction with what else may have to be done.
 */
export function sameShape(a: Ruleset, b: Ruleset): boolean {
  const chains = new Map(b.chains.map((chain) => [chain.name, chain]))
  const maps = new Map(b.maps.map((map) => [map.name, map]))
  return (
    a.dormant === b.dormant &&
    a.chains.every((chain) => {
      const other = chains.get(chain.name)
      return other === undefined || placeOf(chain) === placeOf(other)
    }) &&
    a.maps.every((map) => {
      const other = maps.get(map.name)
      return other === undefined || declarationOf(map) === declarationOf(other)
    }) &&
    (a.flowtable?.name !== b.flowtable?.name || devicesOf(a) === devicesOf(b))
  )
}

const devicesOf = ({ flowtable }: Ruleset): string => (flowtable?.devices ?? []).toSorted().join(' ')

const placeOf = ({ hook = '' }: NftChain): string => statements(hook.replace(POLICY, '')).join('; ')

/** Versions of nft differ in the order of the statements, not in their words. */
const declarationOf = ({ kind, declaration }: NftMap): string =>
  [kind, ...statements(declaration).map(flagsInOrder).toSorted()].join('; ')

const flagsInOrder = (statement: string): string => {
  const [word, ...flags] = statement.split(/[ ,]+/)
  return word === 'flags' ? `flags ${flags.toSorted().join(',')}` : statement
}

const statements = (text: string): string[] =>
  text
    .split(';')
    .map((statement) => statement.trim().replaceAll(/\s+/g, ' '))
    .filter((statement) => statement !== '')
