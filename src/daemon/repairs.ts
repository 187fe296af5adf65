import {
  describeCulprit,
  thingOf,
  unreachable,
  type Culprit,
  type KernelState,
  type Move,
  type Thing,
} from '../model/index.ts'

/** Something of ours that was as wished before, and is put back: so somebody took it away, or changed it. */
export interface Repair {
  readonly move: Move
  readonly thing: Thing
  readonly kind: keyof typeof PLURALS
}

const PLURALS = {
  rule: 'rules',
  route: 'routes',
  nexthop: 'nexthops',
  address: 'addresses',
  'nft table': 'nft tables',
  setting: 'settings',
  queue: 'queues',
} as const

/**
 * @param before what was wished, and so, when it was last looked at
 * @param isTaken whether somebody was seen laying hands on it
 */
export function repairsAmong(
  moves: readonly Move[],
  before: KernelState | undefined,
  isTaken: (thing: Thing) => boolean,
): Repair[] {
  if (before === undefined) return []
  return moves.flatMap((move) => {
    const repair = repairBy(move, before, isTaken)
    return repair === undefined ? [] : [{ move, ...repair }]
  })
}

function repairBy(
  move: Move,
  before: KernelState,
  isTaken: (thing: Thing) => boolean,
): Omit<Repair, 'move'> | undefined {
  switch (move.do) {
    case 'add-rule':
      return has(before.rules, move.rule) ? { kind: 'rule', thing: thingOf.rule(move.rule) } : undefined
    case 'add-route':
      return routeRepair(before, move.route)
    case 'change-route':
      return routeRepair(before, move.to)
    case 'add-nexthop':
      return nexthopRepair(before, move.nexthop)
    case 'change-nexthop':
      return nexthopRepair(before, move.to)
    case 'add-address':
      return has(before.addresses, move.address)
        ? { kind: 'address', thing: thingOf.address(move.address) }
        : undefined
    case 'set-sysctl':
      return has(before.sysctls, move.to) ? { kind: 'setting', thing: `setting ${move.to.key}` } : undefined
    case 'set-mtu':
      return has(before.mtus, { dev: move.dev, mtuBytes: move.to })
        ? { kind: 'setting', thing: `MTU of ${move.dev}` }
        : undefined
    case 'add-shaper':
      return queueRepair(before, move.shaper)
    case 'change-shaper':
      return queueRepair(before, move.to)
    case 'change-ruleset': {
      const isGone = move.from === undefined && before.ruleset !== undefined
      return isGone || isTaken(thingOf.ruleset) ? { kind: 'nft table', thing: thingOf.ruleset } : undefined
    }
    case 'delete-rule':
    case 'delete-route':
    case 'delete-nexthop':
    case 'prolong-address':
    case 'delete-address':
    case 'delete-shaper':
    case 'set-link':
    case 'forget-neighbour':
    case 'ask-neighbour':
    case 'end-connections':
      return undefined
    default:
      return unreachable(move)
  }
}

const routeRepair = (
  before: KernelState,
  route: KernelState['routes'][number],
): Omit<Repair, 'move'> | undefined =>
  has(before.routes, route) ? { kind: 'route', thing: thingOf.route(route) } : undefined

const nexthopRepair = (
  before: KernelState,
  nexthop: KernelState['nexthops'][number],
): Omit<Repair, 'move'> | undefined =>
  has(before.nexthops, nexthop) ? { kind: 'nexthop', thing: thingOf.nexthop(nexthop) } : undefined

const queueRepair = (
  before: KernelState,
  shaper: KernelState['shapers'][number],
): Omit<Repair, 'move'> | undefined =>
  has(before.shapers, shaper) ? { kind: 'queue', thing: `queue of ${shaper.dev}` } : undefined

const has = <T>(all: readonly T[], one: T): boolean => {
  const text = JSON.stringify(one)
  return all.some((other) => JSON.stringify(other) === text)
}

/** `7 rules, 2 routes and 1 setting (net/ipv4/ip_forward)`: who looks for the culprit must know which setting it was. */
export function countRepairs(repairs: readonly Repair[]): string {
  const counts = Object.entries(PLURALS).flatMap(([kind, plural]) => {
    const ofKind = repairs.filter((repair) => repair.kind === kind)
    const count = ofKind.length
    if (count === 0) return []
    const which = kind === 'setting' ? ` (${namesOf(ofKind)})` : ''
    return [`${count} ${count === 1 ? kind : plural}${which}`]
  })
  return [counts.slice(0, -1).join(', '), ...counts.slice(-1)].filter((part) => part !== '').join(' and ')
}

const NAMED_AT_MOST = 3

const namesOf = (settings: readonly Repair[]): string =>
  [
    ...settings.slice(0, NAMED_AT_MOST).map(({ thing }) => thing.replace(/^setting /, '')),
    ...(settings.length > NAMED_AT_MOST ? ['…'] : []),
  ].join(', ')

/** `rules and routes`: of what there is some. */
export const kindsOf = (repairs: readonly Repair[]): string =>
  [...new Set(repairs.map(({ kind }) => (kind === 'nft table' ? kind : PLURALS[kind])))].join(' and ')

export const describeCulprits = (culprits: readonly Culprit[]): string =>
  (culprits.length === 0 ? [{}] : culprits).map(describeCulprit).join(' and ')
