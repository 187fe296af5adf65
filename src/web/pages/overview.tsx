/** Does the Internet work, and who carries it? */
import { FlowPicture } from '../flow/flow-picture.tsx'
import { events } from '../happened.ts'
import { LineCard } from '../line-card.tsx'
import { status } from '../live.ts'
import { Notes } from '../notes.tsx'
import { linkTo } from '../route.ts'
import { StoryLine } from '../story-text.tsx'
import { storiesOf } from '../story.ts'
import { Stragglers } from '../stragglers.tsx'

export function Overview() {
  const now = status.value
  if (now === undefined) return <p class="quiet">Waiting for the daemon’s first word.</p>
  const nowMs = Date.parse(now.time)
  const stories = storiesOf(events.value).slice(-6).toReversed()
  const last = stories.find(({ cause }) => cause.event === 'down' || cause.event === 'suspect')
  const others = stories.filter((story) => story !== last).slice(0, 5)
  return (
    <>
      <section class="card hero" aria-label="Who carries the traffic">
        <FlowPicture status={now} />
        {last !== undefined && <StoryLine story={last} />}
      </section>
      <div class="line-cards">
        {now.lines.map((line, i) => (
          <LineCard key={line.name} line={line} number={i} nowMs={nowMs} />
        ))}
      </div>
      <Stragglers lines={now.lines} />
      <section class="card last-events">
        <h2>Last events</h2>
        {stories.length === 0 ? (
          <p class="quiet">Nothing happened since the daemon remembers.</p>
        ) : (
          others.map((story) => <StoryLine key={`${story.cause.run}/${story.cause.id}`} story={story} />)
        )}
        <p>
          <a href={linkTo('events')}>All events</a>
        </p>
      </section>
      <Notes notes={now.notes} />
    </>
  )
}
