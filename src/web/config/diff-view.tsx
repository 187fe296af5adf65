import { inShort, lineDiff } from './line-diff.ts'

const SIGNS = { same: ' ', added: '+', gone: '-' } as const

/** What would become of the first text by the second. */
export function DiffView({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = lineDiff(before, after)
  if (lines.every(({ is }) => is === 'same')) return <p class="quiet">No difference.</p>
  return (
    <pre class="diff" tabIndex={0} aria-label="Difference">
      {inShort(lines).map((line, i) =>
        line === undefined ? (
          <span key={i} class="quiet">{`…\n`}</span>
        ) : line.is === 'same' ? (
          <span key={i}>{`  ${line.text}\n`}</span>
        ) : line.is === 'added' ? (
          <ins key={i}>{`${SIGNS.added} ${line.text}\n`}</ins>
        ) : (
          <del key={i}>{`${SIGNS.gone} ${line.text}\n`}</del>
        ),
      )}
    </pre>
  )
}
