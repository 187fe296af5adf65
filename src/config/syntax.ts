import type { ErrorCode, YAMLError } from 'yaml'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

/** What somebody wrote wrongly, and from where to where: often not where a parser stumbles. */
export interface Slip extends Complaint {
  readonly at: readonly [number, number]
}

/** Does it only tell once more, in other words, what another error tells? */
export const isEcho = (error: YAMLError, errors: readonly YAMLError[], hasProblem: boolean): boolean =>
  (hasProblem && error.code === 'UNEXPECTED_TOKEN' && error.message.includes('in YAML stream')) ||
  (error.code === 'MULTILINE_IMPLICIT_KEY' &&
    errors.some(({ code, pos }) => code === 'BLOCK_IN_FLOW' && pos[0] === error.pos[0]))

/** The parser's words are for those who know the YAML standard; these are for those who wrote a config. */
export const slipOf = (error: YAMLError, text: string): Slip =>
  missingSpace(error, text) ??
  missingComma(error, text) ??
  tooDeep(error, text) ?? { at: placeOf(error, text), ...explained(error, text) }

/** `interface:wan1` */
function missingSpace({ code, pos: [from] }: YAMLError, text: string): Slip | undefined {
  const start = code === 'UNEXPECTED_TOKEN' ? firstOnLine(text, from) : from
  const [glued, key] = GLUED.exec(text.slice(start, endOfLine(text, start))) ?? []
  const mayBe = code === 'MISSING_CHAR' || code === 'MULTILINE_IMPLICIT_KEY'
  const isBracket = code === 'UNEXPECTED_TOKEN' && /:[{[]/.test(glued ?? '')
  if (glued === undefined || key === undefined || !(mayBe || isBracket)) return undefined
  return {
    code: 'MH105',
    message: `a space is missing behind ${quote(`${key}:`)}`,
    label: isBracket ? 'expected a space behind the colon' : `did you mean ${spaced(glued)}?`,
    at: [start, start + (isBracket ? key.length + 1 : glued.length)],
  }
}

const GLUED = /^([A-Za-z][\w-]*):[^\s:/]\S*/

/** @returns `interface` for `interface:wan1` */
export const gluedKey = (text: string): string | undefined => GLUED.exec(text)?.[1]

/** @param glued a key and its value with nothing between them */
export const spaced = (glued: string): string => quote(glued.replace(':', ': '))

/** `{ interface: wan2 role: backup }` */
function missingComma(error: YAMLError, text: string): Slip | undefined {
  const [from, to] = error.pos
  const start =
    error.code === 'BLOCK_IN_FLOW'
      ? secondKey(text, from, to)
      : error.message.startsWith('Missing ,') || (AT_END.test(error.message) && isInBrackets(text, from))
        ? from
        : undefined
  if (start === undefined) return undefined
  const word = /^[\w-]+/.exec(text.slice(start))?.[0]
  return {
    code: 'MH105',
    message: `a comma is missing${word === undefined ? '' : ` before ${quote(word)}`}`,
    label: 'expected a "," before this',
    at: [start, start + (word?.length ?? 1)],
  }
}

const AT_END = /^Unexpected (?:scalar token|\S+ at node end)/

/** Where what was read as one long key has another `key:` in it. */
function secondKey(text: string, from: number, to: number): number | undefined {
  const block = text.slice(from, to)
  const second = /\s[A-Za-z][\w-]*:(?=\s|$)/.exec(block)
  return second === null || /^[\w-]+:\s/.test(block) ? undefined : from + second.index + 1
}

function isInBrackets(text: string, offset: number): boolean {
  const before = text.slice(startOfLine(text, offset), offset).replace(/"[^"]*"|'[^']*'/g, '')
  return before.replace(/[^{[]/g, '').length > before.replace(/[^}\]]/g, '').length
}

/** A line below a value, indented as if it belonged to that. */
function tooDeep({ code, pos: [from] }: YAMLError, text: string): Slip | undefined {
  const next = endOfLine(text, from) + 1
  const above = /^\s*(?:- +)?([\w-]+):/.exec(text.slice(startOfLine(text, from), from))?.[1]
  const isInList = /^\s*- +$/.test(text.slice(startOfLine(text, from), from))
  const [below, indent, key] = /^( +)([\w-]+):/.exec(text.slice(next, endOfLine(text, next))) ?? []
  if (below === undefined || indent === undefined || key === undefined) return undefined
  const deepened =
    code === 'BLOCK_AS_IMPLICIT_KEY' && above !== undefined && !text.slice(from, next).includes(': ')
  if (!deepened && !(code === 'MULTILINE_IMPLICIT_KEY' && isInList)) return undefined
  const start = next + indent.length
  return {
    code: 'MH105',
    message: `${quote(key)} is indented too deeply`,
    label:
      above === undefined ? 'the line above is an entry of a list' : `expected the column of ${quote(above)}`,
    at: [start, start + key.length],
  }
}

/** A line that is not indented rightly is shown where it begins. */
function placeOf({ code, message, pos }: YAMLError, text: string): readonly [number, number] {
  if (code !== 'BAD_INDENT' || !message.includes('same column')) return pos
  const start = firstOnLine(text, pos[0])
  return [start, start + (/^[\w-]+/.exec(text.slice(start))?.[0].length ?? 1)]
}

const startOfLine = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}

function firstOnLine(text: string, offset: number): number {
  const start = startOfLine(text, offset)
  return start + text.slice(start, endOfLine(text, start)).search(/\S|$/)
}

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
