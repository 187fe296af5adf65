/** Configurations that ran, or were tried, to compare with and to take up again. */
import { useState } from 'preact/hooks'
import { moment, utc } from '../clock.ts'
import { DiffView } from './diff-view.tsx'
import { current, draft, former } from './draft.ts'

interface Former {
  readonly text: string
  readonly version: string
  readonly atMs: number
  readonly what: string
}

export function FormerTexts() {
  const [shown, show] = useState<string>()
  const running = current.value?.running.version
  const all: Former[] = [
    ...(former.value?.accepted ?? []).map(({ text, version, at }) => ({
      text,
      version,
      atMs: Date.parse(at),
      what: version === running ? 'runs now' : 'ran',
    })),
    ...(former.value?.tried ?? []).map(({ text, version, at, why }) => ({
      text,
      version,
      atMs: Date.parse(at),
      what: `tried and undone: ${why}`,
    })),
  ].toSorted((a, b) => b.atMs - a.atMs)
  return (
    <section class="card" aria-label="Former configurations">
      <h2>Former configurations</h2>
      {all.length === 0 && <p class="quiet">None yet.</p>}
      <ul class="former">
        {all.map(({ text, version, atMs, what }) => {
          const key = `${version} ${atMs}`
          const isShown = shown === key
          return (
            <li key={key}>
              <p>
                <time dateTime={utc(atMs)} title={utc(atMs)}>
                  {moment(atMs, Date.now())}
                </time>{' '}
                {what}
              </p>
              <p class="former-buttons">
                <button type="button" aria-expanded={isShown} onClick={() => show(isShown ? undefined : key)}>
                  Compare with the editor
                </button>
                <button type="button" disabled={draft.value === text} onClick={() => (draft.value = text)}>
                  Take into the editor
                </button>
              </p>
              {isShown && <DiffView before={text} after={draft.value} />}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
