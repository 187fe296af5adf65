import { formatForwardTarget, unreachable } from '../model/index.ts'
import { sentence } from './condition.ts'
import type { Asked } from './nft-walk.ts'
import type { Path } from './trace-path.ts'
import type { TraceWay } from './trace-report.ts'
import { forwardOf, routeWords, saysOf } from './trace-steps.ts'
import { NO_MARK, type World } from './trace-world.ts'

/** Why a packet came out there, in a sentence. */
export function whyOf({ is, way, asked, route, drawn }: Path, world: World): string {
  const { config } = world
  const last = asked.at(-1)
  const forwarded = forwardedWords(asked, world)
  switch (is) {
    case 'line':
      if (drawn) return `${DRAWN[config.affinity]}${whyThisOne(way, world)}`
      if (way.mark === NO_MARK) return notChosen(route, world)
      if (hasMatched(asked, /@near[46]/)) return `only ${way.line} reaches that network`
      if (hasMatched(asked, /@(?:home[46]|found6)/))
        return `${way.line} has the address of the sender routed here`
      return hasMatched(asked, /@dns[46]/)
        ? `a resolver of ${way.line} is asked by ${way.line}`
        : MET[config.affinity]
    case 'inbound':
      return `the connection belongs to ${way.line} for life, its answers too`
    case 'box':
      return 'this box has that address'
    case 'lan':
    case 'elsewhere':
      if (forwarded !== undefined) return forwarded
      return route === undefined ? '' : routeWords(route, world)
    case 'not-routed':
      return 'broadcast and multicast stay in the network they were sent in'
    case 'refused':
      if (route?.is === 'refused') return routeWords(route, world)
      return last === undefined ? '' : saysOf(last)
    case 'left-alone':
    case 'unknowable':
      if (route?.is === 'unknowable') return routeWords(route, world)
      return last === undefined ? '' : `rule "${last.rule.text}" asks for more than was told, perhaps a port`
    default:
      return unreachable(is)
  }
}

const hasMatched = (asked: readonly Asked[], words: RegExp): boolean =>
  asked.some(({ rule, matched }) => matched && words.test(rule.text))

/** Where a forward of the file led it, and by which line its answers come back; none where it came from inside. */
function forwardedWords(asked: readonly Asked[], world: World): string | undefined {
  const by = asked.find((one) => forwardOf(one, world) !== undefined)
  const forward = by && forwardOf(by, world)
  if (by === undefined || forward === undefined) return undefined
  const line = world.lineOfMark(by.packet.connectionMark)?.config.name
  const answers = line === undefined ? '' : `; its answers leave by ${line}`
  return `the file forwards it to ${formatForwardTarget(forward)}${answers}`
}

/** Of a line that new connections take for want of a better one. */
function whyThisOne({ line: name }: TraceWay, { lines }: World): string {
  const line = lines.find(({ config }) => config.name === name)
  if (line === undefined || !line.standing.takes || line.standing.as === 'wished') return ''
  return `; ${sentence(line)}`
}

/** The likeliest table is 222; else some rule that is not ours, or the box's own binding. */
function notChosen(route: Path['route'], world: World): string {
  if (route?.is !== 'hops') return ''
  if (route.table === world.numbers.balancedTable)
    return 'nobody chose a line for it: table 222 spreads it by weight, and there it stays'
  const bound = world.lines.find(({ id }) => world.numbers.tableOf(id) === route.table)
  return bound === undefined ? routeWords(route, world) : `bound to an address of ${bound.config.name}`
}

const DRAWN = {
  connection: 'affinity "connection": every connection is drawn anew',
  pair: 'affinity "pair": drawn once, then this client and this server keep meeting there',
  client: 'affinity "client": drawn once, then all of this client goes there',
} as const

const MET = {
  connection: 'somebody asked for that line by mark',
  pair: 'affinity "pair": a client and a server keep meeting on one line',
  client: 'affinity "client": all connections of a client keep to one line',
} as const
