import {
  OUR_PROTOCOL,
  type InterfaceAddress,
  type IpRule,
  type MarkedConnections,
  type KernelState,
  type Move,
  type Nexthop,
  type Observed,
  type Route,
  type Sysctl,
} from '../model/index.ts'
import { isOvertaken } from './foreign-rules.ts'
import { afterTurning, leaderOf, lostByTurning } from './forwarding.ts'
import type { Originals } from './memory.ts'
import { nexthopKey, routeKey, routePlace, ruleKey, sameRuleset } from './same.ts'
import { mtuMoves, shaperMoves } from './shaping.ts'

/**
 * The moves from what is to what should be, in an order that no packet falls through: whatever is new is there
 * before the choice points to it, and whatever goes, goes after the choice has left it. Rules come first: they
 * lead to tables that are empty still, which is as if they were not there, and a socket that takes a new address
 * finds its line at once.
 *
 * Ours is what carries our protocol number, our table, and what `originals` says that we put there. Nothing else
 * is touched.
 */
export function diff(observed: Observed, wanted: KernelState, originals: Originals): Move[] {
  const nexthops = observed.nexthops.filter(isOurs)
  const routes = observed.routes.filter(isOurs)
  const rules = observed.rules.filter((rule) => isOurs(rule) && !isOvertaken(rule, observed))
  const overtaken = observed.rules.filter((rule) => isOurs(rule) && isOvertaken(rule, observed))
  const ourAddresses = observed.addresses.filter((address) =>
    originals.addedAddresses.some(sameAddress(address)),
  )

  const wantedRules = new Set(wanted.rules.map(ruleKey))
  const heldRules = new Set(rules.map(ruleKey))
  const wantedPlaces = new Set(wanted.routes.map(routePlace))
  // Of several at one place the first one counts, as in the kernel.
  const heldRoutes = new Map(routes.toReversed().map((route) => [routePlace(route), route]))
  const wantedNexthops = new Set(wanted.nexthops.map((nexthop) => nexthop.id))
  const ofLines = wanted.routes.filter((route) => route.nexthopId === undefined)
  const ofGroup = wanted.routes.filter((route) => route.nexthopId !== undefined)

  return [
    ...sysctlMoves(observed.sysctls, wanted.sysctls),
    ...wanted.linksUp
      .filter((dev) => observed.links.some((link) => link.name === dev && !link.up))
      .map((dev): Move => ({ do: 'set-link', dev, up: true })),
    ...wanted.askAnew.map((neighbour): Move => ({ do: 'forget-neighbour', neighbour })),
    ...wanted.addresses
      .filter((address) => !observed.addresses.some(sameAddress(address)))
      .map((address): Move => ({ do: 'add-address', address })),
    ...wanted.addresses
      .filter((address) => endsOtherwise(address, observed, ourAddresses.some(sameAddress(address))))
      .map((address): Move => ({ do: 'prolong-address', address })),
    ...wanted.ask.map((neighbour): Move => ({ do: 'ask-neighbour', neighbour })),
    // The kernel takes no rule twice, so it goes before it comes back; meanwhile those behind it decide, as they should.
    ...overtaken.map((rule): Move => ({ do: 'delete-rule', rule })),
    ...wanted.rules
      .filter((rule) => !heldRules.has(ruleKey(rule)))
      .map((rule): Move => ({ do: 'add-rule', rule })),
    ...ofLines.flatMap((route) => routeMove(route, heldRoutes)),
    ...singlesFirst(wanted.nexthops).flatMap((nexthop) => nexthopMove(nexthop, nexthops)),
    ...ofGroup.flatMap((route) => routeMove(route, heldRoutes)),
    ...(sameRuleset(observed.ruleset, wanted.ruleset)
      ? []
      : [{ do: 'change-ruleset', from: observed.ruleset, to: wanted.ruleset } satisfies Move]),
    ...rules
      .filter((rule) => !wantedRules.has(ruleKey(rule)))
      .map((rule): Move => ({ do: 'delete-rule', rule })),
    ...routes
      .filter((route) => !wantedPlaces.has(routePlace(route)))
      .map((route): Move => ({ do: 'delete-route', route })),
    ...singlesFirst(nexthops)
      .toReversed()
      .filter((nexthop) => !wantedNexthops.has(nexthop.id))
      .map((nexthop): Move => ({ do: 'delete-nexthop', nexthop })),
    // Last come, first gone: with the first address of a network the kernel may take the later ones along.
    ...ourAddresses
      .filter((address) => !wanted.addresses.some(sameAddress(address)))
      .toReversed()
      .map((address): Move => ({ do: 'delete-address', address })),
    // What lines can do without waits for nobody, and nobody for it.
    ...mtuMoves(observed, wanted.mtus),
    ...shaperMoves(observed.shapers, wanted.shapers),
    // Last, when nothing can fail any more: nobody brings an ended connection back.
    ...[...connectionsOfGoneLines(rules, wanted), ...wanted.ended].map((of): Move => ({
      do: 'end-connections',
      ...of,
    })),
  ]
}

