/** What stands beside the picture's bands. Text of the page, not of the picture: it can be read, followed and selected. */
import { counted, megabits, milliseconds } from '../../cli/amounts.ts'
import { lookOfLine } from '../../cli/looks.ts'
import { linkTo } from '../route.ts'
import { StateShape, stateClass } from '../state-mark.tsx'
import { isCut, type FlowClient, type FlowLayout } from './flow-layout.ts'
import type { ShownLine, ShownStatus } from '../without-news.ts'

export function FlowLabels({
  layout,
  clients,
  status,
}: {
  readonly layout: FlowLayout
  readonly clients: readonly FlowClient[]
  readonly status: ShownStatus
}) {
  const { router, isDownwards } = layout
  const open = clients.reduce((sum, client) => sum + client.open, 0)
  return (
    <>
      {isDownwards ? (
        <p class="flow-label all-clients" style={{ left: 0, right: 0, top: 0 }}>
          {counted(open, 'open connection')}
        </p>
      ) : (
        layout.clients.map(({ key, end }, i) => {
          const client = clients[i]
          return (
            client && (
              <p key={key} class="flow-label client" style={{ width: `${end.x - 10}px`, top: `${end.y}px` }}>
                <span class="client-name">{client.label}</span>{' '}
                <span class="quiet number">
                  {client.bitsPerSecond === undefined
                    ? `${client.open} open`
                    : `${megabits(client.bitsPerSecond)} Mbit/s`}
                </span>
              </p>
            )
          )
        })
      )}
      <p
        class="flow-label host"
        style={
          isDownwards
            ? { left: 0, width: `${router.x - 8}px`, top: `${router.y + router.height / 2}px` }
            : { left: `${router.x - 60}px`, width: `${router.width + 120}px`, top: `${router.y - 26}px` }
        }
      >
        {status.hostname}
      </p>
      {layout.lines.map(({ key, end }, i) => {
        const line = status.lines[i]
        return line && <LineLabel key={key} line={line} layout={layout} end={end} />
      })}
    </>
  )
}

/** A name with more signs leaves no room for the number beside it, and is shortened where it has to be. */
const LONG_NAME = 10

function LineLabel({
  line,
  layout: { isDownwards, width, lines },
  end,
}: {
  readonly line: ShownLine
  readonly layout: FlowLayout
  readonly end: { readonly x: number; readonly y: number }
}) {
  const room = width / lines.length
  const style = isDownwards
    ? { left: `${end.x - room / 2}px`, width: `${room}px`, top: `${end.y + 4}px` }
    : { left: `${end.x + 12}px`, right: 0, top: `${end.y}px` }
  const { word } = lookOfLine(line)
  const isKnown = line.downBitsPerSecond !== null || line.upBitsPerSecond !== null
  const rate = isKnown && !isCut(line) ? flowRate(line) : undefined
  const delay = line.state === 'up' ? line.health?.delayMs : undefined
  return (
    <p class={`flow-label line${line.name.length > LONG_NAME ? ' long' : ''}`} style={style}>
      <span class="flow-line-name" title={line.name}>
        <StateShape state={line.state} /> <a href={linkTo('lines', line.name)}>{line.name}</a>
      </span>
      {rate !== undefined && <span class="number flow-rate">{rate}</span>}
      <span class="flow-line-more quiet">
        <span class={line.state === 'up' ? '' : `state-word ${stateClass(line.state)}`}>{word}</span>
        {delay !== undefined && delay !== null && <span class="flow-delay"> · {milliseconds(delay)}</span>}
      </span>
    </p>
  )
}

const flowRate = ({ downBitsPerSecond: down, upBitsPerSecond: up }: ShownLine): string =>
  `${megabits((down ?? 0) + (up ?? 0))} Mbit/s`
