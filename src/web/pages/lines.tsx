/** All lines side by side, or one of them. */
import { useState } from 'preact/hooks'
import { megabits, milliseconds, NOTHING, percent } from '../../cli/amounts.ts'
import { formatDuration } from '../../cli/duration.ts'
import type { Trouble } from '../ask.ts'
import { HiddenTextures, Swatch } from '../flow/textures.tsx'
import { OneLine } from '../line/one-line.tsx'
import { DrainButton } from '../line/drain-button.tsx'
import { WhyNoChange } from '../change-button.tsx'
import { status } from '../live.ts'
import type { PageProps } from '../pages.ts'
import { linkTo } from '../route.ts'
import { StateMark } from '../state-mark.tsx'
import { TroubleText } from '../trouble-text.tsx'
import type { ShownLine } from '../without-news.ts'

export function Lines({ rest: [name] }: PageProps) {
  const now = status.value
  if (now === undefined) return <p class="quiet">Waiting for the daemon’s first word.</p>
  const nowMs = Date.parse(now.time)
  if (name === undefined) return <AllLines lines={now.lines} nowMs={nowMs} />
  const number = now.lines.findIndex((line) => line.name === name)
  const line = now.lines[number]
  if (line === undefined)
    return (
      <p>
        There is no line “{name}”. <a href={linkTo('lines')}>All lines</a>
      </p>
    )
  return (
    <>
      <HiddenTextures count={now.lines.length} />
      <OneLine key={name} line={line} number={number} nowMs={nowMs} />
    </>
  )
}

function AllLines({ lines, nowMs }: { readonly lines: readonly ShownLine[]; readonly nowMs: number }) {
  return (
    <section class="card">
      <HiddenTextures count={lines.length} />
      <h2>Lines</h2>
      <WhyNoChange />
      <table class="lines-table stacks">
        <thead>
          <tr>
            <th>Line</th>
            <th>State</th>
            <th class="number">For</th>
            <th class="number">New / wanted</th>
            <th class="number">Delay</th>
            <th class="number">Loss</th>
            <th class="number">Down / up Mbit/s</th>
            <th class="number">Open</th>
            <th>Address</th>
            <th>
              <span class="only-spoken">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, number) => (
            <Row key={line.name} line={line} number={number} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({
  line,
  number,
  nowMs,
}: {
  readonly line: ShownLine
  readonly number: number
  readonly nowMs: number
}) {
  const { health, state } = line
  const [trouble, setTrouble] = useState<Trouble>()
  const isAsked = health !== undefined && state !== 'down' && state !== 'absent'
  return (
    <>
      <tr data-row tabIndex={-1}>
        <th scope="row">
          <Swatch number={number} /> <a href={linkTo('lines', line.name)}>{line.name}</a>
          {line.role === 'backup' && <span class="quiet"> backup</span>}
          {line.metered && <span class="quiet"> metered</span>}
        </th>
        <td data-title="State">
          <StateMark line={line} />
          {line.why !== undefined && <div class="small quiet">{line.why}</div>}
        </td>
        <td class="number" data-title="For">
          {formatDuration(nowMs - Date.parse(line.since))}
        </td>
        <td class="number" data-title="New / wanted">
          {percent(line.newShareRatio)} / {percent(line.wantedShareRatio)} %
        </td>
        <td class="number" data-title="Delay">
          {isAsked && health.delayMs !== null ? milliseconds(health.delayMs) : NOTHING}
        </td>
        <td class="number" data-title="Loss">
          {isAsked && health.lossRatio !== null ? `${percent(health.lossRatio)} %` : NOTHING}
        </td>
        <td class="number" data-title="Down / up Mbit/s">
          {megabits(line.downBitsPerSecond)} / {megabits(line.upBitsPerSecond)}
        </td>
        <td class="number" data-title="Open">
          {line.openConnections ?? NOTHING}
        </td>
        <td data-title="Address">
          <span class="mono">{line.address ?? NOTHING}</span>
          <div class="small quiet">{line.interface}</div>
        </td>
        <td>
          <DrainButton line={line} onTrouble={setTrouble} />
        </td>
      </tr>
      {trouble !== undefined && (
        <tr>
          <td class="whole-row" colSpan={10}>
            <TroubleText trouble={trouble} />
          </td>
        </tr>
      )}
    </>
  )
}
