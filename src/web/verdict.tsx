/** The one sentence that heads every screen, and what does not fit into it. */
import { useEffect, useState } from 'preact/hooks'
import { clock } from './clock.ts'
import { heardAtMs, news, status } from './live.ts'
import { StateShape } from './state-mark.tsx'

const SHAPES = { all: 'up', some: 'suspect', none: 'down' } as const

export function Verdict({ isLarge }: { readonly isLarge: boolean }) {
  const verdict = status.value?.verdict
  const text = verdict?.text ?? '–'
  const end = text.indexOf('. ') + 1
  const [head, rest] = end > 0 ? [text.slice(0, end), text.slice(end + 1)] : [text, '']
  const shape = verdict === undefined || news.value !== 'live' ? 'unknown' : SHAPES[verdict.level]
  return (
    <section class={`verdict${isLarge ? ' large' : ''}`} aria-label="How things are">
      <h1>
        <StateShape state={shape} /> {head}
      </h1>
      <p class="verdict-rest">{rest}</p>
      <p class="live quiet">
        {news.value === 'live' ? 'live' : 'no news'} ·{' '}
        <span class="number">{heardAtMs.value === 0 ? '–' : clock(heardAtMs.value)}</span>
      </p>
      <Spoken text={text} />
    </section>
  )
}

/** For screen readers, and no more often than one can listen. */
const SPOKEN_EVERY_MS = 10_000

function Spoken({ text }: { readonly text: string }) {
  const [spoken, speak] = useState({ text: '', atMs: 0 })
  useEffect(() => {
    const waitMs = Math.max(0, spoken.atMs + SPOKEN_EVERY_MS - Date.now())
    const timer = setTimeout(() => speak({ text, atMs: Date.now() }), waitMs)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <p class="only-spoken" aria-live="polite">
      {spoken.text === text && text}
    </p>
  )
}
