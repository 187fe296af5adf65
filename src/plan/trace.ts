import {
  MAIN_TABLE,
  familyOf,
  isLinkLocal,
  type Family,
  type IpRule,
  type ReleasePolicy,
  type Remembered,
} from '../model/index.ts'
import type { Situation } from './desired.ts'
import type { PretendPacket } from './nft-questions.ts'
import { lookUp, unbound } from './route-lookup.ts'
import { UNKNOWN_INTERFACE, pathsOf, type Path } from './trace-path.ts'
import type { Loss, Origin, TraceOutcome, TraceQuestion, TraceReport, TraceStep } from './trace-report.ts'
import { ROUTED_ELSEWHERE, routingSteps, stepsOf, type Telling } from './trace-steps.ts'
import { whyOf } from './trace-why.ts'
import { NO_MARK, worldOf, type World } from './trace-world.ts'

export interface TraceSituation extends Situation {
  /** What the kernel remembers of these two. */
  readonly remembered?: Remembered
}

/**
 * Which way the first packet of a connection would take, why, and which one without its line.
 *
 * Nothing of the choice is known here a second time: the packet goes through the very rules, maps and tables that a
 * pass puts into the kernel, read from their own text.
 *
 * With many lines that takes a while: it pauses where whoever asks may look after other things.
 */
export function* trace(
  situation: TraceSituation,
  question: TraceQuestion,
): Generator<undefined, TraceReport, undefined> {
  const { remembered } = situation
  const family = familyOf(question.to)
  const world = worldOf(situation, family)
  if (world.lines.length === 0) return leftAlone(question, family)
  if (isOfTheLink(question, world)) return staysOnLink(question)
  const origin = originOf(question, world)
  const paths = yield* pathsOf(world, packetOf(question, origin, world, remembered))
  const outcome = outcomeOf(paths, world)
  const steps = told(paths, question.to, { world, remembered, shares: sharesText(outcome) })
  const ifLost: Loss[] = []
  let last = outcome
  for (;;) {
    const before = ifLost.at(-1)?.lines ?? []
    const next = ifLost.length < MOST_LOSSES ? nextToLose(last, before) : undefined
    if (next === undefined) return { origin, steps, outcome, ifLost }
    yield
    last = yield* withoutLines(situation, question, [...before, next])
    const lines = [...before, next]
    const open = nextToLose(last, lines) === undefined ? undefined : releaseOf(next, world)
    ifLost.push({ lines, outcome: last, ...(open !== undefined && { open }) })
  }
}

const releaseOf = (line: string, { lines }: World): ReleasePolicy | undefined =>
  lines.find(({ config }) => config.name === line)?.config.release

/** Nobody reads of the tenth line that dies. */
const MOST_LOSSES = 3

function leftAlone({ to }: TraceQuestion, family: Family): TraceReport {
  const word = family === 'ipv6' ? 'IPv6' : 'IPv4'
  return {
    origin: { is: 'nowhere' },
    steps: [{ question: `a line has ${word}`, answer: false, why: `${to} is ${word}, and no line has it` }],
    outcome: {
      is: 'left-alone',
      why: `no line has ${word}: it goes where the rules and routes of others lead it`,
      ways: [{ share: 1, mark: NO_MARK, check: { to, mark: NO_MARK } }],
    },
    ifLost: [],
  }
}

/** Such addresses every link has for itself: which one is meant nobody can see in them. */
const isOfTheLink = ({ from = '', to }: TraceQuestion, { family, surroundings }: World): boolean =>
  family === 'ipv6' && (isLinkLocal(to) || isLinkLocal(from)) && !surroundings.isLocal(to)

function staysOnLink({ from = '', to }: TraceQuestion): TraceReport {
  const address = isLinkLocal(to) ? to : from
  return {
    origin: { is: 'nowhere' },
    steps: [{ question: 'may be routed', answer: false, why: `${address} is good on its own link only` }],
    outcome: {
      is: 'not-routed',
      why: 'addresses in fe80::/10 stay in the network they are used in',
      ways: [{ share: 1, mark: NO_MARK }],
    },
    ifLost: [],
  }
}

/** One line after the other is taken out of use, the likeliest first, until none is left. */
const nextToLose = ({ is, ways }: TraceOutcome, lost: readonly string[]): string | undefined =>
  is === 'line' ? ways.find(({ line }) => line !== undefined && !lost.includes(line))?.line : undefined

