import {
  MAIN_TABLE,
  OUR_PROTOCOL,
  coversPort,
  formatForwardTarget,
  formatPorts,
  formatPrefix,
  unreachable,
  type Place,
  type PortForward,
  type Remembered,
} from '../model/index.ts'
import { describeRule } from './foreign-rules.ts'
import type { LineFacts } from './lines.ts'
import type { Asked } from './nft-walk.ts'
import { lookUp, type RouteAnswer } from './route-lookup.ts'
import { UNKNOWN_INTERFACE } from './trace-path.ts'
import type { TraceStep } from './trace-report.ts'
import { NO_MARK, type World } from './trace-world.ts'

/** What a step is told from. */
export interface Telling {
  readonly world: World
  readonly remembered: Remembered | undefined
  /** `fiber 75 %, dsl 25 %` */
  readonly shares: string
}

/** Told by routing itself where it does the deciding. */
export const ROUTED_ELSEWHERE = 'routed elsewhere'

const OPEN = 'open in the file'

type Told = Omit<TraceStep, 'question'>

const FORWARDED = /^(\S+): forwarded by the file/

/** That of the file which led the packet elsewhere, if this rule did. */
export function forwardOf({ rule, matched, packet }: Asked, { config }: World): PortForward | undefined {
  const line = matched && FORWARDED.exec(rule.comment)?.[1]
  const { protocol, port = 0, to } = packet
  return config.forwards
    .filter((one) => one.lines.some((name) => name === line) && (one.address ?? to) === to)
    .filter((one) => coversPort(one, { ...(protocol && { protocol }), port }))
    .filter((one) => (one.to.family === 'ipv6') === to.includes(':'))
    .toSorted((a, b) => Number(b.address === to) - Number(a.address === to))[0]
}

/**
 * What a rule asks, for people; found by the words that the rule carries as its comment, so that a rule that comes,
 * goes or moves does so here too. Rules that say nothing to a reader unless they match tell only then.
 */
