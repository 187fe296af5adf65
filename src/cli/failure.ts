import type { ClientError, Code } from '../api/client.ts'
import type { ConfigProblemDocument, ErrorDocument, ProblemDocument } from '../api/contract.ts'
import { problemDocument, rfc3339 } from '../api/documents.ts'
import { unreachable } from '../model/index.ts'
import { EXIT } from './exit-codes.ts'
import type { OfflineFailure, Surroundings } from './surroundings.ts'
import type { Screen } from './screen.ts'
import { wrap } from './wrap.ts'

/** Why a command could not do what was asked. */
export interface Failure {
  readonly exitCode: number
  readonly code: string
  /** One sentence, with the value that stood in the way. */
  readonly message: string
  readonly why?: string
  /** The system's own word for it: only in JSON. */
  readonly said?: string
  readonly help?: string
  /** Problems of the configuration file as people read them: told instead of the message. */
  readonly pictures?: string
  readonly problems?: readonly ConfigProblemDocument[]
  /** The message is a whole answer by itself: no `error[…]` before it. */
  readonly plain?: true
}

/** The error grammar: `error[CODE]: what`, then why it matters and what to type. */
export function failureText(failure: Failure, screen: Screen): string {
  if (failure.plain === true) return wrap(failure.message, screen.columns)
  if (failure.pictures !== undefined) return failure.pictures.trimEnd()
  return [
    wrap(`error[${failure.code}]: ${failure.message}`, screen.columns, 4),
    ...(failure.why === undefined ? [] : [wrap(`    = ${failure.why}`, screen.columns, 6)]),
    wrap(`    = help: ${failure.help ?? `multihome explain ${failure.code}`}`, screen.columns, 6),
  ].join('\n')
}

export const errorDocument = (failure: Failure, nowMs: number): ErrorDocument => ({
  api: 'v1',
  kind: 'Error',
  time: rfc3339(nowMs),
  code: failure.code,
  message: failure.message,
  ...(failure.why !== undefined && { why: failure.why }),
  ...(failure.said !== undefined && { said: failure.said }),
  ...(failure.help !== undefined && { help: failure.help }),
  ...(failure.problems !== undefined && { problems: [...failure.problems] }),
})

export function clientFailure(
  error: ClientError,
  { hasServiceUnit }: Pick<Surroundings, 'hasServiceUnit'>,
): Failure {
  switch (error.is) {
    case 'not-reachable':
      return {
        exitCode: EXIT.notReachable,
        code: 'MH701' satisfies Code,
        message: `multihomed is not running: nobody answers on ${error.socketPath}`,
        why: 'what it set in the kernel, if it ran before, goes on working; nobody watches',
        said: error.said,
        help: hasServiceUnit() ? 'sudo systemctl start multihomed' : 'sudo multihome run',
      }
    case 'not-allowed':
      return {
        exitCode: EXIT.notAllowed,
        code: 'MH711' satisfies Code,
        message: `you are not allowed to use ${error.socketPath}`,
        help: 'sudo, or become a member of the group multihomed',
      }
    case 'no-answer':
      return {
        exitCode: EXIT.notReachable,
        code: 'MH712' satisfies Code,
        message: `multihomed gave no answer within ${error.timeoutMs / 1000} s on ${error.socketPath}`,
        why: 'traffic flows as it was; the daemon hangs or is very busy',
        help: hasServiceUnit() ? 'journalctl -u multihomed' : 'see what the daemon logged',
      }
    case 'not-understood':
      return {
        exitCode: EXIT.couldNot,
        code: 'MH713' satisfies Code,
        message: `${error.what} (${error.socketPath})`,
        help: 'the daemon and this command may be of different versions: restart the daemon',
      }
    case 'problem':
      return problemFailure(error.problem)
    default:
      return unreachable(error)
  }
}

function problemFailure(problem: ProblemDocument): Failure {
  if (problem.code === 'MH710') {
    const goesOn = 'The running configuration is untouched.'
    const pictures = problem.text === undefined ? problem.detail : `${problem.text.trimEnd()} ${goesOn}`
    return refused(problem.detail, pictures, problem.problems ?? [])
  }
  return {
    exitCode: PROBLEM_EXIT[problem.code] ?? EXIT.couldNot,
    code: problem.code,
    message: problem.detail,
    ...(problem.why !== undefined && { why: problem.why }),
    ...(problem.help !== undefined && { help: problem.help }),
  }
}

/** Of the daemon's problems, those that are more than that it could not be done. */
const PROBLEM_EXIT: Readonly<Record<string, number>> = {
  MH601: EXIT.refusedForSafety,
  MH604: EXIT.refusedForSafety,
  MH605: EXIT.refusedForSafety,
  MH607: EXIT.undone,
  MH707: EXIT.wrongUsage,
  MH709: EXIT.wrongUsage,
  MH801: EXIT.wrongUsage,
  MH721: EXIT.wrongUsage,
}

/** @param command what was asked for: `plan` */
export function offlineFailure(failure: OfflineFailure, command: 'plan' | 'down' | 'init'): Failure {
  switch (failure.code) {
    case 'config':
      return refused(FILE_REFUSED, failure.text, failure.problems.map(problemDocument))
    case 'not-permitted':
      return {
        exitCode: EXIT.notAllowed,
        code: 'MH591' satisfies Code,
        message: failure.text,
        help: `sudo multihome ${command}`,
      }
    case 'kernel':
      return { exitCode: EXIT.couldNot, code: 'MH590' satisfies Code, message: failure.text }
    default:
      return unreachable(failure)
  }
}

const FILE_REFUSED = 'the configuration file is refused'

const refused = (message: string, pictures: string, problems: readonly ConfigProblemDocument[]): Failure => ({
  exitCode: EXIT.configWrong,
  code: 'MH710' satisfies Code,
  message,
  pictures,
  problems,
})
