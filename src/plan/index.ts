export { numbersOf, type Numbers } from './numbers.ts'
export { assignLineIds } from './line-ids.ts'
export {
  emptyMemory,
  knownOf,
  type Advertised,
  type Drain,
  type Memory,
  type Originals,
  type Source,
  type ToldResolvers,
  type WeightWish,
} from './memory.ts'
export { desired, desiredWhenDown, sysctlKeys, type Desired } from './desired.ts'
export {
  askingOn,
  isLastResort,
  isOfHostsAlone,
  legsOf,
  wholeLines,
  type LineFacts,
  type WholeLine,
} from './lines.ts'
export type { Standing, Standings } from './standing.ts'
export { chosenCounter, handshakeCounter, lifeCounter, sentCounter } from './line-chains.ts'
export { USERS } from './use-chains.ts'
export { slotsOf } from './choice.ts'
export { shutsOut } from './firewall-notes.ts'
export { missingInterfaces, refusals, withoutLan } from './notes.ts'
export { diff, sameAddress } from './diff.ts'
export { lowerLinks, lowerLinksKeys } from './lower-links.ts'
export { sourceOf } from './stranded.ts'
export { invert } from './invert.ts'
export { isComfort, shapedDevices } from './shaping.ts'
export { sharedGateways } from './gateways.ts'
export { isHeldBy } from './forwarding.ts'
export { condition, presence } from './condition.ts'
export { explain, type Chapter } from './explain.ts'
export { besides } from './key-effects.ts'
export type { Note, NoteCode, PlanReport } from './report.ts'
export { affinityKeyOf } from './affinity.ts'
export { trace } from './trace.ts'
export type { TraceOutcome, TraceQuestion, TraceReport, TraceWay } from './trace-report.ts'
export { resolversInUse, type KnownResolvers } from './resolvers.ts'
export { propose, toBeAsked, type Proposal, type ProposedLine, type SeenInterface } from './proposal.ts'
export type { Finding } from './findings.ts'
export { forwardPolicies, neighboursOf } from './neighbours-of.ts'