/** The kernel counts whole seconds, and a look takes its time: one that ends a little late is as wished. */
const SOONER_S = 1
const LATER_S = 3

/**
 * Of an address that was given for a time: was it renewed, or is it to end and the kernel does not know? One that
 * stands in the file and that somebody else renews is his.
 */
function endsOtherwise(address: InterfaceAddress, observed: Observed, isOurs: boolean): boolean {
  const held = observed.addresses.find(sameAddress(address))
  if (held === undefined || (address.validForS === undefined && (held.validForS === undefined || !isOurs)))
    return false
  const differenceS = (address.validForS ?? Infinity) - (held.validForS ?? Infinity)
  return differenceS > SOONER_S || differenceS < -LATER_S
}

/** What the kernel overwrites when forwarding is turned is set after it, and from what it will be by then. */
function sysctlMoves(observed: readonly Sysctl[], wanted: readonly Sysctl[]): Move[] {
  const values = new Map(observed.map(({ key, value }) => [key, value]))
  const turned = new Map(
    wanted
      .filter(({ key, value }) => (values.get(key) ?? value) !== value)
      .map(({ key, value }) => [key, value]),
  )
  return wanted
    .toSorted((a, b) => Number(leaderOf(a.key) !== undefined) - Number(leaderOf(b.key) !== undefined))
    .flatMap((to): Move[] => {
      const held = values.get(to.key)
      if (held === undefined) return []
      const leader = turned.get(leaderOf(to.key) ?? '')
      const from = { key: to.key, value: leader === undefined ? held : afterTurning(to.key, leader) }
      if (from.value === to.value) return []
      const loses = lostByTurning(observed, to.key, held)
      return [{ do: 'set-sysctl', from, to, ...(loses.length === 0 ? {} : { loses }) }]
    })
}

/**
 * What is pinned to a line that is no longer wanted; where our rules stand among others is no matter of it, nor those
 * of a tunnel's own packets, which only ask for its mark.
 */
function connectionsOfGoneLines(rules: readonly IpRule[], wanted: KernelState): MarkedConnections[] {
  const isPinning = ({ iif }: IpRule): boolean => iif === undefined
  return rules.filter(isPinning).flatMap((held) => {
    const stays = wanted.rules
      .filter(isPinning)
      .some(
        ({ family, fwmark, table }) =>
          family === held.family &&
          fwmark?.mark === held.fwmark?.mark &&
          fwmark?.mask === held.fwmark?.mask &&
          table === held.table,
      )
    return held.fwmark === undefined || stays ? [] : [{ family: held.family, ...held.fwmark }]
  })
}

function nexthopMove(wanted: Nexthop, held: readonly Nexthop[]): Move[] {
  const from = held.find((nexthop) => nexthop.id === wanted.id)
  if (from === undefined) return [{ do: 'add-nexthop', nexthop: wanted }]
  if (nexthopKey(from) === nexthopKey(wanted)) return []
  // A group keeps its kind: the kernel refuses to change it in place.
  const to =
    wanted.kind === 'group' && from.kind === 'group' ? { ...wanted, resilient: from.resilient } : wanted
  return [{ do: 'change-nexthop', from, to }]
}

function routeMove(wanted: Route, held: ReadonlyMap<string, Route>): Move[] {
  const from = held.get(routePlace(wanted))
  if (from === undefined) return [{ do: 'add-route', route: wanted }]
  return routeKey(from) === routeKey(wanted) ? [] : [{ do: 'change-route', from, to: wanted }]
}

/** A group can only name members that are there. */
const singlesFirst = (nexthops: readonly Nexthop[]): Nexthop[] =>
  nexthops.toSorted((a, b) => Number(a.kind === 'group') - Number(b.kind === 'group'))

const isOurs = (thing: { readonly protocol: number }): boolean => thing.protocol === OUR_PROTOCOL

export const sameAddress =
  (a: InterfaceAddress) =>
  (b: InterfaceAddress): boolean =>
    a.dev === b.dev && a.address === b.address && a.length === b.length
