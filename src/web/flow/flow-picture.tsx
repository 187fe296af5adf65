/** The picture: clients, the router, the lines, and how much goes where. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useClients } from '../clients.ts'
import { news } from '../live.ts'
import { isPaused } from '../wishes.ts'
import { stateClass } from '../state-mark.tsx'
import { busiest } from './busiest.ts'
import { FlowLabels } from './flow-labels.tsx'
import { FlowTable } from './flow-table.tsx'
import {
  flowLayout,
  fullScale,
  isCounted,
  isCut,
  type FlowClient,
  type FlowLayout,
  type FlowLine,
} from './flow-layout.ts'
import { textureOf, Textures } from './textures.tsx'
import type { ShownLine, ShownStatus } from '../without-news.ts'

/** @param isPast what it shows was; who asked for how much then is not known */
export function FlowPicture({
  status,
  isPast = false,
}: {
  readonly status: ShownStatus
  readonly isPast?: boolean
}) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (box.current === null) return undefined
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])
  const clients = useShownClients(!isPast && news.value === 'live')
  const lines = status.lines.map(flowLine)
  const total = lines.reduce((sum, line) => sum + (line.bitsPerSecond ?? 0), 0)
  const ofClients = clients.reduce((sum, { bitsPerSecond = 0 }) => sum + bitsPerSecond, 0)
  const full = useFull(Math.max(total, ofClients))
  const layout = flowLayout({ width: Math.max(width, 280), clients, lines, fullBitsPerSecond: full })
  const isStill = isPaused.value

  return (
    <figure
      class={`flow${isStill ? ' still' : ''}${layout.isDownwards ? ' downwards' : ''}${layout.isCrowded ? ' crowded' : ''}`}
    >
      <div ref={box} class="flow-box" style={{ height: `${layout.height}px` }}>
        {width > 0 && (
          <>
            <svg class="flow-bands" width={layout.width} height={layout.height} aria-hidden="true">
              <Textures count={status.lines.length} />
              {layout.clients.map(({ key, d, width }) => (
                <path key={`client ${key}`} class="client-band" d={d} stroke-width={width} />
              ))}
              {layout.lines.map((band, i) => (
                <LineBandPath key={`line ${band.key}`} band={band} line={status.lines[i]} number={i} />
              ))}
              <rect class="router" rx="5" {...layout.router} />
              {layout.lines.map(({ key, cut }) => cut && <CutMark key={`cut ${key}`} {...cut} />)}
            </svg>
            <Drift layout={layout} lines={status.lines} />
            <FlowLabels layout={layout} clients={clients} status={status} />
          </>
        )}
      </div>
      <figcaption>
        <button type="button" aria-pressed={isStill} onClick={() => (isPaused.value = !isStill)}>
          {isStill ? 'Go on' : 'Pause'}
        </button>
        <Scale layout={layout} full={full} clients={clients} />
      </figcaption>
      <FlowTable clients={clients} lines={status.lines} />
    </figure>
  )
}

const flowLine = ({
  name,
  state,
  downBitsPerSecond,
  upBitsPerSecond,
  openConnections,
}: ShownLine): FlowLine => ({
  name,
  state,
  bitsPerSecond:
    downBitsPerSecond === null && upBitsPerSecond === null
      ? null
      : (downBitsPerSecond ?? 0) + (upBitsPerSecond ?? 0),
  openConnections: openConnections ?? 0,
})

/** @param withTraffic what is known of theirs is known of now */
function useShownClients(withTraffic: boolean): readonly FlowClient[] {
  const known = useClients()
  const before = useRef<ReadonlySet<string>>(new Set())
  const shown = useMemo(() => {
    const clients = busiest(known ?? [], before.current)
    before.current = new Set(clients.map(({ key }) => key))
    return clients
  }, [known])
  return withTraffic ? shown : shown.map(({ key, label, open }) => ({ key, label, open }))
}

/** It grows at once, and shrinks only when much less goes for a while: bands shall not jump. */
function useFull(total: number): number {
  const full = useRef(fullScale(total))
  const quiet = useRef(0)
  const wished = fullScale(total)
  quiet.current = wished < full.current ? quiet.current + 1 : 0
  if (wished > full.current || quiet.current > 30) full.current = wished
  return full.current
}

function LineBandPath({
  band: { d, width, cut },
  line,
  number,
}: {
  readonly band: FlowLayout['lines'][number]
  readonly line: ShownLine | undefined
  readonly number: number
}) {
  const state = line?.state ?? 'unknown'
  return (
    <path
      class={`line-band ${stateClass(state)}${cut === undefined ? '' : ' cut'}`}
      d={d}
      stroke-width={width}
      stroke={textureOf(number)}
    />
  )
}

const CutMark = ({ x, y }: { readonly x: number; readonly y: number }) => (
  <g class="cut-mark" style={{ transform: `translate(${x}px, ${y}px)` }}>
    <circle r="12" />
    <path d="M-5 -5L5 5M5 -5L-5 5" />
  </g>
)

/** What moves is drawn apart, so that only it is painted again and again. */
function Drift({ layout, lines }: { readonly layout: FlowLayout; readonly lines: readonly ShownLine[] }) {
  const down = lines.reduce((sum, line) => sum + (line.downBitsPerSecond ?? 0), 0)
  const up = lines.reduce((sum, line) => sum + (line.upBitsPerSecond ?? 0), 0)
  const drift = (key: string, d: string, width: number, isInwards: boolean) =>
    width < 3 ? null : (
      <path
        key={key}
        class={isInwards ? 'inwards' : ''}
        d={d}
        stroke-width={Math.min(4, Math.max(1.5, width / 4))}
      />
    )
  return (
    <svg class="flow-drift" width={layout.width} height={layout.height} aria-hidden="true">
      {layout.clients.map(({ key, d, width }) => drift(`client ${key}`, d, width, down > up))}
      {layout.lines.map(({ key, d, width }, i) => {
        const line = lines[i]
        if (line === undefined || isCut(line) || line.downBitsPerSecond === null) return null
        return drift(`line ${key}`, d, width, line.downBitsPerSecond > (line.upBitsPerSecond ?? 0))
      })}
    </svg>
  )
}

/** How wide is how much. */
function Scale({
  layout: { widthOf, isDownwards },
  full,
  clients,
}: {
  readonly layout: FlowLayout
  readonly full: number
  readonly clients: readonly FlowClient[]
}) {
  const samples = [full / 100, full / 30, full / 10]
  return (
    <p class="flow-scale quiet small">
      {!isDownwards && `${widthsMean(clients)} `}
      {samples.map((bits) => (
        <span key={bits} class="sample">
          <svg width="18" height={Math.ceil(widthOf(bits)) || 1} aria-hidden="true">
            <rect width="18" height={Math.max(1, widthOf(bits))} />
          </svg>{' '}
          {inScale(bits)}
        </span>
      ))}
      Mbit/s
    </p>
  )
}

function widthsMean(clients: readonly FlowClient[]): string {
  if (!clients.some(isCounted)) return 'Width on the left: open connections; on the right:'
  return clients.every(isCounted)
    ? 'Width on both sides: traffic.'
    : 'Width on both sides: traffic, of clients where all of it is counted.'
}

const inScale = (bits: number): string => String(Number((bits / 1_000_000).toPrecision(1)))
