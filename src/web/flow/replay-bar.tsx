/** Beneath the picture: what happened last, and the buttons that show it again. */
import { useEffect, useRef } from 'preact/hooks'
import { clockToMs } from '../clock.ts'
import { EventText, StoryLine } from '../story-text.tsx'
import type { Story } from '../story.ts'
import type { Replay } from './use-replay.ts'

export function ReplayBar({
  story,
  replay: { shown, start, stop },
}: {
  readonly story: Story
  readonly replay: Replay
}) {
  const isShown = shown !== undefined
  const button = useRef<HTMLButtonElement>(null)
  // The one that was pressed may be gone.
  useEffect(() => {
    if (isShown && document.activeElement === document.body) button.current?.focus()
  }, [isShown])
  if (isShown)
    return (
      <div class="replay">
        <p>
          <strong aria-hidden="true">
            Replay <span class="number">{clockToMs(Math.round(shown.atMs))}</span>
          </strong>{' '}
          <span role="status">
            {shown.told === undefined ? 'As it was before.' : <EventText event={shown.told} />}
          </span>
        </p>
        <button ref={button} type="button" onClick={stop}>
          Back to now
        </button>
      </div>
    )
  return (
    <div class="replay">
      <StoryLine story={story} />
      <button type="button" onClick={() => start(story, 1)}>
        Replay
      </button>
      <button type="button" onClick={() => start(story, 0.1)}>
        10 times slower
      </button>
    </div>
  )
}
