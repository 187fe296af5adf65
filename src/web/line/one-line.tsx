/** Is this line any good? */
import { bytes, counted } from '../../cli/amounts.ts'
import { formatDuration } from '../../cli/duration.ts'
import { WhyNoChange } from '../change-button.tsx'
import { Swatch } from '../flow/textures.tsx'
import { linkTo } from '../route.ts'
import { ShareBar } from '../share-bar.tsx'
import { StateMark, stateClass } from '../state-mark.tsx'
import { VolumeBar } from '../volume-bar.tsx'
import { CheckNow } from './check-now.tsx'
import { DrainButton } from './drain-button.tsx'
import { Ladder } from './ladder.tsx'
import { LinePast } from './line-past.tsx'
import { Month } from './month.tsx'
import { Targets } from './targets.tsx'
import { WeightForm } from './weight-form.tsx'
import type { ShownLine } from '../without-news.ts'

export interface OneLineProps {
  readonly line: ShownLine
  readonly number: number
  readonly nowMs: number
}

export function OneLine({ line, number, nowMs }: OneLineProps) {
  return (
    <>
      <section class={`card one-line line-card ${stateClass(line.state)}`}>
        <header>
          <h2>
            <a class="back" href={linkTo('lines')}>
              Lines
            </a>{' '}
            <span class="quiet">/</span> <Swatch number={number} /> {line.name}
          </h2>
          <p>
            <StateMark line={line} />{' '}
            <span class="quiet number">for {formatDuration(nowMs - Date.parse(line.since))}</span>
          </p>
        </header>
        {line.why !== undefined && <p>{line.why}</p>}
        <Ladder leg={line} />
        {line.ipv6 !== undefined && <Ladder leg={line.ipv6} title="IPv6" />}
        <p class="buttons">
          <DrainButton line={line} />
          <CheckNow name={line.name} />
        </p>
        <WeightForm line={line} />
        <WhyNoChange />
        <ShareBar line={line} number={number} />
        {line.volume !== undefined && <VolumeBar volume={line.volume} number={number} nowMs={nowMs} />}
        <Facts line={line} />
      </section>
      <LinePast line={line} number={number} />
      <div class="two">
        {line.health !== undefined && <Targets line={line} />}
        <Month name={line.name} />
      </div>
    </>
  )
}

function Facts({ line }: { readonly line: ShownLine }) {
  const {
    interface: device,
    gateway,
    address,
    weight,
    weightInFile,
    role,
    metered,
    openConnections,
    receivedBytes,
    sentBytes,
  } = line
  const kind = [role === 'backup' ? 'backup' : 'normal', ...(metered ? ['metered'] : [])].join(', ')
  const rows: readonly (readonly [string, string])[] = [
    ['Interface', device],
    ['Address', address ?? 'none'],
    ['Gateway', gateway ?? 'none'],
    ...(line.ipv6 === undefined ? [] : [['IPv6 address', line.ipv6.address ?? 'none'] as const]),
    ['Weight', weightInFile === undefined ? String(weight) : `${weight}; the file says ${weightInFile}`],
    ['Kind', kind],
    ['Open', openConnections === null ? 'not known' : counted(openConnections, 'connection')],
    ['Carried so far', `${bytes(receivedBytes)} down, ${bytes(sentBytes)} up`],
  ]
  return (
    <dl class="facts">
      {rows.map(([about, says]) => (
        <div key={about}>
          <dt class="quiet small">{about}</dt>
          <dd>{says}</dd>
        </div>
      ))}
    </dl>
  )
}
