/** The first look at a box that multihomed has never seen, for `multihome init`: what is there, and who answers. */
import { probeOnce, surveyBox } from '../kernel/index.ts'
import {
  fail,
  ok,
  witnessesBy,
  type ProbeAnswer,
  type WitnessTarget,
  type Reach,
  type Result,
} from '../model/index.ts'
import { propose, toBeAsked, type Proposal } from '../plan/index.ts'

/** Satellites and tired radios take their time. */
const ASK_FOR_MS = 2000

/** Changes nothing, and takes no rights that are not there: what could not be asked is said in the proposal. */
export async function lookAround(): Promise<Result<Proposal, { code: 'kernel'; text: string }>> {
  const survey = await surveyBox()
  if (!survey.ok) return fail({ code: 'kernel', text: `${survey.error.what}: ${survey.error.said}` })
  const reaches = await Promise.all(
    toBeAsked(survey.value).map(async ({ dev, source }) => [dev, await reachBy(dev, source)] as const),
  )
  return ok(propose(survey.value, new Map(reaches)))
}

/** Every witness, in two ways: one answer is enough, and the quickest of them is asked again for the delay alone. */
async function reachBy(dev: string, source: string): Promise<Reach> {
  const ask = (target: WitnessTarget): Promise<ProbeAnswer> => probeOnce({ dev, source }, target, ASK_FOR_MS)
  const targets = [...witnessesBy('icmp'), ...witnessesBy('tcp')]
  const asked = await Promise.all(targets.map(async (target) => ({ target, answer: await ask(target) })))
  const [quickest] = asked
    .flatMap(({ target, answer }) => (answer.answered ? [{ target, delayMs: answer.delayMs }] : []))
    .toSorted((a, b) => a.delayMs - b.delayMs)
  if (quickest !== undefined) {
    const again = await ask(quickest.target)
    return { is: 'there', delayMs: Math.min(quickest.delayMs, again.answered ? again.delayMs : Infinity) }
  }
  const unasked = asked.flatMap(({ answer }) => (!answer.answered && answer.unasked === true ? [answer] : []))
  const [first] = unasked
  return first !== undefined && unasked.length === asked.length
    ? { is: 'not-asked', why: first.why }
    : { is: 'silent' }
}
