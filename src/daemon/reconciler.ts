import { uptime } from 'node:os'
import type { Kernel } from '../kernel/index.ts'
import {
  fail,
  fixedGateway,
  lineLimit,
  ok,
  type Config,
  type KernelError,
  type LineVerdict,
  type Move,
  type Observed,
  type Result,
} from '../model/index.ts'
import {
  askingOn,
  assignLineIds,
  besides,
  desired,
  diff,
  explain,
  shapedDevices,
  sharedGateways,
  sourceOf,
  sysctlKeys,
  type Chapter,
  type Desired,
  type Memory,
  type Note,
} from '../plan/index.ts'
import { leaseNews } from './lease-news.ts'
import { carryOut, takeBack, type PassFailure } from './pass.ts'
import { withOriginalsOf, withoutSettled } from './originals.ts'

/** What a pass came to. `moves` is empty when the kernel was as wished. */
export interface PassReport {
  readonly chapters: readonly Chapter[]
  /** What changes without a step. */
  readonly besides: readonly string[]
  readonly moves: readonly Move[]
  /** Cleanups that the kernel refused; nothing depends on them. */
  readonly warnings: readonly KernelError[]
  readonly wanted: Desired
  /** What was to do and was left for later; then nothing was done. */
  readonly putOff: readonly Move[]
  readonly tookMs: number
}

export type PassTrouble =
  | { readonly is: 'unreadable'; readonly text: string }
  /** Something must be settled first; nothing was touched. */
  | { readonly is: 'refused'; readonly notes: readonly Note[] }
  | { readonly is: 'failed'; readonly failure: PassFailure }
  /** Applied, and yet the kernel is not as wished: somebody else changes it back, or it cannot be so. */
  | { readonly is: 'unsettled'; readonly moves: readonly Move[] }

/** Enough for links that had to be switched on first; more would be a fight. */
const ROUNDS = 4

export interface Reconciliation {
  readonly kernel: Pick<Kernel, 'observe' | 'apply'>
  readonly config: Config
  /** What was applied last, where that is known: only what was there can be repaired. */
  readonly former?: Config | undefined
  readonly health: ReadonlyMap<string, LineVerdict>
  readonly memory: Memory
  /** Called before the kernel changes, with what must not be forgotten. */
  readonly remember: (memory: Memory) => Promise<void>
  /** Which notes forbid to begin. Left out when we run already: then they are told, and the lines go on. */
  readonly refuse?: (notes: readonly Note[]) => readonly Note[]
  /** Whether to leave all that is to do for later, because somebody fights us over it. */
  readonly putOff?: (moves: readonly Move[]) => boolean
}

/**
 * One pass: observe, desire, compare, carry out, observe again, until nothing is left to do.
 *
 * Never two at a time: the caller sees to that.
 */
export async function reconcile({
  kernel,
  config,
  former,
  health,
  memory,
  remember,
  refuse,
  putOff,
}: Reconciliation): Promise<Result<{ report: PassReport; memory: Memory }, PassTrouble>> {
  const startedMs = performance.now()
  let known = withLineIds(memory, config)
  const told: Chapter[] = []
  const moves: Move[] = []
  const warnings: KernelError[] = []
  const refused: Move[] = []
  for (let round = 1; ; round++) {
    const reading = await look(kernel, config, known)
    if (!reading.ok) return fail({ is: 'unreadable', text: `${reading.error.what}: ${reading.error.said}` })
    const observed = reading.value
    const wanted = desired({ config, observed, memory: known, health })
    const forbidding = round === 1 ? (refuse?.(wanted.notes) ?? []) : []
    if (forbidding.length > 0) return fail({ is: 'refused', notes: forbidding })
    const left = diff(observed, wanted.state, known.originals).filter(
      (move) => !isAskedAgain(move, moves) && !isEndedAgain(move, moves) && !refused.some(isSame(move)),
    )
    const isPutOff = round === 1 && left.length > 0 && putOff?.(left) === true
    if (left.length === 0 || isPutOff) {
      const settled = settle(known, wanted, !isPutOff)
      if (JSON.stringify(settled) !== JSON.stringify(memory)) await remember(settled)
      const tookMs = performance.now() - startedMs
      return ok({
        report: {
          chapters: told,
          besides: besides(former, config, moves.length > 0),
          moves,
          warnings,
          wanted,
          putOff: left,
          tookMs,
        },
        memory: settled,
      })
    }
    if (round > ROUNDS) return fail({ is: 'unsettled', moves: left })

    const next = untilLinksAreUp(left)
    known = { ...settle(known, wanted, false), originals: withOriginalsOf(next, known.originals) }
    if (JSON.stringify(known) !== JSON.stringify(memory)) await remember(known)
    const done = await carryOut(kernel, next)
    if (!done.ok) {
      // The kernel may have changed between reading and doing (a link went away): then a fresh look is the answer.
      if (round < ROUNDS && done.error.undone && isStale(done.error)) continue
      const leftovers = [...done.error.leftovers, ...(await takeBack(kernel, moves))]
      return fail({ is: 'failed', failure: { ...done.error, undone: leftovers.length === 0, leftovers } })
    }
    warnings.push(...done.value.warnings)
    refused.push(...done.value.refused)
    told.push(...explain(done.value.done, wanted, config, observed, known, former))
    moves.push(...done.value.done)
  }
}

