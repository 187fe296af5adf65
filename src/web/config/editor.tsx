/** A plain text area; behind it the numbers of the lines, and what is wrong with them. */
import { useRef } from 'preact/hooks'
import type { ConfigCheckDocument } from '../../api/contract.ts'

export type Problem = ConfigCheckDocument['problems'][number]

export interface EditorProps {
  readonly label: string
  readonly text: string
  readonly problems: readonly Problem[]
  readonly isReadOnly: boolean
  readonly onInput: (text: string) => void
}

export function Editor({ label, text, problems, isReadOnly, onInput }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const numbers = useRef<HTMLDivElement>(null)
  const remarks = useRef<HTMLDivElement>(null)
  const byLine = Map.groupBy(problems, ({ where }) => where.line)
  const lines = text.split('\n')
  const follow = (): void => {
    const { scrollTop = 0, scrollLeft = 0 } = area.current ?? {}
    if (numbers.current) numbers.current.style.transform = `translateY(${-scrollTop}px)`
    if (remarks.current) remarks.current.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`
  }
  const goTo = ({ where }: Problem): void => {
    const begin = lines.slice(0, where.line - 1).reduce((sum, line) => sum + line.length + 1, 0)
    const at = begin + Math.min(where.column - 1, lines[where.line - 1]?.length ?? 0)
    area.current?.focus()
    area.current?.setSelectionRange(at, begin + (lines[where.line - 1]?.length ?? 0))
    if (area.current) area.current.scrollTop = Math.max(0, (where.line - 6) * LINE_PX)
  }
  const hasErrors = problems.some(({ severity }) => severity === 'error')
  return (
    <>
      <div class="editor">
        <div class="editor-numbers" aria-hidden="true">
          <div ref={numbers}>
            {lines.map((_, i) => (
              <div key={i} class={lookOf(byLine.get(i + 1))}>
                {i + 1}
              </div>
            ))}
          </div>
        </div>
        <div class="editor-body">
          <div class="editor-behind" aria-hidden="true">
            <div ref={remarks}>
              {[...byLine].map(([line, there]) => (
                <div
                  key={line}
                  class={`editor-line ${lookOf(there)}`}
                  style={{ top: `${(line - 1) * LINE_PX}px` }}
                >
                  <span class="editor-same">{lines[line - 1] ?? ''}</span>
                  <span class="editor-remark">{there.map(inShort).join('; ')}</span>
                </div>
              ))}
            </div>
          </div>
          <textarea
            ref={area}
            aria-label={label}
            aria-invalid={hasErrors}
            aria-describedby="config-problems"
            value={text}
            readOnly={isReadOnly}
            wrap="off"
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            onScroll={follow}
            onInput={({ currentTarget }) => onInput(currentTarget.value)}
          />
        </div>
      </div>
      <ul id="config-problems" class="config-problems" aria-live="polite">
        {problems.map((problem) => (
          <li key={`${problem.where.line}:${problem.where.column} ${problem.code}`} class={lookOf([problem])}>
            <button type="button" class="link" onClick={() => goTo(problem)}>
              line {problem.where.line}
            </button>{' '}
            <strong>
              {problem.severity === 'error' ? '✖' : '▲'} {problem.severity} {problem.code}
            </strong>{' '}
            {problem.message}
            {furtherOf(problem) !== '' && <span class="quiet"> ({furtherOf(problem)})</span>}
          </li>
        ))}
      </ul>
    </>
  )
}

/** Of the style, where it stands as well. */
const LINE_PX = 20

const lookOf = (problems: readonly Problem[] | undefined): string =>
  problems === undefined
    ? ''
    : problems.some(({ severity }) => severity === 'error')
      ? 'has-error'
      : 'has-warning'

const inShort = (problem: Problem): string => {
  const further = furtherOf(problem)
  return `${problem.severity === 'error' ? '✖' : '▲'} ${problem.message}${further === '' ? '' : `; ${further}`}`
}

const furtherOf = ({ hint, why, help }: Problem): string =>
  [hint, why, help].filter((part) => part !== undefined).join('; ')
