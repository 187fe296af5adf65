import { nearest } from '../config/index.ts'
import type {
  ApplyOutcome,
  ConfirmOutcome,
  DrainOutcome,
  TraceTrouble,
  Trial,
  Unwritable,
  WishOutcome,
} from '../daemon/control.ts'
import { clockTime, unreachable } from '../model/index.ts'
import { CODES } from './codes.ts'
import type { Code } from './codes.ts'
import type { ProblemDocument } from './contract.ts'
import { problemDocument } from './documents.ts'
import { condition } from './verdict.ts'

/** The statuses a problem can come with: what the routes promise in the OpenAPI document. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 421 | 422 | 500

/** Problem details (RFC 9457). `detail` is the whole sentence, with the value that stood in the way. */
export function problem<S extends ProblemStatus>(
  status: S,
  code: Code,
  detail: string,
  more: Pick<ProblemDocument, 'why' | 'help' | 'text' | 'problems'> = {},
): ProblemDocument & { status: S } {
  return { type: `urn:multihomed:problem:${code}`, title: CODES[code], status, detail, code, ...more }
}

export const refusedProblem = (outcome: Extract<ApplyOutcome, { is: 'refused' }>) =>
  problem(422, 'MH710', 'the configuration file is refused; the running state is untouched', {
    help: 'multihome check',
    text: outcome.text,
    problems: outcome.problems.map(problemDocument),
  })

/** Of a text that came along: what would help with the file says nothing of it. */
export const refusedTextProblem = (outcome: Extract<ApplyOutcome, { is: 'refused' }>) =>
  problem(422, 'MH710', 'the text is refused; neither the file nor what runs was changed', {
    help: 'POST /v1/config/check tells of a text whether it is right, and touches nothing',
    text: outcome.text,
    problems: outcome.problems.map(problemDocument),
  })

export const unreadableProblem = (file: string, why: string) =>
  problem(422, 'MH710', `${file} cannot be read: ${why}`, {
    help: 'what runs goes on; look after the file and its rights',
  })

export function lastLineProblem(
  name: string,
  { works, others }: Extract<DrainOutcome, { is: 'last-line' }>,
  nowMs: number,
) {
  const detail = works
    ? `${name} is the only line that works; draining it cuts everyone off`
    : `no line works, and ${name} alone is used all the same; drained by force it is not even tried`
  const drained = others.find((line) => line.state === 'draining')
  const before = drained === undefined ? 'wait for another one' : `multihome undrain ${drained.name} first`
  return problem(409, 'MH601', detail, {
    ...(others.length > 0 && { why: others.map((line) => condition(line, nowMs)).join(', ') }),
    help: others.length === 0 ? 'add --force' : `${before}, or add --force`,
  })
}

export function unknownLineProblem(name: string, lines: readonly { readonly name: string }[]) {
  const known = lines.map((line) => line.name)
  const near = nearest(name, known)
  const help = near === undefined ? `the lines are ${known.join(', ')}` : `did you mean ${near}?`
  return problem(404, 'MH709', `there is no line ${JSON.stringify(name)}`, { help })
}

export const nothingRememberedProblem = (why: string) =>
  problem(409, 'MH722', why, { help: 'multihome explain MH722' })

export const onlyOnSocketProblem = () =>
  problem(403, 'MH740', 'tokens are made, listed and taken back on the Unix socket alone', {
    help: 'sudo multihome token list',
  })

export const tokenTakenProblem = (name: string) =>
  problem(409, 'MH735', `there is a token ${JSON.stringify(name)} already`, {
    help: `another name, or multihome token remove ${name} first`,
  })

export function unknownTokenProblem(name: string, names: readonly string[]) {
  const near = nearest(name, names)
  const known = names.length === 0 ? 'there are none' : `the tokens are ${names.join(', ')}`
  const help = near === undefined ? known : `did you mean ${near}?`
  return problem(404, 'MH736', `there is no token ${JSON.stringify(name)}`, { help })
}

export const tokensUnsavedProblem = (detail: string) =>
  problem(500, 'MH737', detail, { help: 'make room or make it writable' })

/** @param known the channels that there are */
export function unknownChannelProblem(name: string | undefined, known: readonly string[]) {
  if (known.length === 0)
    return problem(404, 'MH801', 'the configuration names no channel for messages', {
      help: 'write one into the file: multihome explain notify',
    })
  const near = name === undefined ? undefined : nearest(name, known)
  const help = near === undefined ? `the channels are ${known.join(', ')}` : `did you mean ${near}?`
  return problem(404, 'MH801', `there is no channel ${JSON.stringify(name)}`, { help })
}

