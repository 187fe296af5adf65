/** What happened last night, and what followed from what? */
import { useEffect, useState } from 'preact/hooks'
import type { EventsDocument, LineDocument } from '../../api/contract.ts'
import { lookOf, looksOfState } from '../../cli/looks.ts'
import { ask, type Trouble } from '../ask.ts'
import { Strip } from '../charts/strip.tsx'
import { dayOf } from '../clock.ts'
import { events } from '../happened.ts'
import { happeningsOf, keyOf, merged, type Happening } from '../happening.ts'
import { boxNowMs, status } from '../live.ts'
import { DAY_MS, HOUR_MS, usePast } from '../past.ts'
import { linkTo } from '../route.ts'
import { StateShape, stateClass } from '../state-mark.tsx'
import { EventText, EventTime } from '../story-text.tsx'
import { after, storiesOf, worstOf, type Story } from '../story.ts'
import { TroubleText } from '../trouble-text.tsx'

const SPANS = [
  { title: '1 hour', ms: HOUR_MS, points: 120 },
  { title: '24 hours', ms: DAY_MS, points: 288 },
  { title: '7 days', ms: 7 * DAY_MS, points: 336 },
  { title: '30 days', ms: 30 * DAY_MS, points: 360 },
] as const
type Span = (typeof SPANS)[number]

export function Events() {
  const [span, setSpan] = useState<Span>(SPANS[1])
  const [line, setLine] = useState('')
  const [wanted, setWanted] = useState('')
  const { past, trouble, isCut } = usePastEvents(span, line)
  const lines = status.value?.lines ?? []
  const nowMs = status.value === undefined ? Date.now() : Date.parse(status.value.time)
  const isWanted = (event: Happening): boolean =>
    Date.parse(event.time) >= nowMs - span.ms && (line === '' || event.line === line)
  const stories = storiesOf(merged(past, events.value.filter(isWanted), Infinity))
    .filter((story) => says(story, wanted))
    .toReversed()
  return (
    <section class="card events">
      <header>
        <h2>Events</h2>
        <div class="choices" role="group" aria-label="Time shown">
          {SPANS.map((one) => (
            <button key={one.title} type="button" aria-pressed={one === span} onClick={() => setSpan(one)}>
              {one.title}
            </button>
          ))}
        </div>
        <label>
          Line{' '}
          <select value={line} onChange={({ currentTarget }) => setLine(currentTarget.value)}>
            <option value="">all</option>
            {lines.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="find">
          Find
          <input
            type="search"
            value={wanted}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
          />
        </label>
      </header>
      <div class="lanes">
        {lines
          .filter(({ name }) => line === '' || name === line)
          .map((one) => (
            <Lane key={one.name} line={one} span={span} />
          ))}
      </div>
      {trouble !== undefined && <TroubleText trouble={trouble} />}
      {stories.length === 0 ? (
        <p class="quiet">Nothing of that kind in this time.</p>
      ) : (
        <Stories stories={stories} nowMs={nowMs} />
      )}
      {isCut && <p class="quiet">Older ones are left out: choose a shorter time, or a line.</p>}
      <p class="quiet small">
        In a terminal: <code>multihome events --since 1d</code>
      </p>
    </section>
  )
}

const MOST = 2000

function usePastEvents(span: Span, line: string) {
  const [known, setKnown] = useState<{
    readonly past: readonly Happening[]
    readonly isCut: boolean
    readonly trouble?: Trouble
  }>({ past: [], isCut: false })
  useEffect(() => {
    let isCurrent = true
    const query = new URLSearchParams({
      since: new Date(boxNowMs() - span.ms).toISOString(),
      limit: String(MOST),
      ...(line !== '' && { line }),
    })
    void ask<EventsDocument>('GET', `v1/events?${query.toString()}`).then((answer) => {
      if (!isCurrent) return
      setKnown(
        answer.ok
          ? { past: happeningsOf(answer.value), isCut: answer.value.earlier === true }
          : { past: [], isCut: false, trouble: answer.error },
      )
    })
    return () => {
      isCurrent = false
    }
  }, [span, line])
  return known
}

const says = ({ cause, effects }: Story, wanted: string): boolean =>
  [cause, ...effects.map(({ event }) => event)].some((event) =>
    `${event.line ?? ''} ${event.event} ${event.text}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  )

function Lane({
  line,
  span: { title, ms, points },
}: {
  readonly line: Pick<LineDocument, 'name' | 'since'>
  readonly span: Span
}) {
  const past = usePast(line.name, { ms, points, everyMs: 60_000 }, line.since)
  return (
    <div class="lane">
      <a href={linkTo('lines', line.name)}>{line.name}</a>
      {past.is === 'known' && <Strip history={past.history} title={title} count={points} />}
    </div>
  )
}

function Stories({ stories, nowMs }: { readonly stories: readonly Story[]; readonly nowMs: number }) {
  const today = dayOf(nowMs)
  let day = today
  return (
    <ol class="stories">
      {stories.map((story) => {
        const its = dayOf(Date.parse(story.cause.time))
        const isNewDay = its !== day
        day = its
        return (
          <li key={keyOf(story.cause)}>
            {isNewDay && <h3>{its}</h3>}
            <StoryTree story={story} />
          </li>
        )
      })}
    </ol>
  )
}

function StoryTree({ story }: { readonly story: Story }) {
  const { cause, effects } = story
  const worst = worstOf(story)
  return (
    <article class={`story ${worst === undefined ? '' : stateClass(worst)}`} data-row tabIndex={-1}>
      <p>
        <EventTime time={cause.time} /> <EventText event={cause} />
      </p>
      {effects.length > 0 && (
        <ul>
          {effects.map(({ event, afterMs }) => (
            <li key={keyOf(event)}>
              <span class="after quiet number">{after(afterMs)}</span>{' '}
              <span>
                {looksOfState(event.event) && (
                  <>
                    <StateShape state={event.event} /> <strong>{lookOf(event.event).word}</strong>:{' '}
                  </>
                )}
                {event.text}
              </span>
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}
