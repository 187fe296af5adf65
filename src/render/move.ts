import {
  formatPrefix,
  unreachable,
  type Ended,
  type Family,
  type MarkedConnections,
  type Move,
  type Nexthop,
} from '../model/index.ts'
import * as ip from './ip.ts'
import { rulesetChange } from './nft.ts'
import { deleteShaper, setShaper, type Command } from './tc.ts'

/** How a move is carried out: a line for `ip`, commands for `tc`, a transaction for `nft`, a message to conntrack, a file below /proc/sys. */
export type Order =
  /** What `ip` cannot see from the line it is told by `-6`. */
  | { readonly tool: 'ip'; readonly family?: Family; readonly line: string }
  /** The first way that the kernel knows is taken. `undo` takes away what is there, or was begun when none works. */
  | {
      readonly tool: 'tc'
      readonly ways: readonly (readonly Command[])[]
      readonly undo: readonly Command[]
    }
  | { readonly tool: 'nft'; readonly lines: readonly string[] }
  | { readonly tool: 'conntrack'; readonly ended: Ended }
  | { readonly tool: 'sysctl'; readonly key: string; readonly value: string }

export function orderOf(move: Move): Order {
  switch (move.do) {
    case 'set-sysctl':
      return { tool: 'sysctl', key: move.to.key, value: move.to.value }
    case 'set-link':
      return { tool: 'ip', line: ip.setLink(move.dev, move.up) }
    case 'set-mtu':
      return { tool: 'ip', line: ip.setMtu(move.dev, move.to) }
    case 'add-shaper':
      return { tool: 'tc', ways: setShaper(move.shaper), undo: deleteShaper(move.shaper) }
    case 'change-shaper':
      return { tool: 'tc', ways: setShaper(move.to), undo: [] }
    case 'delete-shaper':
      return { tool: 'tc', ways: [], undo: deleteShaper(move.shaper) }
    case 'forget-neighbour':
      return { tool: 'ip', line: ip.forgetNeighbour(move.neighbour) }
    case 'ask-neighbour':
      return { tool: 'ip', line: ip.askNeighbour(move.neighbour) }
    case 'add-address':
      return { tool: 'ip', line: ip.addAddress(move.address) }
    case 'prolong-address':
      return { tool: 'ip', line: ip.prolongAddress(move.address) }
    case 'delete-address':
      return { tool: 'ip', line: ip.deleteAddress(move.address) }
    case 'add-nexthop':
      return ipOrder(familyOfNexthop(move.nexthop), ip.addNexthop(move.nexthop))
    case 'change-nexthop':
      return ipOrder(familyOfNexthop(move.to), ip.replaceNexthop(move.to))
    case 'delete-nexthop':
      return { tool: 'ip', line: ip.deleteNexthop(move.nexthop) }
    case 'add-route':
      return ipOrder(move.route.family, ip.addRoute(move.route))
    case 'change-route':
      return ipOrder(move.to.family, ip.replaceRoute(move.to))
    case 'delete-route':
      return ipOrder(move.route.family, ip.deleteRoute(move.route))
    case 'add-rule':
      return ipOrder(move.rule.family, ip.addRule(move.rule))
    case 'delete-rule':
      return ipOrder(move.rule.family, ip.deleteRule(move.rule))
    case 'end-connections':
      return { tool: 'conntrack', ended: move }
    case 'change-ruleset':
      return { tool: 'nft', lines: rulesetChange(move.from, move.to) }
    default:
      return unreachable(move)
  }
}

/** For the `conntrack` command, which means IPv4 unless it is told. */
export const deleteConnections = ({ family, mark, mask }: MarkedConnections): string =>
  `-D -f ${family} -m 0x${mark.toString(16)}/0x${mask.toString(16)}`

const ipOrder = (family: Family | undefined, line: string): Order =>
  family === 'ipv6' ? { tool: 'ip', family, line } : { tool: 'ip', line }

/** A group has none, and `ip` refuses it together with one. */
const familyOfNexthop = (nexthop: Nexthop): Family | undefined =>
  nexthop.kind === 'single' ? nexthop.family : undefined

/** The same, as an operator could type it in a shell. */
export function commandsOf(move: Move): string[] {
  const order = orderOf(move)
  switch (order.tool) {
    case 'ip':
      return [`ip ${order.family === 'ipv6' ? '-6 ' : ''}${order.line}`]
    case 'tc':
      return (order.ways[0] ?? order.undo).map((command) => command.join(' '))
    case 'nft':
      return order.lines.map((line) => `nft '${line}'`)
    case 'conntrack':
      return conntrackCommands(order.ended)
    case 'sysctl':
      return [`sysctl -w '${order.key}=${order.value}'`]
    default:
      return unreachable(order)
  }
}

/** The command cannot be asked for all that we can: it takes TCP, and what others have with that address, along. */
function conntrackCommands(ended: Ended): string[] {
  const all = `conntrack ${deleteConnections(ended)}`
  if (ended.within !== undefined)
    return [`${all} -s ${formatPrefix(ended.within)}`, `${all} -q ${formatPrefix(ended.within)}`]
  if (ended.tunnel === undefined) return [all]
  const { sign } = ended.tunnel
  return 'to' in sign
    ? [`${all} -d ${sign.to}`, `${all} -s ${sign.to}`]
    : [`${all} -p udp --sport ${sign.fromUdpPort}`, `${all} -p udp --dport ${sign.fromUdpPort}`]
}
