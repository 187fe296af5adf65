/** Asks everything over a line at once, and shows each answer. */
import { useState } from 'preact/hooks'
import type { ProbeDocument } from '../../api/contract.ts'
import { milliseconds, NOTHING } from '../../cli/amounts.ts'
import { conclusions, EVIDENCE_LOOKS, EVIDENCE_TITLES } from '../../cli/probe-words.ts'
import { ChangeButton } from '../change-button.tsx'
import { StateShape } from '../state-mark.tsx'

const SHAPES = { good: 'up', bad: 'down', false: 'suspect', unasked: 'unknown' } as const

export function CheckNow({ name }: { readonly name: string }) {
  const [found, setFound] = useState<ProbeDocument>()
  return (
    <>
      <ChangeButton<ProbeDocument> path={`v1/lines/${encodeURIComponent(name)}/probe`} onDone={setFound}>
        Check it now
      </ChangeButton>
      {found !== undefined && (
        <span class="check-found" role="status">
          <strong>{conclusions(found)}</strong>
          <ul>
            {found.evidence.map(({ about, family, what, result, delayMs, said }) => (
              <li key={`${about} ${family ?? ''} ${what ?? ''}`}>
                <StateShape state={SHAPES[result]} /> {EVIDENCE_TITLES[about]}{' '}
                <span class="mono quiet">{what ?? NOTHING}</span>{' '}
                <span class={`is-${EVIDENCE_LOOKS[result].role}`}>
                  {said ?? (delayMs === null ? 'in order' : milliseconds(delayMs))}
                </span>
              </li>
            ))}
          </ul>
        </span>
      )}
    </>
  )
}
