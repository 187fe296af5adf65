import type { LegDocument, LineDocument } from '../../api/contract.ts'
import { bytes, milliseconds, NOTHING } from '../../cli/amounts.ts'
import { StateShape } from '../state-mark.tsx'

const LOOKS = {
  answers: { shape: 'up', word: 'answers' },
  silent: { shape: 'down', word: 'silent' },
  unknown: { shape: 'unknown', word: 'not asked' },
  asked: { shape: 'unknown', word: 'no answer yet' },
  benched: { shape: 'unknown', word: 'silent while others answer: left out for a while' },
} as const

/** Who is asked whether the Internet is there, and how honest each is. */
export function Targets({ line }: { readonly line: Pick<LineDocument, 'health' | 'ipv6'> }) {
  const legs: readonly (readonly [string | undefined, Pick<LegDocument, 'health'>])[] = [
    [undefined, line],
    ...(line.ipv6 === undefined ? [] : [['IPv6', line.ipv6] as const]),
  ]
  return (
    <section class="card targets">
      <h2>Checks</h2>
      {legs.map(([title, { health }]) =>
        health === undefined ? null : (
          <div key={title ?? ''}>
            {title !== undefined && <h3>{title}</h3>}
            <table>
              <thead>
                <tr>
                  <th>Asked</th>
                  <th>Answer</th>
                  <th class="number">Delay</th>
                </tr>
              </thead>
              <tbody>
                {health.targets.map(({ target, state, delayMs }) => (
                  <tr key={target}>
                    <td class="mono">{target}</td>
                    <td>
                      <StateShape state={LOOKS[state].shape} /> {LOOKS[state].word}
                    </td>
                    <td class="number">
                      {delayMs === null || state !== 'answers' ? NOTHING : milliseconds(delayMs)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p class="quiet small">
              {health.probes.answered} of {health.probes.sent} checks answered since the start, with{' '}
              {bytes(health.probes.bytes)} both ways.
            </p>
          </div>
        ),
      )}
    </section>
  )
}
