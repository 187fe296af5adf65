import { setImmediate } from 'node:timers/promises'
import type { Kernel } from '../kernel/index.ts'
import {
  fail,
  ok,
  parseAddress,
  type Config,
  type KernelError,
  type KernelRoute,
  type LineVerdict,
  type Observed,
  type Result,
} from '../model/index.ts'
import {
  affinityKeyOf,
  trace,
  type Memory,
  type TraceOutcome,
  type TraceQuestion,
  type TraceWay,
} from '../plan/index.ts'
import { routeQuestionText } from '../render/index.ts'
import type { KernelVerdict, TraceAnswer, TraceEnd, TraceRequest, TraceTrouble } from './control.ts'

/** The box at one moment, as one pass would see it. */
export interface Moment {
  readonly config: Config
  readonly observed: Observed
  readonly memory: Memory
  readonly health: ReadonlyMap<string, LineVerdict>
}

/** Programs on the box that ask for no address of their own. */
const THIS_BOX = 'me'

/**
 * Names first, then the box as it is now, then the kernel's own opinion. Changes nothing.
 * @param look called once the names are known, since a resolver may take seconds
 */
export async function traceOn(
  kernel: Kernel,
  look: () => Promise<Result<Moment, string>>,
  { from: fromWord, to: toWord, without = [], ...rest }: TraceRequest,
): Promise<Result<TraceAnswer, TraceTrouble>> {
  const from: Result<TraceEnd, TraceTrouble> =
    fromWord === THIS_BOX ? ok({ asked: fromWord, others: [] }) : await resolved(kernel, fromWord)
  if (!from.ok) return from
  const source = from.value.address
  const to = await resolved(kernel, toWord, source !== undefined && isIpv6(source))
  if (!to.ok) return to
  const { address } = to.value
  if (source !== undefined && isIpv6(source) !== isIpv6(address))
    return fail({ is: 'two-families', from: source, to: address })
  const question: TraceQuestion = { to: address, ...(source === undefined ? {} : { from: source }), ...rest }

  const moment = await look()
  if (!moment.ok) return fail({ is: 'kernel', text: moment.error })
  const { lines } = moment.value.config
  const stranger = without.find((name) => !lines.some((line) => line.name === name))
  if (stranger !== undefined) return fail({ is: 'no-such-line', name: stranger, lines })
  const key = source === undefined ? undefined : affinityKeyOf(moment.value.config.affinity, source, address)
  const remembered = key === undefined ? ok(undefined) : await kernel.rememberedUnder(key)
  if (!remembered.ok) return fail({ is: 'kernel', text: wordsOfError(remembered.error) })
  const tracing = trace(
    {
      ...moment.value,
      lost: new Set(without),
      ...(remembered.value === undefined ? {} : { remembered: remembered.value }),
    },
    question,
  )
  let step = tracing.next()
  // With sixty lines all of it takes some hundred milliseconds; no line's death waits for that.
  for (; step.done !== true; step = tracing.next()) await setImmediate()
  const report = step.value
  return ok({
    from: from.value,
    to: to.value,
    ...rest,
    ...(without.length > 0 && { without }),
    report,
    kernel: without.length > 0 ? { is: 'not-asked', answers: [] } : await askKernel(kernel, report.outcome),
  })
}

/** @param toIpv6 the other end has such an address; of several addresses the first of its family counts */
async function resolved(
  kernel: Kernel,
  asked: string,
  toIpv6 = false,
): Promise<Result<TraceEnd & { readonly address: string }, TraceTrouble>> {
  const address = parseAddress(asked)?.address
  if (address !== undefined) return ok({ asked, address, others: [] })
  const found = await kernel.resolve(asked)
  if (!found.ok) return fail({ is: 'no-such-name', name: asked, said: found.error.said })
  // Not those that name an interface (fe80::1%wan1).
  const addresses = found.value.filter((candidate) => parseAddress(candidate) !== undefined)
  const first = addresses.find((candidate) => isIpv6(candidate) === toIpv6) ?? addresses[0]
  if (first === undefined) return fail({ is: 'no-such-name', name: asked, said: 'it has no address' })
  return ok({ asked, address: first, others: addresses.filter((other) => other !== first) })
}

const isIpv6 = (address: string): boolean => address.includes(':')

const wordsOfError = ({ what, said }: KernelError): string => `${what}: ${said}`

/** Each way once: those of a group of nexthops are one question. */
async function askKernel(kernel: Kernel, outcome: TraceOutcome): Promise<KernelVerdict> {
  const questions = new Map(
    outcome.ways.flatMap(({ check }) => (check === undefined ? [] : [[routeQuestionText(check), check]])),
  )
  const answers: KernelVerdict['answers'][number][] = []
  for (const [text, question] of questions) {
    const answer = await kernel.routeOf(question)
    const ways = outcome.ways.filter(({ check }) => check !== undefined && routeQuestionText(check) === text)
    answers.push({
      command: `ip ${text}`,
      says: answer.ok ? wordsOf(answer.value) : answer.error.said,
      agrees: answer.ok && ways.some((way) => isSame(outcome, way, answer.value)),
    })
  }
  if (answers.length === 0) return { is: 'not-asked', answers }
  if (NOT_OURS_TO_SAY.includes(outcome.is)) return { is: 'told', answers }
  return { is: answers.every(({ agrees }) => agrees) ? 'same' : 'different', answers }
}

const NOT_OURS_TO_SAY: readonly TraceOutcome['is'][] = ['left-alone', 'unknowable', 'not-routed']

function isSame({ is }: TraceOutcome, { dev, via }: TraceWay, answer: KernelRoute): boolean {
  if (answer.is === 'refused') return is === 'refused'
  if (answer.is === 'local') return is === 'box'
  return dev === answer.dev && via === answer.via
}

function wordsOf(route: KernelRoute): string {
  if (route.is === 'local') return 'this box itself'
  if (route.is === 'refused') return route.said
  const by = route.via === undefined ? '' : ` through ${route.via}`
  return `${route.dev}${by}, table ${route.table}`
}
