import { type LineId, type Mark, type RouteQuestion } from '../model/index.ts'
import { slotsOf } from './choice.ts'
import type { PretendPacket } from './nft-questions.ts'
import { walkHook, type Asked } from './nft-walk.ts'
import { lookUp, unbound, type Hop, type RouteAnswer } from './route-lookup.ts'
import type { OutcomeKind, TraceWay } from './trace-report.ts'
import { NO_MARK, type World } from './trace-world.ts'

/** Where one packet on paper came out, and all that was asked on the way. */
export interface Path {
  readonly is: OutcomeKind
  readonly way: TraceWay
  readonly asked: readonly Asked[]
  /** What routing said last; absent when it did not come so far. */
  readonly route?: RouteAnswer
  /** Its line was drawn, by slot. */
  readonly drawn: boolean
}

/** Every way it can take: more than one where a slot is drawn, or a group of nexthops decides. Pauses between two turns. */
export function* pathsOf(world: World, packet: PretendPacket): Generator<undefined, Path[], undefined> {
  const slots = slotsOf(world.ruleset, world.family)
  const first = passagesOf(world, packet)
  const isDrawn = first.some((path) => path.drawn)
  // Only where a slot is drawn do the turns of other lines come out elsewhere.
  const others = isDrawn ? [...new Set(slots)].filter((id) => id !== slots[packet.turn]) : []
  const shareOf = (id: LineId | undefined): number =>
    isDrawn ? slots.filter((slot) => slot === id).length / slots.length : 1
  const all = shared(first, shareOf(slots[packet.turn]))
  for (const id of others) {
    yield
    all.push(...shared(passagesOf(world, { ...packet, turn: slots.indexOf(id) }), shareOf(id)))
  }
  return all.toSorted((a, b) => b.way.share - a.way.share)
}

const shared = (paths: readonly Path[], share: number): Path[] =>
  paths.map((path) => ({ ...path, way: { ...path.way, share: path.way.share * share } }))

function passagesOf(world: World, packet: PretendPacket): Path[] {
  return packet.iif === undefined ? sent(world, packet) : received(world, packet, packet.iif)
}

/** By the box itself: routing first, then `output`; a mark set there looks the way up anew. */
function sent(world: World, packet: PretendPacket): Path[] {
  const { from, castTo } = packet
  const port = portThatMatters(world, packet)
  const route = ({ to, mark }: PretendPacket): RouteAnswer =>
    lookUp(world.routing, { to, from, mark, ...port })
  const first = route(packet)
  const oif = first.is === 'hops' ? first.hops[0]?.dev : 'lo'
  const outward = oif === undefined ? packet : { ...packet, oif }
  const walk = walkHook(world.ruleset, 'output', outward, world.surroundings)
  const { mark, to } = walk.packet
  const check: RouteQuestion = { to, mark, ...(from === unbound(world.family) ? {} : { from }), ...port }
  if (walk.end !== 'accept') return [ended(walk.end, walk.asked, mark)]
  // By whichever interface the kernel likes; a bound socket's rules are others here (Linux, net/ipv4/route.c).
  if (castTo !== 'host') return [end('not-routed', walk.asked, { share: 1, mark, check })]
  const isSame = mark === packet.mark && to === packet.to
  return leave(world, walk.packet, walk.asked, isSame ? first : route(walk.packet), check)
}

/** Resolvers of lines are asked by rules of their own. */
function portThatMatters({ routing }: World, { to, port }: PretendPacket): Pick<RouteQuestion, 'dport'> {
  const isAsked = routing.rules.some((rule) => rule.dport === port && rule.to?.address === to)
  return port === undefined || !isAsked ? {} : { dport: port }
}

function received(world: World, packet: PretendPacket, iif: string): Path[] {
  const walk = walkHook(world.ruleset, 'prerouting', packet, world.surroundings)
  const { mark } = walk.packet
  if (walk.end !== 'accept') return [ended(walk.end, walk.asked, mark)]
  if (packet.castTo !== 'host') return [end('not-routed', walk.asked, { share: 1, mark })]
  const question: RouteQuestion = { to: walk.packet.to, from: packet.from, iif, mark }
  const check = iif === UNKNOWN_INTERFACE ? undefined : question
  const answer = lookUp(world.routing, question)
  if (answer.is !== 'local') return leave(world, walk.packet, walk.asked, answer, check)
  const input = walkHook(world.ruleset, 'input', walk.packet, world.surroundings)
  const asked = [...walk.asked, ...input.asked]
  if (input.end !== 'accept') return [ended(input.end, asked, mark)]
  return [delivered(world, input.packet, asked, answer, check)]
}

