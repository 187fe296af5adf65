/** How a line was: a cell for each bit of time, the worst state of it, and how much of it worked. */
import type { LineHistoryDocument } from '../../api/contract.ts'
import { counted } from '../../cli/amounts.ts'
import { formatDuration } from '../../cli/duration.ts'
import { availability, cellsOf, workedIn } from './strip-cells.ts'

const HEIGHT = 20
const LEAST = 3

export function Strip({
  history,
  title,
  count,
}: {
  readonly history: LineHistoryDocument
  /** `24 h` */
  readonly title: string
  readonly count: number
}) {
  const cells = cellsOf(history, Date.parse(history.from), Date.parse(history.to), count)
  const { watchedMs, ratio, outages } = workedIn(history)
  const spanMs = Date.parse(history.to) - Date.parse(history.from)
  const watched = watchedMs < spanMs * 0.98 ? ` of ${formatDuration(watchedMs)} watched` : ''
  const text = ratio === null ? 'not watched yet' : `${availability(ratio)}${watched}`
  return (
    <div class="strip">
      <p class="small">
        <span class="quiet">{title}</span> <span class="number">{text}</span>
      </p>
      <svg
        viewBox={`0 0 ${cells.length * 4} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${text}, ${outages === 0 ? 'no outages' : counted(outages, 'outage')}`}
      >
        {cells.map(({ worst, workedRatio }, i) => {
          const height = worst === 'unknown' ? LEAST : Math.max(LEAST, HEIGHT * workedRatio)
          return (
            <rect key={i} class={`cell ${worst}`} x={i * 4} y={HEIGHT - height} width={4.1} height={height} />
          )
        })}
      </svg>
    </div>
  )
}
