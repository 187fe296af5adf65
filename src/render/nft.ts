import {
  OUR_TABLE,
  policyOf,
  sameRules,
  sameShape,
  type NftChain,
  type NftFlowtable,
  type NftMap,
  type Ruleset,
} from '../model/index.ts'

/**
 * The nft text that turns one ruleset into another: one transaction, and the table and its hooks stay in place, so
 * that no packet meets a gap (replacing the whole table let packets out with a wrong source). Only where that cannot
 * be, for somebody, or another release, made the table otherwise, is it replaced whole; what packets filled is lost.
 *
 * Chains come before maps: nftables 1.0.6 sends the elements of an interval map together with the map, and they
 * name chains.
 */
export function rulesetChange(from: Ruleset | undefined, to: Ruleset | undefined): string[] {
  if (to === undefined) return from === undefined ? [] : [`delete table ${OUR_TABLE}`]
  if (from !== undefined && !sameShape(from, to))
    return [`delete table ${OUR_TABLE}`, ...rulesetChange(undefined, to)]
  const oldChains = byName(from?.chains)
  const oldMaps = byName(from?.maps)
  const newChains = byName(to.chains)
  const newMaps = byName(to.maps)
  const rewritten = to.chains.filter((chain) => !sameRules(chain, oldChains.get(chain.name)))
  const goneChains = [...oldChains.keys()].filter((name) => !newChains.has(name))
  const goneMaps = [...oldMaps.values()].filter((map) => !newMaps.has(map.name))

  return [
    ...(from === undefined ? [addTable(to)] : []),
    ...to.chains.filter((chain) => !oldChains.has(chain.name)).map(addChain),
    ...to.chains.flatMap((chain) => policyChange(oldChains.get(chain.name), chain)),
    ...to.counters
      .filter((name) => from?.counters.includes(name) !== true)
      .map((name) => `add counter ${OUR_TABLE} ${name}`),
    ...to.maps.filter((map) => !oldMaps.has(map.name)).map(addMap),
    // Rules let go of maps and chains before these change; until the transaction ends packets see none of it.
    ...rewritten
      .filter((chain) => oldChains.has(chain.name))
      .map((chain) => `flush chain ${OUR_TABLE} ${chain.name}`),
    ...goneChains.map((name) => `flush chain ${OUR_TABLE} ${name}`),
    ...(from?.flowtable === undefined || from.flowtable.name === to.flowtable?.name
      ? []
      : [`delete flowtable ${OUR_TABLE} ${from.flowtable.name}`]),
    ...(to.flowtable === undefined || to.flowtable.name === from?.flowtable?.name
      ? []
      : [addFlowtable(to.flowtable)]),
    ...to.maps.flatMap((map) => elementChanges(oldMaps.get(map.name), map)),
    ...rewritten.flatMap((chain) => chain.rules.map((rule) => addRule(chain.name, rule.text, rule.comment))),
    ...goneMaps.map((map) => `delete ${map.kind} ${OUR_TABLE} ${map.name}`),
    ...goneChains.map((name) => `delete chain ${OUR_TABLE} ${name}`),
    ...(from?.counters ?? [])
      .filter((name) => !to.counters.includes(name))
      .map((name) => `delete counter ${OUR_TABLE} ${name}`),
  ]
}

const addTable = ({ dormant }: Ruleset): string =>
  `add table ${OUR_TABLE}${dormant === true ? ' { flags dormant; }' : ''}`

const policyChange = (from: NftChain | undefined, to: NftChain): string[] =>
  from === undefined || policyOf(from) === policyOf(to)
    ? []
    : [`add chain ${OUR_TABLE} ${to.name} { ${policyOf(to)} }`]

const addChain = (chain: NftChain): string =>
  `add chain ${OUR_TABLE} ${chain.name}${chain.hook === undefined ? '' : ` { ${chain.hook} }`}`

const addMap = (map: NftMap): string => `add ${map.kind} ${OUR_TABLE} ${map.name} { ${map.declaration} }`

const addFlowtable = ({ name, devices }: NftFlowtable): string =>
  `add flowtable ${OUR_TABLE} ${name} { hook ingress priority filter; devices = { ${devices.map((device) => `"${device}"`).join(', ')} }; }`

const addRule = (chain: string, text: string, comment: string): string =>
  `add rule ${OUR_TABLE} ${chain} ${text} comment "${comment}"`

function elementChanges(from: NftMap | undefined, to: NftMap): string[] {
  if (to.dynamic === true) return []
  const old = from?.elements ?? new Map<string, string>()
  const gone = [...old].filter(([key, value]) => to.elements.get(key) !== value).map(([key]) => key)
  const fresh = [...to.elements].filter(([key, value]) => old.get(key) !== value)
  if (gone.length === 0 && fresh.length === 0) return []
  if (to.declaration.includes('interval') && gone.length > 0) {
    // nftables looks for overlaps among old and new intervals alike, so the old ones go first, all of them.
    return [flushMap(to), ...addElements(to, [...to.elements])]
  }
  return [
    ...(gone.length === 0 ? [] : [`delete element ${OUR_TABLE} ${to.name} { ${gone.join(', ')} }`]),
    ...addElements(to, fresh),
  ]
}

const flushMap = (map: NftMap): string => `flush ${map.kind} ${OUR_TABLE} ${map.name}`

const addElements = (map: NftMap, elements: readonly (readonly [string, string])[]): string[] =>
  elements.length === 0
    ? []
    : [
        `add element ${OUR_TABLE} ${map.name} { ${elements
          .map(([key, value]) => (value === '' ? key : `${key} : ${value}`))
          .join(', ')} }`,
      ]

const byName = <T extends { readonly name: string }>(things: readonly T[] | undefined): Map<string, T> =>
  new Map((things ?? []).map((thing) => [thing.name, thing]))
