/** The same as the chart, in numbers. */
import { useState } from 'preact/hooks'
import { moment } from '../clock.ts'
import { rowsOf, type PastSeries } from './past-series.ts'

interface TableColumn {
  readonly title: string
  /** Of these steps. */
  readonly of: (from: number, to: number) => string
}

const MOST_ROWS = 24

export function AsTable({
  series,
  columns,
}: {
  readonly series: PastSeries
  readonly columns: readonly TableColumn[]
}) {
  const [isOpen, setOpen] = useState(false)
  const nowMs = (series.times.at(-1) ?? 0) * 1000
  return (
    <details class="as-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>As table</summary>
      {isOpen && (
        <table>
          <thead>
            <tr>
              <th>From</th>
              {columns.map(({ title }) => (
                <th key={title} class="number">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rowsOf(series, MOST_ROWS).map(({ at, to }) => (
              <tr key={at}>
                <td>{moment((series.times[at] ?? 0) * 1000, nowMs)}</td>
                {columns.map(({ title, of }) => (
                  <td key={title} class="number">
                    {of(at, to)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  )
}
