import type { LineHistoryDocument } from '../../api/contract.ts'
import { formatDuration } from '../../cli/duration.ts'
import { moment, utc } from '../clock.ts'

/** Every outage of the last 30 days, the newest first. */
export function Outages({ history }: { readonly history: LineHistoryDocument }) {
  const all = [
    ...history.outages.map((outage) => ({ ...outage, family: '' })),
    ...(history.ipv6?.outages ?? []).map((outage) => ({ ...outage, family: 'IPv6' })),
  ].toSorted((a, b) => (a.from < b.from ? 1 : -1))
  if (all.length === 0) return <p class="quiet">No outages in 30 days, as far as it was watched.</p>
  const nowMs = Date.parse(history.to)
  return (
    <details class="as-table" open={all.length < 8}>
      <summary>{all.length === 1 ? 'One outage' : `${all.length} outages`} in 30 days</summary>
      <table>
        <thead>
          <tr>
            <th>Began</th>
            <th>Lasted</th>
            <th>Why</th>
            <th class="number">Cut off</th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ from, to, endSeen, why, released, family }) => (
            <tr key={`${from} ${family}`}>
              <td>
                <time dateTime={from} title={utc(Date.parse(from))}>
                  {moment(Date.parse(from), nowMs)}
                </time>
              </td>
              <td>{lasted(from, to, endSeen, nowMs)}</td>
              <td>
                {family} {why}
              </td>
              <td class="number">{released}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

function lasted(from: string, to: string | null, endSeen: boolean, nowMs: number): string {
  const ms = (to === null ? nowMs : Date.parse(to)) - Date.parse(from)
  const text = ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms)
  return to === null ? `${text}, goes on` : endSeen ? text : `${text} at least`
}
