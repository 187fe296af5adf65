/** uPlot in a box: as wide as there is room, in the colours of the theme. */
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { clock, dayOf } from '../clock.ts'
import type { ShownOutage } from './past-series.ts'
import { theme } from '../theme.ts'

/** What a chart looks like in the colours that are valid now. */
export type PlotLook = (colour: (token: string) => string) => Omit<uPlot.Options, 'width' | 'height'>

export function Plot({
  label,
  height,
  look,
  data,
  outages,
}: {
  readonly label: string
  readonly height: number
  /** Another one makes another chart. */
  readonly look: PlotLook
  readonly data: uPlot.AlignedData
  /** Drawn behind the data. */
  readonly outages: readonly ShownOutage[]
}) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const now = theme.value
  const marked = useRef(outages)
  marked.current = outages
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const make = (): void => {
      plot.current?.destroy()
      const colour = colourIn(element)
      const hooks = { drawClear: [(chart: uPlot) => markOutages(chart, marked.current, colour('down'))] }
      plot.current = new uPlot({ ...look(colour), hooks, width: element.clientWidth, height }, data, element)
    }
    make()
    const observer = new ResizeObserver(() => {
      if (plot.current?.width !== element.clientWidth)
        plot.current?.setSize({ width: element.clientWidth, height })
    })
    observer.observe(element)
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', make)
    return () => {
      observer.disconnect()
      system.removeEventListener('change', make)
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [look, height, now])
  useEffect(() => plot.current?.setData(data), [data])
  return <div ref={box} class="plot" role="img" aria-label={label} style={{ minHeight: `${height}px` }} />
}

/** A bar that is seen however short it was, and its shade over the height of the chart. */
function markOutages(chart: uPlot, outages: readonly ShownOutage[], colour: string): void {
  const { ctx, bbox } = chart
  const [thin, bar] = [2 * uPlot.pxRatio, 4 * uPlot.pxRatio]
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const { from, to } of outages) {
    const left = chart.valToPos(from, 'x', true)
    const width = Math.max(thin, chart.valToPos(to, 'x', true) - left)
    ctx.fillStyle = withAlpha(colour, 0.25)
    ctx.fillRect(left, bbox.top, width, bbox.height)
    ctx.fillStyle = colour
    ctx.fillRect(left, bbox.top, width, bar)
  }
  ctx.restore()
}

/** @param colour `rgb(36, 64, 200)` */
export const withAlpha = (colour: string, alpha: number): string =>
  colour.replace(/^rgb\(([^)]*)\)$/, (_, parts: string) => `rgba(${parts}, ${alpha})`)

/** A canvas knows no custom properties: an element says what they come to. */
const colourIn =
  (place: HTMLElement) =>
  (token: string): string => {
    const probe = document.createElement('span')
    probe.style.color = `var(--${token})`
    place.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }

/** Top, right, bottom, left: charts above each other end at the same place, with room for half of the last time. */
export const PADDING: [number, number, number, number] = [8, 24, 0, 0]

/** What all axes have in common. */
export const axis = (colour: (token: string) => string, more: uPlot.Axis = {}): uPlot.Axis => ({
  stroke: colour('quiet'),
  font: '13px system-ui',
  grid: { stroke: colour('hairline'), width: 1 },
  ticks: { show: false },
  size: 56,
  ...more,
})

/** Times of day by 24 hours, and days where there are several. */
export const timeAxis = (colour: (token: string) => string): uPlot.Axis =>
  axis(colour, {
    size: 28,
    values: (_, splits, __, ___, stepSeconds) =>
      splits.map((seconds) =>
        stepSeconds >= 86_400 ? dayOf(seconds * 1000) : hourOf(seconds * 1000, stepSeconds),
      ),
  })

const hourOf = (atMs: number, stepSeconds: number): string => {
  const time = clock(atMs)
  return stepSeconds < 60 ? time : time === '00:00:00' ? dayOf(atMs) : time.slice(0, 5)
}
