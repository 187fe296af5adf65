import { LineCounter, parseAllDocuments } from 'yaml'
import type { ParsedNode, YAMLError } from 'yaml'
import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import { problem, wholeFile } from './problem.ts'
import type { Problem, Span } from './problem.ts'
import { isEcho, slipOf } from './syntax.ts'

export interface YamlDocument {
  readonly root: ParsedNode
  readonly spanAt: SpanAt
}

/** The place of the text from one offset to another, cut at the end of the first line. */
export type SpanAt = (start: number, end: number) => Span

/** One slip makes a parser stumble again and again; more than this many are echoes. */
const MAX_SYNTAX_PROBLEMS = 5

/** @returns the one document of a YAML 1.2 text, with the places of all its parts */
export function readYaml(text: string, file: string): Result<YamlDocument, readonly Problem[]> {
  const lineCounter = new LineCounter()
  const parsed = parseAllDocuments(text, {
    lineCounter,
    version: '1.2',
    // Two lines of one name deserve a message of their own.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const spanAt = spanFinder(text, file, lineCounter)
  const documents = [...parsed]
  // Without any document the stream itself carries what went wrong.
  const streams = 'empty' in parsed ? [parsed] : documents

  const errors = streams.flatMap((stream) => stream.errors)
  if (errors.some((error) => error.code === 'RESOURCE_EXHAUSTION')) {
    const help = 'a config goes four deep'
    return fail([problem('MH110', wholeFile(file), 'lists or maps are nested too deeply to read', { help })])
  }
  if (errors.length > 0) return fail(syntaxProblems(errors, text, spanAt))
  const warnings = streams.flatMap((stream) => stream.warnings)
  if (warnings.length > 0)
    return fail(warnings.slice(0, MAX_SYNTAX_PROBLEMS).map((one) => unknownTag(one, spanAt)))

  const [first, second] = documents
  if (second !== undefined) {
    const start = second.contents?.range?.[0] ?? second.range[0]
    const help = 'remove the lines "---" and "..." from the middle of the file'
    return fail([problem('MH107', spanAt(start, start + 1), 'a second YAML document begins here', { help })])
  }
  const explicit = first?.directives?.yaml
  if (explicit?.explicit === true && explicit.version !== '1.2') {
    const start = text.indexOf('%YAML')
    const message = `the file says that it is YAML ${explicit.version}; YAML 1.2 is read here`
    return fail([problem('MH109', spanAt(start, text.length), message, { label: 'remove this line' })])
  }
  const root = first?.contents
  if (root === null || root === undefined || root.range[0] === root.range[1]) {
    const help = 'the shortest config is: lines: { fiber: { interface: wan1 } }'
    return fail([problem('MH104', wholeFile(file), 'there is nothing in this file', { help })])
  }
  return ok({ root, spanAt })
}

function spanFinder(text: string, file: string, lineCounter: LineCounter): SpanAt {
  const lastCharacter = Math.max(0, text.trimEnd().length - 1)
  return (start, end) => {
    // What is missing at the end of the file is shown behind the last thing there is.
    const from = Math.min(start, lastCharacter)
    const { line, col } = lineCounter.linePos(from)
    const [firstLine = ''] = text.slice(from, Math.max(end, from)).split(/\r?\n/, 1)
    return { file, line, column: col, length: Math.max(1, firstLine.length) }
  }
}

function syntaxProblems(errors: readonly YAMLError[], text: string, spanAt: SpanAt): readonly Problem[] {
  const lines = new Set<number>()
  const problems: Problem[] = []
  for (const error of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const { line } = spanAt(...error.pos)
    if (lines.has(line) || isEcho(error, errors, problems.length > 0)) continue
    const { code, message, at, ...details } = slipOf(error, text)
    const place = spanAt(...at)
    if (lines.has(place.line)) continue
    lines.add(line).add(place.line)
    problems.push(problem(code, place, message, details))
    if (problems.length === MAX_SYNTAX_PROBLEMS) break
  }
  return problems
}

function unknownTag(warning: YAMLError, spanAt: SpanAt): Problem {
  const what = warning.code === 'BAD_DIRECTIVE' ? 'directive' : 'tag'
  return problem('MH109', spanAt(warning.pos[0], warning.pos[1]), `a YAML ${what} that is not read here`, {
    label: 'remove it, or put the value in quotes',
  })
}