const QUESTIONS: readonly {
  readonly of: RegExp
  readonly question: string
  readonly tell: (asked: Asked, telling: Telling) => Told | undefined
}[] = [
  {
    of: /^came in by a line/,
    question: 'came in by a line',
    tell({ matched, packet }, { world }) {
      const there = world.lines.filter(({ config }) => config.interface === packet.iif)
      const line = there[0]?.config
      if (!matched || line === undefined) return undefined
      const names = there.map(({ config }) => config.name).join(' and ')
      return yes(`by ${packet.iif}, the interface of ${names}`, line.keys['interface'] ?? line.place)
    },
  },
  {
    of: /^whose address was asked/,
    question: 'an address of one line alone',
    tell({ matched, packet }, { world }) {
      const line = world.lines.find(({ address }) => address?.address === packet.to)?.config
      if (!matched) return no('several lines of the card have it: the gateway that brings it tells which')
      return line === undefined ? undefined : yes(`${packet.to} is that of ${line.name}`, line.keys['address'])
    },
  },
  {
    of: /^nobody outside has an address of the LAN/,
    question: 'claims an address of the LAN',
    tell: whenMatched(({ packet }) => `nobody outside has ${packet.from}: it is dropped`),
  },
  {
    of: /^broadcast and multicast/,
    question: 'broadcast or multicast',
    tell: whenMatched(({ packet }) => `${packet.to} is for everybody who listens: no connection`),
  },
  {
    of: /^somebody asked for a line by mark/,
    question: 'marked for a line',
    tell: whenMatched(({ packet }) => `it carries the mark 0x${packet.mark.toString(16)}`),
  },
  {
    of: /^only the LAN is balanced here/,
    question: 'from the LAN',
    tell({ matched, packet }, { world }) {
      const lan = world.config.lan.interfaces.find(({ name }) => name === packet.iif)
      if (!matched) return yes(`it comes in by ${packet.iif}`, lan?.place)
            const by = isKnown(packet.iif) ? `${packet.iif} is` : 'it comes in by'
      return no(`${by} no LAN interface of the file, so no line is chosen for it`)
    },
  },
  {
    of: /^only the listed networks are balanced/,
    question: 'in lan.networks',
    tell: ({ matched, packet }, { world }) =>
      matched
        ? no(`${packet.from} is in none of ${world.config.lan.networks.map(formatPrefix).join(', ')}`)
        : yes(`${packet.from} is one of those to balance`),
  },
  {
    of: /^rule \d+ of another program decides here|^another program decides here/,
    question: "another program's",
    tell: (asked) => (asked.matched ? yes(saysOf(asked)) : no(`not what "${asked.rule.text}" asks for`)),
  },
  {
    of: /^routed to LAN, VPN or by others/,
    question: ROUTED_ELSEWHERE,
    tell({ matched, packet }, { world }) {
      const answer = lookUp(world.routing, { to: packet.to, from: packet.from, mark: packet.mark })
      return { answer: matched, why: routeWords(answer, world) }
    },
  },
  {
    of: /^page of a modem/,
    question: 'near a line',
    tell({ matched, packet }, { world }) {
      if (!matched) return no('in no network that only one line reaches')
      const answer = lookUp(world.routing, { to: packet.to, mark: NO_MARK })
      return yes(routeWords(answer, world))
    },
  },
  {
    of: /^its address is routed here by one provider|^of a prefix that one provider gave us/,
    question: "a provider's address",
    tell: whenMatched(({ packet }) => `${packet.from} is routed here by one line alone`),
  },
  {
    of: /^asks a resolver of a line/,
    question: 'a resolver of a line',
    tell: whenMatched(({ packet }) => `port ${packet.port} of ${packet.to} is asked by its line`),
  },
  {
    of: /^where did these two meet last time/,
    question: 'met before',
    tell: ({ matched }) => (matched ? undefined : no('nothing is remembered of them')),
  },
  {
    of: /^there again, if that line works/,
    question: 'met before',
    tell({ matched }, { world, remembered }) {
      if (remembered === undefined) return undefined
      const line = world.lineOfMark(remembered.mark)?.config.name ?? 'a line that was removed'
      return matched
        ? yes(`on ${line}, remembered for ${minutes(remembered.expiresMs)} more`)
        : no(`on ${line}, which takes no new connections: forgotten`)
    },
  },
  {
    of: FORWARDED,
    question: 'forwarded',
    tell(asked, { world }) {
      const forward = forwardOf(asked, world)
      return forward && yes(`${formatPorts(forward)} leads to ${formatForwardTarget(forward)}`, forward.place)
    },
  },
  {
    of: /^open in the file/,
    question: OPEN,
    tell({ matched, packet: { protocol, port = 0 } }, { world }) {
      const open = world.config.firewall.open.find((one) =>
        coversPort(one, { ...(protocol && { protocol }), port }),
      )
      return matched ? yes(`${protocol}/${port} is in firewall.open`, open?.place) : undefined
    },
  },
  {
    of: /^nothing says that it may come in/,
    question: OPEN,
    tell: ({ matched }) => (matched ? no('firewall.inbound is drop, and nothing lets it in') : undefined),
  },
  {
    of: /^the next line in turn/,
    question: 'the next in turn',
    tell: ({ matched }, { shares }) => (matched ? yes(`by weight: ${shares}`) : no('no line takes new connections')),
  },
] // prettier-ignore

/** The rules that were asked, as questions with answers, and at the end whatever stopped the packet. */
export function stepsOf(asked: readonly Asked[], telling: Telling): TraceStep[] {
  return asked.flatMap((one) => {
    const row = QUESTIONS.find(({ of }) => of.test(one.rule.comment))
    const told = row?.tell(one, telling)
    return row === undefined || told === undefined ? [] : [{ question: row.question, ...told }]
  })
}

