import {
  FAMILIES,
  MAIN_TABLE,
  unreachable,
  type Config,
  type InterfaceAddress,
  type LineId,
  type Move,
  type Neighbour,
} from '../model/index.ts'
import type { Desired } from './desired.ts'
import type { Memory } from './memory.ts'
import { isTunnelRule, tunnelOfRule } from './tunnels.ts'
import { numbersOf } from './numbers.ts'

/** The name of the line that a move is about; `undefined`: the router as a whole. @param memory knows lines of before, too */
export function lineOfMove(
  move: Move,
  { lines }: Desired,
  config: Config,
  { ids }: Pick<Memory, 'ids'>,
): string | undefined {
  const numbers = numbersOf(config)
  const named = (isIt: (id: LineId) => boolean): string | undefined =>
    Object.entries(ids).find(([, id]) => isIt(id))?.[0]
  const byDevice = (dev: string | undefined): string | undefined =>
    config.lines.find((line) => line.interface === dev)?.name
  const byAddress = ({ dev, address }: InterfaceAddress): string | undefined =>
    config.lines.find(
      (line) => line.interface === dev && line.addresses.some((own) => own.address === address),
    )?.name ?? byDevice(dev)
  const byGateway = ({ dev, address }: Neighbour): string | undefined =>
    lines.find(({ config, gateway }) => config.interface === dev && gateway === address)?.config.name
  const byTable = (table: number | undefined): string | undefined =>
    named((id) => numbers.tableOf(id) === table)
  switch (move.do) {
    case 'set-sysctl':
      return byDevice(/\/conf\/([^/]+)\//.exec(move.to.key)?.[1])
    case 'set-link':
    case 'set-mtu':
      return byDevice(move.dev)
    case 'add-shaper':
    case 'delete-shaper':
      return byDevice(move.shaper.dev)
    case 'change-shaper':
      return byDevice(move.to.dev)
    case 'end-connections':
      return named((id) => numbers.markOf(id) === move.mark)
    case 'forget-neighbour':
    case 'ask-neighbour':
      return byGateway(move.neighbour)
    case 'add-address':
    case 'prolong-address':
    case 'delete-address':
      return byAddress(move.address)
    case 'add-nexthop':
    case 'delete-nexthop':
    case 'change-nexthop': {
      const { id } = move.do === 'change-nexthop' ? move.to : move.nexthop
      return named((line) => FAMILIES.some((family) => numbers.nexthopOf(line, family) === id))
    }
    case 'add-route':
    case 'delete-route':
      return byTable(move.route.table)
    case 'change-route':
      return byTable(move.to.table)
    case 'add-rule':
    case 'delete-rule':
      if (isTunnelRule(move.rule)) return tunnelOfRule(move.rule, lines)?.config.name
      return byTable(move.rule.table === MAIN_TABLE ? undefined : move.rule.table)
    case 'change-ruleset':
      return undefined
    default:
      return unreachable(move)
  }
}
