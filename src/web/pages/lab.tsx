/** What happens when…? Buttons that break and mend pretend lines. */
import { useEffect, useState } from 'preact/hooks'
import type { Trouble } from '../ask.ts'
import { FlowPicture } from '../flow/flow-picture.tsx'
import { Swatch } from '../flow/textures.tsx'
import { events } from '../happened.ts'
import { doInLab, labState, learnLab, type LabState } from '../lab.ts'
import { status } from '../live.ts'
import { StateMark, stateClass } from '../state-mark.tsx'
import { StoryLine } from '../story-text.tsx'
import { storiesOf } from '../story.ts'
import { TroubleText } from '../trouble-text.tsx'
import type { ShownLine } from '../without-news.ts'

export function Lab() {
  useEffect(() => void learnLab(), [])
  const now = status.value
  const lab = labState.value
  if (now === undefined || lab === undefined) return <p class="quiet">Waiting for the lab.</p>
  return (
    <>
      <section class="card hero" aria-label="Who carries the traffic">
        <FlowPicture status={now} />
      </section>
      <div class="line-cards">
        {now.lines.map((line, number) => (
          <LabLine key={line.name} line={line} number={number} lab={lab} />
        ))}
      </div>
      <p class="quiet small">
        All of this is pretend: providers and clients in network namespaces, real packets, the real daemon.
        This machine’s own network stays as it is.
      </p>
    </>
  )
}

interface Deed {
  readonly title: string
  readonly atMs: number
  /** Nothing new is to be noticed of what breaks a line that is down. */
  readonly wasDown: boolean
}

function LabLine({
  line,
  number,
  lab,
}: {
  readonly line: ShownLine
  readonly number: number
  readonly lab: LabState
}) {
  const [deed, setDeed] = useState<Deed>()
  const [trouble, setTrouble] = useState<Trouble>()
  const faults = lab.lines.find(({ name }) => name === line.name)?.faults ?? []
  const act = async (name: string, title: string): Promise<void> => {
    setDeed({ title, atMs: Date.now(), wasDown: name !== 'restore' && line.state === 'down' })
    const answer = await doInLab(line.name, name)
    setTrouble(answer.ok ? undefined : answer.error)
  }
  return (
    <article class={`card line-card ${stateClass(line.state)}`} aria-label={line.name}>
      <header>
        <h2>
          <Swatch number={number} /> {line.name}
        </h2>
        <p>
          <StateMark line={line} />
        </p>
      </header>
      <Faults all={lab.faults.slice(0, FIRST)} wrong={faults} act={act} />
      <details class="as-table">
        <summary>More that can go wrong</summary>
        <Faults all={lab.faults.slice(FIRST)} wrong={faults} act={act} />
      </details>
      <p>
        <button
          type="button"
          class="main"
          aria-disabled={faults.length === 0}
          onClick={() => faults.length > 0 && void act('restore', 'Mend it')}
        >
          Mend it
        </button>
      </p>
      {trouble !== undefined && <TroubleText trouble={trouble} />}
      {deed !== undefined && <Consequence deed={deed} line={line.name} />}
    </article>
  )
}

/** The others are for the curious. */
const FIRST = 5

const Faults = ({
  all,
  wrong,
  act,
}: {
  readonly all: LabState['faults']
  readonly wrong: readonly string[]
  readonly act: (name: string, title: string) => Promise<void>
}) => (
  <div class="faults">
    {all.map(({ name, title, text }) => (
      <button
        key={name}
        type="button"
        title={text}
        aria-pressed={wrong.includes(name)}
        onClick={() => void act(name, title)}
      >
        {title}
      </button>
    ))}
  </div>
)

/** What the daemon made of it, and how soon. */
function Consequence({
  deed: { title, atMs, wasDown },
  line,
}: {
  readonly deed: Deed
  readonly line: string
}) {
  const stories = storiesOf(events.value).filter(
    ({ cause }) => cause.line === line && Date.parse(cause.time) >= atMs,
  )
  const [first] = stories
  return (
    <div class="consequence" role="status">
      <p>
        <strong>{title}</strong>{' '}
        <span class="quiet">
          {first === undefined
            ? wasDown
              ? 'it was down already'
              : 'nothing noticed yet'
            : `noticed after ${((Date.parse(first.cause.time) - atMs) / 1000).toFixed(2)} s`}
        </span>
      </p>
      {stories.slice(0, 3).map((story) => (
        <StoryLine key={`${story.cause.run}/${story.cause.id}`} story={story} />
      ))}
    </div>
  )
}