/** For what is not chosen by us, routing is what decides. */
export function routingSteps(to: string, answer: RouteAnswer, { world, shares }: Telling): TraceStep[] {
  const rule = 'rule' in answer ? answer.rule : undefined
  const isOurs = rule?.protocol === OUR_PROTOCOL
  if (answer.is === 'local' || answer.is === 'broadcast')
    return [{ question: 'this box itself', ...yes(`${to} is its own`) }]
  if (isOurs && rule.table === MAIN_TABLE)
    return [{ question: 'own networks', ...yes(routeWords(answer, world)) }]
  const near: TraceStep = { question: 'own networks', ...no('main has nothing nearer than a default route') }
  if (rule === undefined) return [near, { question: 'any route', ...no('no rule leads it anywhere') }]
  if (!isOurs) {
    const question = rule.table === MAIN_TABLE ? "main's default route" : "another program's"
    return [near, { question, ...yes(routeWords(answer, world)) }]
  }
  const line = world.lines.find(({ id }) => world.numbers.tableOf(id) === rule.table)
  const last: TraceStep =
    line === undefined && answer.is === 'refused'
      ? { question: 'the next in turn', ...no('no line takes new connections over IPv6') }
      : line === undefined
        ? { question: 'the next in turn', ...yes(`rule ${rule.priority}, table ${rule.table}: ${shares}`) }
        : {
            question: 'bound to a line',
            ...yes(`rule "${describeRule(rule)}" is that of ${line.config.name}`),
          }
  return [near, last]
}

/** Where routing leads, with the rule that says so. */
export function routeWords(answer: RouteAnswer, { config, lines, numbers }: World): string {
  switch (answer.is) {
    case 'local':
    case 'broadcast':
      return 'this box itself has that address'
    case 'refused':
      if (answer.how === 'loopback') return 'nobody but the box itself may send to such an address'
      if (answer.table === numbers.balancedTable)
        return 'IPv6 works over no line, and IPv4 does: programs are told at once, and take that'
      return answer.rule === undefined
        ? 'no route leads there'
        : `rule "${describeRule(answer.rule)}" refuses it (${answer.how})`
    case 'unknowable':
      return `rule "${describeRule(answer.rule)}" asks for ${answer.rule.other.join(', ') || 'something'} that cannot be known here`
    case 'hops': {
      const { rule, destination, hops } = answer
      if (rule.table === numbers.balancedTable) return `rule ${rule.priority} leads it to the lines`
      // On a shared card only the way through its gateway is surely a line's.
      const isWayOf = ({ config: of, sharesDevice, gateway }: LineFacts, dev: string): boolean =>
        of.interface === dev && (!sharesDevice || hops.some((hop) => hop.dev === dev && hop.via === gateway))
      const behind = [...new Set(hops.map(({ dev }) => dev))].map((dev) => {
        const line = lines.find((one) => isWayOf(one, dev))?.config.name
        const isLan = config.lan.interfaces.some(({ name }) => name === dev)
        return line !== undefined ? `${dev}, by ${line}` : isLan ? `${dev}, your LAN` : dev
      })
      const by = rule.protocol === OUR_PROTOCOL ? '' : ` (rule "${describeRule(rule)}")`
      const all = rule.table === MAIN_TABLE ? "by main's leftover default everything" : 'everything'
      const what = destination.length === 0 ? all : formatPrefix(destination)
      return `${what} is behind ${behind.join(' and ')}${by}`
    }
    default:
      return unreachable(answer)
  }
}

const yes = (why: string, place?: Place): Told => ({
  answer: true,
  why,
  ...(place === undefined ? {} : { place }),
})
const no = (why: string): Told => ({ answer: false, why })

function whenMatched(say: (asked: Asked) => string): (asked: Asked) => Told | undefined {
  return (asked) => (asked.matched ? yes(say(asked)) : undefined)
}

/** The comment of a rule without its fingerprint. */
export const saysOf = ({ rule }: Asked): string => rule.comment.replace(/ #[0-9a-f]+$/, '')

const isKnown = (iif: string | undefined): boolean => iif !== undefined && iif !== UNKNOWN_INTERFACE

const minutes = (ms: number): string =>
  ms < 60_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.floor(ms / 60_000)} m`
