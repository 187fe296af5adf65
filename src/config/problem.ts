import type { Place } from '../model/index.ts'
import { CODES } from './codes.ts'
import type { ProblemCode, Severity } from './codes.ts'

/** A stretch of the file; `length` in UTF-16 units, 0 when the file as a whole is meant. */
export interface Span extends Place {
  readonly length: number
}

export const placeOf = ({ file, line, column }: Span): Place => ({ file, line, column })

/** Something wrong with a config file, ready to be shown as a picture (see `picture.ts`) or as JSON. */
export interface Problem {
  readonly code: ProblemCode
  readonly severity: Severity
  /** What is wrong, in one sentence, with the value found. */
  readonly message: string
  readonly place: Span
  /** Stands right behind the caret: what was expected, or the nearest right spelling. */
  readonly label?: string
  /** The other place that plays a part. */
  readonly related?: { readonly place: Span; readonly label: string }
  /** Why it matters. */
  readonly why?: string
  /** What to type. */
  readonly help?: string
}

export type ProblemDetails = Pick<Problem, 'label' | 'related' | 'why' | 'help'>

/** Something wrong with a value, before it is known where the value stands. */
export interface Complaint extends Omit<ProblemDetails, 'related'> {
  readonly code: ProblemCode
  readonly message: string
}

export function problem(
  code: ProblemCode,
  place: Span,
  message: string,
  details: ProblemDetails = {},
): Problem {
  return { code, severity: CODES[code].severity, message, place, ...details }
}

export const wholeFile = (file: string): Span => ({ file, line: 1, column: 1, length: 0 })

/** For whoever reads the file: the problem to show when the system says no. */
export const unreadableFile = (file: string, systemSaid: string): Problem =>
  problem('MH101', wholeFile(file), `the file cannot be read: ${systemSaid}`)

export const inFileOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)

/** @returns `2 errors, 1 warning` */
export function countProblems(problems: readonly Problem[]): string {
  const count = (severity: Severity): string[] => {
    const found = problems.filter((one) => one.severity === severity).length
    return found === 0 ? [] : [`${found} ${severity}${found === 1 ? '' : 's'}`]
  }
  return [...count('error'), ...count('warning')].join(', ') || 'no problem'
}
