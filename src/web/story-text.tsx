/** A cause and what followed, in one sentence each. */
import { looksOfState, lookOf } from '../cli/looks.ts'
import { clockToMs, utc } from './clock.ts'
import type { Happening } from './happening.ts'
import { linkTo } from './route.ts'
import { StateShape } from './state-mark.tsx'
import { after, type Story } from './story.ts'

export const EventTime = ({ time }: { readonly time: string }) => (
  <time class="number" dateTime={time} title={utc(Date.parse(time))}>
    {clockToMs(Date.parse(time))}
  </time>
)

/** `● fiber up: it can be used again`, `undone: somebody asked for it` */
export function EventText({ event }: { readonly event: Happening }) {
  const isState = looksOfState(event.event)
  const { word } = lookOf(event.event)
  const isOfOtherFamily = event.family === 'ipv6'
  return (
    <span class="event-text">
      {isState && (
        <>
          <StateShape state={event.event} />{' '}
        </>
      )}
      {event.line !== undefined && (
        <>
          <a href={linkTo('lines', event.line)}>{event.line}</a>
          {isOfOtherFamily && ' IPv6'}{' '}
        </>
      )}
      {isState ? <strong>{word}</strong> : word}: {event.text}
    </span>
  )
}

export const StoryLine = ({ story: { cause, effects } }: { readonly story: Story }) => (
  <p class="story-line">
    <EventTime time={cause.time} /> <EventText event={cause} />
    {effects.map(({ event, afterMs }) => (
      <span key={`${event.run}/${event.id}`}>
        {' '}
        <span class="quiet">→ {after(afterMs)}:</span>{' '}
        {looksOfState(event.event) ? <EventText event={event} /> : event.text}
      </span>
    ))}
  </p>
)
