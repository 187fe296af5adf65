/** How a line was: delay, traffic, outages. */
import { useMemo, useState } from 'preact/hooks'
import { DelayChart } from '../charts/delay-chart.tsx'
import { pastSeries } from '../charts/past-series.ts'
import { SpeedChart } from '../charts/speed-chart.tsx'
import { Strip } from '../charts/strip.tsx'
import { DAY_MS, HOUR_MS, usePast, type Span } from '../past.ts'
import { TroubleText } from '../trouble-text.tsx'
import { Outages } from './outages.tsx'
import type { ShownLine } from '../without-news.ts'

const SPANS = [
  { title: '1 hour', ms: HOUR_MS, points: 360, everyMs: 10_000 },
  { title: '24 hours', ms: DAY_MS, points: 288, everyMs: 60_000 },
  { title: '7 days', ms: 7 * DAY_MS, points: 336, everyMs: 300_000 },
  { title: '30 days', ms: 30 * DAY_MS, points: 360, everyMs: 600_000 },
] as const satisfies readonly (Span & { title: string })[]

/** Of a line that has both: they fail separately, and bytes are counted of both together. */
const FAMILIES = ['IPv4', 'IPv6'] as const
type Family = (typeof FAMILIES)[number]

const DAY = { ms: DAY_MS, points: 288, everyMs: 60_000 }
const MONTH = { ms: 30 * DAY_MS, points: 360, everyMs: 60_000 }

export function LinePast({ line, number }: { readonly line: ShownLine; readonly number: number }) {
  const [span, setSpan] = useState<(typeof SPANS)[number]>(SPANS[0])
  const past = usePast(line.name, span, line.since)
  const day = usePast(line.name, DAY, line.since)
  const month = usePast(line.name, MONTH, line.since)
  const [family, setFamily] = useState<Family>('IPv4')
  const series = useMemo(
    () => (past.is === 'known' ? pastSeries(past.history, family === 'IPv6') : undefined),
    [past, family],
  )
  return (
    <section class="card line-past">
      <header>
        <h2>How it was</h2>
        {line.ipv6 !== undefined && (
          <div class="choices" role="group" aria-label="Family shown">
            {FAMILIES.map((one) => (
              <button key={one} type="button" aria-pressed={one === family} onClick={() => setFamily(one)}>
                {one}
              </button>
            ))}
          </div>
        )}
        <div class="choices" role="group" aria-label="Time shown">
          {SPANS.map((one) => (
            <button key={one.title} type="button" aria-pressed={one === span} onClick={() => setSpan(one)}>
              {one.title}
            </button>
          ))}
        </div>
      </header>
      {past.is === 'refused' && <TroubleText trouble={past.trouble} />}
      {series !== undefined && (
        <div class="two">
          <DelayChart series={series} number={number} />
          <SpeedChart series={series} number={number} />
        </div>
      )}
      {day.is === 'known' && <Strip history={day.history} title="24 h" count={288} />}
      {day.is === 'known' && day.history.ipv6 !== undefined && (
        <Strip history={{ ...day.history, ...day.history.ipv6 }} title="24 h, IPv6" count={288} />
      )}
      {month.is === 'known' && (
        <>
          <Strip history={month.history} title="30 days" count={90} />
          {month.history.ipv6 !== undefined && (
            <Strip history={{ ...month.history, ...month.history.ipv6 }} title="30 days, IPv6" count={90} />
          )}
          <Outages history={month.history} />
        </>
      )}
    </section>
  )
}