function* withoutLines(
  situation: TraceSituation,
  question: TraceQuestion,
  lost: readonly string[],
): Generator<undefined, TraceOutcome, undefined> {
  // Without carrier, not only dead: a dead one may be used all the same once no other works.
  const gone = new Set([...(situation.lost ?? []), ...lost])
  const world = worldOf({ ...situation, lost: gone }, familyOf(question.to))
  const paths = yield* pathsOf(
    world,
    packetOf(question, originOf(question, world), world, situation.remembered),
  )
  return outcomeOf(paths, world)
}

/**
 * By the interface to which the way back leads it comes in. What main knows by name counts before all: a VPN that
 * takes every answer does not make another network of the LAN, and who is in no network of main and speaks to the
 * address of a line comes in by that line.
 */
function originOf({ from, to }: TraceQuestion, world: World): Origin {
  if (from === undefined) return { is: 'box' }
  const near = lookUp({ ...world.routing, rules: world.routing.rules.filter(isAboutNear) }, { to: from, mark: NO_MARK }) // prettier-ignore
  if (near.is === 'local') return { is: 'box' }
  const addressed = world.lines.find(({ config }) => world.surroundings.isLocal(to, config.interface))?.config
  if (near.is !== 'hops' && addressed !== undefined) return { is: 'outside', iif: addressed.interface }
  const back = near.is === 'hops' ? near : lookUp(world.routing, { to: from, mark: NO_MARK })
  const iif = back.is === 'hops' ? back.hops[0]?.dev : undefined
  if (iif === undefined) return { is: 'nowhere' }
  if (world.config.lan.interfaces.some(({ name }) => name === iif)) return { is: 'lan', iif }
  const isLine = world.lines.some(({ config }) => config.interface === iif)
  if (!isLine) return { is: 'other', iif }
  return near.is === 'hops' ? { is: 'outside', iif } : { is: 'nowhere' }
}

/** The box's own addresses, and main without its default. */
const isAboutNear = ({ table, suppressPrefixLength }: IpRule): boolean =>
  table === LOCAL_TABLE || (table === MAIN_TABLE && suppressPrefixLength !== undefined)

const LOCAL_TABLE = 255

function packetOf(
  question: TraceQuestion,
  origin: Origin,
  world: World,
  remembered: Remembered | undefined,
): PretendPacket {
  const { from = unbound(world.family), to, protocol, port } = question
  const iif = origin.is === 'box' ? undefined : origin.is === 'nowhere' ? UNKNOWN_INTERFACE : origin.iif
  return {
    from,
    to,
    mark: NO_MARK,
    connectionMark: NO_MARK,
    castTo: castOf(to, world),
    turn: 0,
    ...(iif === undefined ? {} : { iif }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(port === undefined ? {} : { port }),
    ...(remembered === undefined ? {} : { remembered: remembered.mark }),
  }
}

function castOf(to: string, world: World): PretendPacket['castTo'] {
  const firstPart = Number(to.split('.')[0])
  if ((firstPart >= 224 && firstPart <= 239) || /^ff[0-9a-f]{2}:/.test(to)) return 'multicast'
  const isBroadcast =
    to === '255.255.255.255' || lookUp(world.routing, { to, mark: NO_MARK }).is === 'broadcast'
  return isBroadcast ? 'broadcast' : 'host'
}

function told([first]: readonly Path[], to: string, telling: Telling): TraceStep[] {
  if (first === undefined) return []
  const asked = stepsOf(first.asked, telling)
  const decidedByUs = first.way.mark !== NO_MARK || first.is === 'inbound' || first.route === undefined
  if (decidedByUs) return asked
  return [
    // What routing says is told once, by routing itself.
    ...asked.filter((step) => step.question !== ROUTED_ELSEWHERE),
    ...routingSteps(to, first.route, telling),
  ]
}

function outcomeOf(paths: readonly Path[], world: World): TraceOutcome {
  const [first] = paths
  if (first === undefined) throw new Error('a packet without a path')
  return { is: first.is, ways: paths.map(({ way }) => way), why: whyOf(first, world) }
}

const sharesText = ({ ways }: TraceOutcome): string =>
  ways.map(({ line, dev, share }) => `${line ?? dev} ${Math.round(share * 100)} %`).join(', ')
