/** Configurations that ran, or were tried, to compare with and to take up again. */
import { useState } from 'preact/hooks'
import { momentToSecond, utc } from '../clock.ts'
import { boxNowMs } from '../live.ts'
import { DiffView } from './diff-view.tsx'
import { current, draft, former } from './draft.ts'
import { formerRows } from './former-rows.ts'

export function FormerTexts() {
  const [shown, show] = useState<string>()
  const all = former.value === undefined ? [] : formerRows(former.value, current.value?.running.version)
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
                  {momentToSecond(atMs, boxNowMs())}
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