export const wishProblem = (name: string, outcome: Exclude<WishOutcome, { is: 'done' }>) =>
  outcome.is === 'unknown' ? unknownLineProblem(name, outcome.lines) : problem(500, 'MH590', outcome.trouble)

export const pendingProblem = (trial: Trial, nowMs: number) =>
  problem(
    409,
    'MH604',
    `the last change waits to be confirmed, and is undone in ${secondsLeft(trial, nowMs)} s`,
    {
      help: 'multihome confirm or multihome undo first',
    },
  )

const secondsLeft = ({ undoAtMs }: Trial, nowMs: number): number =>
  Math.max(0, Math.ceil((undoAtMs - nowMs) / 1000))

export const unsafeProblem = (trouble: string) =>
  problem(500, 'MH605', `nothing was touched: what to go back to cannot be written down: ${trouble}`, {
    help: 'make room or make it writable; or apply without --confirm',
  })

export const unsafeConfirmProblem = (
  { trouble, trial }: Extract<ConfirmOutcome, { is: 'unsafe' }>,
  nowMs: number,
) =>
  problem(
    500,
    'MH605',
    `it is not confirmed, and undone in ${secondsLeft(trial, nowMs)} s: that it stays cannot be written down: ${trouble}`,
    {
      help: 'make room or make it writable, and confirm again; or apply without --confirm afterwards',
    },
  )

export const changedProblem = () =>
  problem(412, 'MH609', 'the file is another one than that from which this was made; nothing was changed', {
    help: 'GET /v1/config again, and make the change there',
  })

/** @param what `the program ["/bin/x"]` */
export const beyondProblem = (what: string) =>
  problem(403, 'MH611', `nothing was changed: the API may not name ${what} for the first time`, {
    help: 'write that into the file itself, and multihome apply; from then on the API may keep it',
  })

export const changedConfirmProblem = (trial: Trial, nowMs: number) =>
  problem(
    409,
    'MH609',
    `it is not confirmed, and undone in ${secondsLeft(trial, nowMs)} s: somebody wrote to the file meanwhile, and that would be lost`,
    { help: 'multihome undo, and make the change once more; what was tried is kept' },
  )

export const unwritableProblem = ({ why, help }: Unwritable) =>
  problem(409, 'MH610', `nothing was changed: the file cannot be written: ${why}`, { help })

export const unwritableConfirmProblem = (
  { why, help, trial }: Unwritable & { readonly trial: Trial },
  nowMs: number,
) =>
  problem(
    500,
    'MH610',
    `it is not confirmed, and undone in ${secondsLeft(trial, nowMs)} s: the file cannot be written: ${why}`,
    { help },
  )

export function nothingToConfirmProblem(
  { undone }: Extract<ConfirmOutcome, { is: 'nothing' }>,
  nowMs: number,
) {
  if (undone === undefined) return problem(409, 'MH606', 'nothing waits to be confirmed; what runs stays')
  const detail = `the change was undone at ${clockTime(undone.atMs, nowMs)}: ${undone.why}`
  return problem(409, 'MH607', detail, { help: 'multihome apply takes the file all the same' })
}

export const nothingToUndoProblem = (onlyTrial: boolean) =>
  problem(
    409,
    'MH608',
    `there is nothing to go back to: ${onlyTrial ? 'nothing is on trial any more' : 'what runs is the oldest configuration that is kept'}`,
  )

export const undoFailedProblem = (trouble: string) =>
  problem(500, 'MH590', `it is not undone yet, and tried again and again: ${trouble}`)

export const failedProblem = (outcome: Extract<ApplyOutcome, { is: 'failed' }>) =>
  problem(500, 'MH590', `could not apply the configuration: ${outcome.trouble}`)

export const downFailedProblem = (trouble: string) => problem(500, 'MH590', trouble)

export const noSuchNameProblem = ({ name, said }: { readonly name: string; readonly said: string }) =>
  problem(422, 'MH720', `"${name}" cannot be resolved here: ${said}`, { help: 'name an address' })

export function traceProblem(trouble: TraceTrouble) {
  switch (trouble.is) {
    case 'no-such-name':
      return noSuchNameProblem(trouble)
    case 'no-such-line':
      return unknownLineProblem(trouble.name, trouble.lines)
    case 'two-families':
      return problem(422, 'MH721', `nothing goes from ${trouble.from} to ${trouble.to}: one is IPv6`)
    case 'kernel':
      return problem(500, 'MH590', trouble.text)
    default:
      return unreachable(trouble)
  }
}
