/** Does the Internet work, and who carries it? */
import { FlowPicture } from '../flow/flow-picture.tsx'
import { ReplayBar } from '../flow/replay-bar.tsx'
import { useReplay } from '../flow/use-replay.ts'
import { events } from '../happened.ts'
import { LineCard } from '../line-card.tsx'
import { status } from '../live.ts'
import { Notes } from '../notes.tsx'
import { linkTo } from '../route.ts'
import { StoryLine } from '../story-text.tsx'
import { mainStory, storiesOf } from '../story.ts'
import { Stragglers } from '../stragglers.tsx'

const TROUBLE: ReadonlySet<string> = new Set(['down', 'suspect', 'absent'])

export function Overview() {
  const now = status.value
  const replay = useReplay(now)
  if (now === undefined) return <p class="quiet">Waiting for the daemon’s first word.</p>
  const nowMs = Date.parse(now.time)
  const stories = storiesOf(events.value)
  const inTrouble = new Set(now.lines.filter(({ state }) => TROUBLE.has(state)).map(({ name }) => name))
  const main = mainStory(stories, inTrouble)
  const others = stories
    .filter((story) => story !== main)
    .slice(-5)
    .toReversed()
  return (
    <>
      <section
        class={`card hero${replay.shown === undefined ? '' : ' replaying'}`}
        aria-label="Who carries the traffic"
      >
        <FlowPicture status={replay.shown?.status ?? now} isPast={replay.shown !== undefined} />
        {main !== undefined && <ReplayBar story={main} replay={replay} />}
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
