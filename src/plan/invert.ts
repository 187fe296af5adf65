import { unreachable, type Move } from '../model/index.ts'
import { afterTurning } from './forwarding.ts'

/**
 * The moves that take a move back, in their order; a pass that fails half way is undone with these.
 * @returns none where there is nothing to take back: what the kernel forgot it learns again by itself
 */
export function invert(move: Move): readonly Move[] {
  switch (move.do) {
    case 'set-sysctl':
      return [
        { do: 'set-sysctl', from: move.to, to: move.from },
        ...(move.loses ?? []).map((to): Move => {
          const from = { key: to.key, value: afterTurning(to.key, move.from.value) }
          return { do: 'set-sysctl', from, to }
        }),
      ]
    case 'set-link':
      return [{ ...move, up: !move.up }]
    case 'set-mtu':
      return [{ ...move, from: move.to, to: move.from }]
    case 'add-shaper':
      return [{ do: 'delete-shaper', shaper: move.shaper }]
    case 'change-shaper':
      // Parts of one are no way back.
      return move.from.bitsPerSecond === 0
        ? [{ do: 'delete-shaper', shaper: move.to }]
        : [{ do: 'change-shaper', from: move.to, to: move.from }]
    case 'delete-shaper':
      return move.shaper.bitsPerSecond === 0 ? [] : [{ do: 'add-shaper', shaper: move.shaper }]
    case 'forget-neighbour':
    case 'ask-neighbour':
    case 'end-connections':
    case 'prolong-address':
      return []
    case 'add-address':
      return [{ do: 'delete-address', address: move.address }]
    case 'delete-address':
      return [{ do: 'add-address', address: move.address }]
    case 'add-nexthop':
      return [{ do: 'delete-nexthop', nexthop: move.nexthop }]
    case 'change-nexthop':
      return [{ do: 'change-nexthop', from: move.to, to: move.from }]
    case 'delete-nexthop':
      return [{ do: 'add-nexthop', nexthop: move.nexthop }]
    case 'add-route':
      return [{ do: 'delete-route', route: move.route }]
    case 'change-route':
      return [{ do: 'change-route', from: move.to, to: move.from }]
    case 'delete-route':
      return [{ do: 'add-route', route: move.route }]
    case 'add-rule':
      return [{ do: 'delete-rule', rule: move.rule }]
    case 'delete-rule':
      return [{ do: 'add-rule', rule: move.rule }]
    case 'change-ruleset':
      return [{ do: 'change-ruleset', from: move.to, to: move.from }]
    default:
      return unreachable(move)
  }
}