/**
 * An answer may take longer than a pass, or never come: nobody is asked twice in one, and nobody who was just asked is
 * forgotten for his silence.
 */
const isAskedAgain = (move: Move, done: readonly Move[]): boolean =>
  (move.do === 'ask-neighbour' || move.do === 'forget-neighbour') &&
  done.some(
    (one) =>
      one.do === 'ask-neighbour' &&
      one.neighbour.dev === move.neighbour.dev &&
      one.neighbour.address === move.neighbour.address,
  )

/** In IPv6 none of our routes tells what they were begun from: the memory does, from the end of the pass on. */
const isEndedAgain = (move: Move, done: readonly Move[]): boolean =>
  move.do === 'end-connections' && done.some(isSame(move))

/** What the kernel refused once it refuses again. */
const isSame =
  (a: Move) =>
  (b: Move): boolean =>
    JSON.stringify(a) === JSON.stringify(b)

/**
 * A card takes seconds from being switched on to its carrier, and until then the kernel refuses nexthops on it. So
 * what comes after switching on waits for a fresh look, which shows whether there is a carrier.
 */
function untilLinksAreUp(moves: readonly Move[]): readonly Move[] {
  const last = moves.findLastIndex((move) => move.do === 'set-link' && move.up)
  return last === -1 ? moves : moves.slice(0, last + 1)
}

/**
 * All that a pass looks at; of the settings those that are wanted and those that are to be given back, of the
 * neighbours those that tell lines apart.
 */
export async function look(
  kernel: Pick<Kernel, 'observe'>,
  config: Config,
  memory: Memory,
): Promise<Result<Observed, KernelError>> {
  const reading = await kernel.observe(
    [...sysctlKeys(config), ...memory.originals.sysctls.map((sysctl) => sysctl.key)],
    sharedGateways(config).map(({ address }) => address),
    shapedDevices(config, memory),
    config.offload,
  )
  const ours = leaseNews(memory, uptime())
  return reading.ok && ours.length > 0
    ? ok({ ...reading.value, leases: [...ours, ...(reading.value.leases ?? [])] })
    : reading
}

export const withLineIds = (memory: Memory, config: Config): Memory => ({
  ...memory,
  ids: assignLineIds(
    config.lines.map((line) => line.name),
    memory.ids,
    lineLimit(config.marks.mask),
  ),
})

/**
 * Remembers the gateways that were seen and, once nothing is left to do, what connections begin from now; forgets
 * what was put back.
 */
function settle(memory: Memory, wanted: Desired, done = true): Memory {
  const seen = wanted.lines.flatMap((line) =>
    line.gateway === undefined || fixedGateway(line.config, line.family) !== undefined
      ? []
      : [[line.leg, line.gateway] as const],
  )
  const sources = wanted.lines.flatMap((line) => {
    const source = sourceOf(line)
    return source === undefined ? [] : [[line.leg, source] as const]
  })
  return {
    ...memory,
    gateways: { ...memory.gateways, ...Object.fromEntries(seen) },
    sources: done ? { ...memory.sources, ...Object.fromEntries(sources) } : memory.sources,
    asking: done ? askingOn(wanted.lines, memory) : memory.asking,
    originals: done
      ? withoutSettled(
          memory.originals,
          wantedSysctlKeys(wanted, memory),
          wanted.state.addresses,
          wanted.lines.map(({ config }) => config),
        )
      : memory.originals,
  }
}

/** Keys that are wanted for their own sake, not because they are being given back. */
function wantedSysctlKeys(wanted: Desired, memory: Memory): Set<string> {
  const givenBack = new Set(memory.originals.sysctls)
  return new Set(wanted.state.sysctls.filter((sysctl) => !givenBack.has(sysctl)).map((sysctl) => sysctl.key))
}

const isStale = (failure: PassFailure): boolean =>
  failure.error.code === 'not-found' || failure.error.code === 'exists' || failure.error.code === 'busy'
