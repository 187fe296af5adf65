import type { NoteDocument } from '../api/contract.ts'

/** What the operator should know; errors and warnings first. */
export function Notes({ notes }: { readonly notes: readonly NoteDocument[] }) {
  if (notes.length === 0) return null
  const rank = ({ severity }: NoteDocument): number => ['error', 'warning', 'note'].indexOf(severity)
  return (
    <section class="card notes">
      <h2>Good to know</h2>
      <ul>
        {notes
          .toSorted((a, b) => rank(a) - rank(b))
          .map((note) => (
            <li key={`${note.code} ${note.text}`} class={note.severity}>
              <p>
                {note.severity !== 'note' && <strong>{note.severity}: </strong>}
                {note.text} <span class="quiet small">{note.code}</span>
              </p>
              {note.help !== undefined && <p class="quiet">{note.help}</p>}
            </li>
          ))}
      </ul>
    </section>
  )
}
