import type { Problem, Span } from './problem.ts'
import { textOf } from './source-text.ts'

/** A terminal that shows less is rare, and longer lines are hard to read. */
const PICTURE_COLUMNS = 80

/** UTF-16 units on either side of a place that can matter for its picture. */
const NEIGHBOURHOOD = 4 * PICTURE_COLUMNS

/**
 * Problems as people read them: what, where, the place with a caret, why, help. Plain text, no colour, no
 * character from the file that could steer a terminal, and no newline at the end.
 */
export function formatProblems(problems: readonly Problem[], source: string | Uint8Array): string {
  const sourceLines = textOf(source).split(/\r?\n/)
  return problems.map((problem) => formatProblem(problem, sourceLines)).join('\n\n')
}

function formatProblem(problem: Problem, sourceLines: readonly string[]): string {
  const { place, label, related, why, help } = problem
  // A warning is about what follows from the file, not about how it is written.
  const showsSource = place.length > 0 && (problem.severity === 'error' || related !== undefined)
  const numberWidth = Math.max(3, String(Math.max(place.line, related?.place.line ?? 0)).length)
  const where = place.length > 0 ? `:${place.line}:${place.column}` : ''

  // A lone help stands beside the caret when there is room; the eye is there already.
  const caretColumn = numberWidth + 3 + place.column + place.length
  const helpFits = help !== undefined && caretColumn + help.length + ' = help: '.length <= PICTURE_COLUMNS
  const helpAtCaret =
    showsSource && label === undefined && why === undefined && helpFits ? `= help: ${help}` : undefined

  const notes = [why, helpAtCaret === undefined && help !== undefined ? `help: ${help}` : undefined]
  return [
    `${problem.severity}[${problem.code}]: ${problem.message}`,
    `${' '.repeat(numberWidth - 1)}--> ${harmless(place.file)}${where}`,
    ...(showsSource ? drawSource(problem, label ?? helpAtCaret ?? '', sourceLines, numberWidth) : []),
    ...notes.filter((note) => note !== undefined).map((note) => `${' '.repeat(numberWidth + 1)}= ${note}`),
  ].join('\n')
}

interface Mark {
  readonly place: Span
  readonly sign: '^' | '-'
  readonly label: string
}

function drawSource(
  problem: Problem,
  label: string,
  sourceLines: readonly string[],
  numberWidth: number,
): readonly string[] {
  const marks: Mark[] = [{ place: problem.place, sign: '^', label }]
  if (problem.related !== undefined) {
    marks.push({ place: problem.related.place, sign: '-', label: problem.related.label })
  }
  marks.sort((a, b) => a.place.line - b.place.line)

  const before = problem.related === undefined ? sourceLines[problem.place.line - 2] : undefined
  const row = (head: string, text: string): string => `${head.padStart(numberWidth)} | ${text}`.trimEnd()
  const drawn: string[] = []
  let lastShown = ''
  for (const mark of marks) {
    const source = sourceLines[mark.place.line - 1] ?? ''
    const { text, context, marker } = drawMark(source, mark, before ?? '', PICTURE_COLUMNS - numberWidth - 3)
    if (context.trim() !== '') drawn.push(row(String(mark.place.line - 1), context))
    // Two places on one line share its picture, unless they are too far apart for one window.
    const shown = row(String(mark.place.line), text)
    if (shown !== lastShown) drawn.push(shown)
    drawn.push(row('', `${marker} ${mark.label}`))
    lastShown = shown
  }
  return drawn
}

/** One source line with its marker, both cut to `columns` around the marked place, and the line above cut alike. */
function drawMark(
  source: string,
  mark: Mark,
  above: string,
  columns: number,
): { text: string; context: string; marker: string } {
  // Of a line of a megabyte only the neighbourhood is looked at.
  const firstUnit = Math.max(0, mark.place.column - 1 - NEIGHBOURHOOD)
  const near = (line: string): string => line.slice(firstUnit, mark.place.column - 1 + NEIGHBOURHOOD)
  const from = mark.place.column - 1 - firstUnit
  const start = columnsOf(near(source).slice(0, from))
  const width = Math.max(1, columnsOf(near(source).slice(from, from + mark.place.length)))
  // Everything fits, or the marked place starts at a third of the window.
  const skip = start + width <= columns ? 0 : Math.max(0, start - Math.floor(columns / 3))
  return {
    text: cut(near(source), skip, columns),
    context: cut(near(above), skip, columns),
    marker: ' '.repeat(start - skip) + mark.sign.repeat(Math.min(width, columns - (start - skip))),
  }
}

/** The part of a line that falls into the window, with `…` where something is left out; keeps all columns. */
function cut(line: string, skip: number, columns: number): string {
  let column = 0
  let shown = ''
  let left = false
  let right = false
  for (const character of line) {
    const cell = cellOf(character)
    const end = column + cell.width
    if (column < skip) {
      left = true
      // A wide character that the edge cuts through leaves its second half as a space.
      if (end > skip) shown += ' '.repeat(end - skip)
    } else if (end > skip + columns) {
      right = true
      break
    } else {
      shown += cell.shown
    }
    column = end
  }
  const characters = Array.from(shown)
  if (left && characters.length > 0) characters[0] = '…'.padEnd(cellOf(characters[0] ?? '').width)
  if (right) characters[characters.length - 1] = '…'
  return characters.join('')
}

const columnsOf = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + cellOf(character).width, 0)

const harmless = (text: string): string => Array.from(text, (character) => cellOf(character).shown).join('')

/** How one character is shown and how many columns it takes. A tab is four spaces wherever it stands. */
function cellOf(character: string): { shown: string; width: number } {
  if (character >= ' ' && character <= '~') return { shown: character, width: 1 }
  if (character === '\t') return { shown: '    ', width: 4 }
  if (/^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]$/u.test(character)) return { shown: '\ufffd', width: 1 }
  if (/^\p{M}$/u.test(character)) return { shown: character, width: 0 }
  return { shown: character, width: WIDE.test(character) ? 2 : 1 }
}

/** What terminals draw two columns wide: East Asian scripts, full-width forms and emoji. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u
