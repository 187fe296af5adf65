/** For a screen on a wall: the verdict and the lines, to be read from three metres. */
import { megabits, NOTHING } from '../../cli/amounts.ts'
import { formatDuration } from '../../cli/duration.ts'
import { status } from '../live.ts'
import { linkTo } from '../route.ts'
import { StateMark, stateClass } from '../state-mark.tsx'

export function Glance() {
  const now = status.value
  if (now === undefined) return <p class="quiet">Waiting for the daemon’s first word.</p>
  const nowMs = Date.parse(now.time)
  return (
    <ul class="glance">
      {now.lines.map((line) => (
        <li key={line.name} class={`card line-card ${stateClass(line.state)}`}>
          <h2>
            <a href={linkTo('lines', line.name)}>{line.name}</a>
          </h2>
          <p class="glance-state">
            <StateMark line={line} />
          </p>
          <p class="quiet number">{formatDuration(nowMs - Date.parse(line.since))}</p>
          <p class="number">
            {line.state === 'down' ? NOTHING : megabits(line.downBitsPerSecond)}{' '}
            <span class="quiet small">Mbit/s down</span>
          </p>
        </li>
      ))}
    </ul>
  )
}
