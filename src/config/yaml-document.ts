import { LineCounter, parseAllDocuments } from 'yaml'
import type { ErrorCode, ParsedNode, YAMLError } from 'yaml'
import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'
import { problem, wholeFile } from './problem.ts'
import type { Complaint, Problem, Span } from './problem.ts'
import { quote } from './quote.ts'

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
    const place = spanAt(error.pos[0], error.pos[1])
    if (lines.has(place.line)) continue
    lines.add(place.line)
    const { code, message, ...details } = explained(error, text)
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

/** The parser's words are for those who know the YAML standard; these are for those who wrote a config. */
function explained(error: YAMLError, text: string): Complaint {
  if (error.code === 'TAB_AS_INDENT') {
    return { code: 'MH106', message: 'a tab indents this line', label: 'put spaces here; YAML takes no tabs' }
  }
  if (error.code === 'MISSING_CHAR' || error.code === 'BAD_INDENT') return missing(error)
  const known = SYNTAX[error.code]
  if (known !== undefined) return { code: 'MH105', ...known }
  if (error.code === 'BAD_SCALAR_START') {
    const sign = text.charAt(error.pos[0])
    const called = /[!-~]/.test(sign) ? sign : quote(sign)
    return { code: 'MH105', message: `a value cannot begin with ${called}`, label: 'put the value in quotes' }
  }
  return { code: 'MH105', message: `this is not YAML (${error.code.toLowerCase().replaceAll('_', ' ')})` }
}

function missing({ message }: YAMLError): Complaint {
  const code = 'MH105'
  if (message.includes('quote')) {
    return {
      code,
      message: 'a quote is opened and never closed',
      label: 'expected the closing quote before this',
    }
  }
  if (/flow/i.test(message)) {
    const sign = message.includes('}') || /map/i.test(message) ? '}' : ']'
    return {
      code,
      message: `a bracket is opened and never closed`,
      label: `expected a "${sign}" before this`,
    }
  }
  if (message.includes('followed by map values')) {
    return { code, message: 'a key stands here without a ":"', label: 'expected "key: value"' }
  }
  return {
    code,
    message: 'this line is not indented like its neighbours',
    label: 'expected the column of the keys above',
  }
}

const SYNTAX: Partial<Record<ErrorCode, Omit<Complaint, 'code'>>> = {
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a key or list begins inside a value',
    help: 'give every "key: value" a line of its own, indented like its neighbours; quote a value with ": " in it',
  },
  BLOCK_IN_FLOW: {
    message: 'an indented list or map stands inside brackets',
    label: 'expected { } or [ ] here',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a line without a ":" stands where a key should',
    label: 'expected "key: value"',
  },
  KEY_OVER_1024_CHARS: {
    message: 'a key is longer than 1024 characters',
    label: 'is a quote or a line break missing?',
  },
  UNEXPECTED_TOKEN: {
    message: 'this does not belong here',
    label: 'is the line above indented rightly, its quotes closed?',
  },
  BAD_DQ_ESCAPE: { message: 'a backslash in "…" begins no known escape', label: "write \\\\, or use '…'" },
  BAD_ALIAS: { message: 'an alias (*) has no name', label: 'put text that begins with * in quotes' },
}
