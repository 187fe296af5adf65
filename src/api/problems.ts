import type { ApplyOutcome } from '../daemon/control.ts'
import { CODES } from './codes.ts'
import type { Code } from './codes.ts'
import type { ProblemDocument } from './contract.ts'
import { problemDocument } from './documents.ts'

/** The statuses a problem can come with: what the routes promise in the OpenAPI document. */
export type ProblemStatus = 400 | 404 | 405 | 422 | 500

/** Problem details (RFC 9457). `detail` is the whole sentence, with the value that stood in the way. */
export function problem<S extends ProblemStatus>(
  status: S,
  code: Code,
  detail: string,
  more: Pick<ProblemDocument, 'help' | 'text' | 'problems'> = {},
): ProblemDocument & { status: S } {
  return { type: `urn:multihomed:problem:${code}`, title: CODES[code], status, detail, code, ...more }
}

export const refusedProblem = (outcome: Extract<ApplyOutcome, { is: 'refused' }>) =>
  problem(422, 'MH710', 'the configuration file is refused; the running state is untouched', {
    help: 'multihome check',
    text: outcome.text,
    problems: outcome.problems.map(problemDocument),
  })

export const failedProblem = (outcome: Extract<ApplyOutcome, { is: 'failed' }>) =>
  problem(500, 'MH590', `could not apply the configuration: ${outcome.trouble}`)

export const downFailedProblem = (trouble: string) => problem(500, 'MH590', trouble)
