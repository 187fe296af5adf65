/** A line on the overview: how it is, what it carries, how it was. */
import type { LegDocument } from '../api/contract.ts'
import { counted, megabits, milliseconds, NOTHING, percent } from '../cli/amounts.ts'
import { formatDuration } from '../cli/duration.ts'
import { Strip } from './charts/strip.tsx'
import { Swatch } from './flow/textures.tsx'
import { DAY_MS, usePast } from './past.ts'
import { linkTo } from './route.ts'
import { ShareBar } from './share-bar.tsx'
import { stateClass, StateMark } from './state-mark.tsx'
import { VolumeBar } from './volume-bar.tsx'
import type { ShownLine } from './without-news.ts'

const DAY = { ms: DAY_MS, points: 288, everyMs: 60_000 }

export function LineCard({
  line,
  number,
  nowMs,
}: {
  readonly line: ShownLine
  readonly number: number
  readonly nowMs: number
}) {
  const past = usePast(line.name, DAY, line.since)
  const { health, ipv6 } = line
  const isAsked = health !== undefined && line.state !== 'down'
  return (
    <article class={`card line-card ${stateClass(line.state)}`} aria-label={line.name}>
      <header>
        <h2>
          <Swatch number={number} /> <a href={linkTo('lines', line.name)}>{line.name}</a>
        </h2>
        <p>
          <StateMark line={line} />{' '}
          <span class="quiet number">{formatDuration(nowMs - Date.parse(line.since))}</span>
        </p>
      </header>
      <p class="line-why">{whyText(line)}</p>
      <dl class="numbers">
        <Figure
          name="Delay"
          value={isAsked && health.delayMs !== null ? milliseconds(health.delayMs) : NOTHING}
        />
        <Figure
          name="Loss"
          value={isAsked && health.lossRatio !== null ? `${percent(health.lossRatio)} %` : NOTHING}
        />
        <Figure
          name="Down / up Mbit/s"
          value={`${megabits(line.downBitsPerSecond)} / ${megabits(line.upBitsPerSecond)}`}
        />
      </dl>
      <ShareBar line={line} number={number} />
      {line.volume !== undefined && line.volume.quotaBytes !== null && (
        <VolumeBar volume={line.volume} number={number} nowMs={nowMs} />
      )}
      {past.is === 'known' && <Strip history={past.history} title="24 h" count={96} />}
      {ipv6 !== undefined && ipv6.state !== line.state && <Ipv6 leg={ipv6} />}
    </article>
  )
}

const Figure = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt class="quiet small">{name}</dt>
    <dd class="number">{value}</dd>
  </div>
)

function whyText({ state, why, inReserve, drain, released, health, openConnections }: ShownLine): string {
  if (state === 'draining') return `No new connections, ${openConnections ?? NOTHING} left.`
  const sentences = [
    ...(inReserve ? ['In reserve: it takes over when no other line works.'] : []),
    ...(why === undefined ? [] : [sentence(why)]),
    ...(state === 'up' && health?.why !== undefined ? [sentence(health.why)] : []),
    ...(state === 'down' && released !== undefined ? endings(released) : []),
    ...(health?.backAt === undefined ? [] : ['It answers again, and is used soon.']),
    ...(drain === undefined ? [] : ['No new connections, by wish.']),
  ]
  return sentences.join(' ')
}

function endings({ told, ended }: NonNullable<LegDocument['released']>): string[] {
  const all = told + ended
  if (all === 0) return []
  return [`${counted(all, 'connection')} ${all === 1 ? 'was' : 'were'} told that it is over.`]
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`

const Ipv6 = ({ leg }: { readonly leg: LegDocument }) => (
  <p class="small">
    IPv6: <StateMark line={{ state: leg.state, inReserve: false }} />
    {leg.why !== undefined && ` ${sentence(leg.why)}`}
  </p>
)
