/** What went through a line: down above, up below, in the same measure. */
import { useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import { megabits, NOTHING } from '../../cli/amounts.ts'
import { AsTable } from './as-table.tsx'
import { mostOf, type PastSeries } from './past-series.ts'
import { axis, PADDING, Plot, timeAxis, withAlpha, type PlotLook } from './plot.tsx'

export function SpeedChart({ series, number }: { readonly series: PastSeries; readonly number: number }) {
  const look = useMemo(() => lookOf(number), [number])
  const data = useMemo<uPlot.AlignedData>(() => [series.times, series.down, series.up], [series])
  const most = { down: mostOf(series.down), up: mostOf(series.up.map((value) => value && -value)) }
  const sentence =
    most.down === null
      ? 'Nothing was counted in this time.'
      : `At most ${told(most.down)} Mbit/s down and ${told(most.up)} Mbit/s up.`
  return (
    <figure class="chart">
      <h3>Traffic</h3>
      <Plot
        label={`Traffic over time. ${sentence}`}
        height={272}
        look={look}
        data={data}
        outages={series.outages}
      />
      <figcaption>{sentence} Down is above, up below.</figcaption>
      <AsTable
        series={series}
        columns={[
          { title: 'Most down, Mbit/s', of: (from, to) => told(mostOf(series.down.slice(from, to))) },
          {
            title: 'Most up, Mbit/s',
            of: (from, to) => told(mostOf(series.up.slice(from, to).map((value) => value && -value))),
          },
        ]}
      />
    </figure>
  )
}

const told = (value: number | null): string => (value === null ? NOTHING : megabits(value * 1_000_000))

const lookOf =
  (number: number): PlotLook =>
  (colour) => {
    const line = colour(`line-${(number % 6) + 1}`)
    const area = { stroke: line, width: 1.5, points: { show: false } }
    return {
      legend: { show: false },
      padding: PADDING,
      cursor: { y: false },
      scales: { x: { time: true }, y: { range: mirrored } },
      axes: [
        timeAxis(colour),
        axis(colour, { values: (_, splits) => splits.map((value) => `${round(Math.abs(value))}`) }),
      ],
      series: [{}, { ...area, fill: withAlpha(line, 0.3) }, { ...area, fill: withAlpha(line, 0.12) }],
    }
  }

const round = (value: number): number => Math.round(value * 100) / 100

/** Half as much room below at least, so that the two can be compared. */
function mirrored(_: uPlot, min: number | null, max: number | null): [number, number] {
  const top = Math.max(max ?? 0, 0.1)
  const bottom = Math.max(-(min ?? 0), 0.1)
  return [-Math.max(bottom, top / 4) * 1.1, Math.max(top, bottom / 4) * 1.1]
}
