/** How long answers take: the median, where four of five lie, and what was lost. */
import { useMemo } from 'preact/hooks'
import uPlot from 'uplot'
import { milliseconds, NOTHING } from '../../cli/amounts.ts'
import { formatDuration } from '../../cli/duration.ts'
import { AsTable } from './as-table.tsx'
import { downFor, medianOf, mostOf, type PastSeries } from './past-series.ts'
import { axis, PADDING, Plot, timeAxis, withAlpha, type PlotLook } from './plot.tsx'

export function DelayChart({ series, number }: { readonly series: PastSeries; readonly number: number }) {
  const delayLook = useMemo(() => lookOfDelay(number), [number])
  const delay = useMemo<uPlot.AlignedData>(
    () => [series.times, series.high, series.low, series.median],
    [series],
  )
  const loss = useMemo<uPlot.AlignedData>(() => [series.times, series.loss], [series])
  const sentence = sentenceOf(series)
  return (
    <figure class="chart">
      <h3>Delay</h3>
      <Plot
        label={`Delay over time. ${sentence}`}
        height={180}
        look={delayLook}
        data={delay}
        outages={series.outages}
      />
      <p class="small quiet">Loss, %</p>
      <Plot label="Loss over time" height={72} look={lookOfLoss} data={loss} outages={series.outages} />
      <figcaption>{sentence}</figcaption>
      <AsTable
        series={series}
        columns={[
          { title: 'Median delay', of: (from, to) => told(medianOf(series.median.slice(from, to))) },
          { title: 'Most of it below', of: (from, to) => told(mostOf(series.high.slice(from, to))) },
          { title: 'Worst loss', of: (from, to) => percentOf(mostOf(series.loss.slice(from, to))) },
          { title: 'Down', of: (from, to) => downText(downFor(series, from, to)) },
        ]}
      />
    </figure>
  )
}

const told = (ms: number | null): string => (ms === null ? NOTHING : milliseconds(ms))
const percentOf = (value: number | null): string => (value === null ? NOTHING : `${Math.round(value)} %`)

const downText = (seconds: number): string =>
  seconds === 0 ? NOTHING : seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds * 1000)

function sentenceOf(series: PastSeries): string {
  const { length } = series.outages
  const shaded = length === 0 ? '' : ` Shaded: ${length === 1 ? 'an outage' : `${length} outages`}.`
  const median = medianOf(series.median)
  if (median === null) return `Nothing was measured in this time.${shaded}`
  const worst = mostOf(series.high)
  const loss = mostOf(series.loss)
  const lost =
    loss === null
      ? 'of loss nothing is known'
      : loss === 0
        ? 'nothing was lost'
        : `${percentOf(loss)} were lost`
  const outside = loss === 0 && length > 0 ? ' outside outages' : ''
  return `Half of the answers came within ${milliseconds(median)}; at the worst moment most of them took ${told(worst)}, and ${lost}${outside}.${shaded}`
}

const lookOfDelay =
  (number: number): PlotLook =>
  (colour) => {
    const line = colour(`line-${(number % 6) + 1}`)
    return {
      legend: { show: false },
      padding: PADDING,
      cursor: { y: false },
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- logarithms; the enum is there in the types alone
      scales: { x: { time: true }, y: { distr: 3, range: wholeDecades } },
      axes: [
        timeAxis(colour),
        axis(colour, {
          splits: (_, __, min, max) => decades(min, max),
          values: (_, splits) => splits.map((ms) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)),
        }),
      ],
      series: [
        {},
        { stroke: 'transparent', points: { show: false } },
        { stroke: 'transparent', points: { show: false } },
        { stroke: line, width: 2, points: { show: false } },
      ],
      bands: [{ series: [1, 2], fill: withAlpha(line, 0.25) }],
    }
  }

/** From 1 ms, or below where answers come sooner. */
function wholeDecades(_: uPlot, min: number | null, max: number | null): [number, number] {
  const low = Math.min(1, 10 ** Math.floor(Math.log10(Math.max(min ?? 1, 0.1))))
  const high = Math.max(10, 10 ** Math.ceil(Math.log10((max ?? 1) * 1.05)))
  return [low, high]
}

function decades(min: number, max: number): number[] {
  const first = Math.round(Math.log10(min))
  const last = Math.round(Math.log10(max))
  return Array.from({ length: last - first + 1 }, (_, i) => Number((10 ** (first + i)).toPrecision(1)))
}

const lookOfLoss: PlotLook = (colour) => ({
  legend: { show: false },
  padding: [8, PADDING[1], 8, 0],
  cursor: { y: false },
  scales: { x: { time: true }, y: { range: [0, 100] } },
  axes: [{ show: false }, axis(colour, { splits: [0, 50, 100] })],
  series: [
    {},
    {
      stroke: colour('down'),
      fill: colour('down'),
      width: 0,
      points: { show: false },
      ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.9, 40, 3] }) }),
    },
  ],
})