/** Comes in somehow, but by no interface that we know. No interface is called so. */
export const UNKNOWN_INTERFACE = '?'

/** It ends here. What came in by a line is answered by it, so the answer's way is what the kernel is asked for. */
function delivered(
  world: World,
  { from, to, connectionMark }: PretendPacket,
  asked: readonly Asked[],
  route: RouteAnswer,
  check: RouteQuestion | undefined,
): Path {
  const line = world.lineOfMark(connectionMark)
  if (line === undefined) {
    const way = { share: 1, mark: NO_MARK, ...(check === undefined ? {} : { check }) }
    return { ...end('box', asked, way), route }
  }
  const answer: RouteQuestion = { to: from, from: to, mark: world.numbers.markOf(line.id) }
  const back = lookUp(world.routing, answer)
  const hop = back.is === 'hops' ? back.hops[0] : undefined
  const way: TraceWay = {
    share: 1,
    line: line.config.name,
    mark: answer.mark,
    check: answer,
    ...(hop === undefined ? {} : wayOf(hop)),
    ...(back.is === 'hops' ? { table: back.table } : {}),
  }
  return { ...end('inbound', asked, way), route: back }
}

function leave(
  world: World,
  packet: PretendPacket,
  asked: readonly Asked[],
  route: RouteAnswer,
  check: RouteQuestion | undefined,
): Path[] {
  const { mark } = packet
  const rest = { mark, ...(check === undefined ? {} : { check }) }
  if (route.is === 'unknowable') return [{ ...end('unknowable', asked, { share: 1, ...rest }), route }]
  if (route.is === 'refused') return [{ ...end('refused', asked, { share: 1, ...rest }), route }]
  if (route.is !== 'hops') return [{ ...end('box', asked, { share: 1, ...rest }), route }]
  const weights = route.hops.reduce((sum, hop) => sum + hop.weight, 0)
  return route.hops.map((hop): Path => {
    const from =
      packet.from === unbound(world.family)
        ? (route.src ?? world.addressFacing(hop.dev, hop.via ?? packet.to) ?? packet.from)
        : packet.from
    const outside = { ...packet, from, oif: hop.dev, ...(hop.via === undefined ? {} : { via: hop.via }) }
    const forward =
      packet.iif === undefined ? undefined : walkHook(world.ruleset, 'forward', outside, world.surroundings)
    const told = [...asked, ...(forward?.asked ?? [])]
    if (forward !== undefined && forward.end !== 'accept') return ended(forward.end, told, mark)
    const last = walkHook(world.ruleset, 'postrouting', forward?.packet ?? outside, world.surroundings)
    const all = [...told, ...last.asked]
    if (last.end !== 'accept') return ended(last.end, all, mark)
    const line = lineOf(world, hop, last.packet.connectionMark)
    const isLan = world.config.lan.interfaces.some(({ name }) => name === hop.dev)
    const seenAs =
      last.snat === undefined ? from : (last.snat.to ?? world.addressFacing(hop.dev, hop.via ?? packet.to))
    const way: TraceWay = {
      ...rest,
      ...wayOf(hop),
      share: hop.weight / weights,
      table: route.table,
      ...(line === undefined ? {} : { line: line.config.name }),
      ...(line === undefined || seenAs === undefined ? {} : { seenAs }),
    }
    return { ...end(line === undefined ? (isLan ? 'lan' : 'elsewhere') : 'line', all, way), route }
  })
}

const wayOf = ({ dev, via }: Hop): Pick<TraceWay, 'dev' | 'via'> => ({
  dev,
  ...(via === undefined ? {} : { via }),
})

/** By its mark where several lines share a device. */
function lineOf(world: World, hop: Hop, connectionMark: Mark): World['lines'][number] | undefined {
  const onDevice = world.lines.filter(({ config }) => config.interface === hop.dev)
  const marked = world.lineOfMark(connectionMark)
  return onDevice.find((line) => line === marked) ?? onDevice[0]
}

const ended = (by: 'drop' | 'reject' | 'unknowable', asked: readonly Asked[], mark: Mark): Path =>
  end(by === 'unknowable' ? 'unknowable' : 'refused', asked, { share: 1, mark })

const end = (is: OutcomeKind, asked: readonly Asked[], way: TraceWay): Path => ({
  is,
  way,
  asked,
  drawn: asked.some(({ rule, matched }) => matched && rule.text.startsWith('numgen ')),
})
