/** What a configuration would do, effect first. */
import type { ConfigCheckDocument } from '../../api/contract.ts'
import { summary } from '../../cli/plan-summary.ts'

const SIGNS = { '+': 'new', '~': 'changed', '-': 'gone', '!': 'repaired' } as const

export function PlanView({ check }: { readonly check: ConfigCheckDocument }) {
  const { plan, notes, trouble, ok, problems } = check
  if (plan === undefined) {
    const count = problems.filter(({ severity }) => severity === 'error').length
    return <p>{trouble ?? `${count === 1 ? '1 error' : `${count} errors`}: nothing of it would be taken.`}</p>
  }
  return (
    <>
      <p>{summary(plan)}.</p>
      {!ok && <p class="is-down">It would not be taken until that is settled:</p>}
      <ul class="plan">
        {plan.groups.map((group) => (
          <li key={`${group.sign} ${group.subject} ${group.title}`}>
            <p>
              <strong>
                <span aria-label={SIGNS[group.sign]}>{group.sign}</span> {group.subject}
              </strong>{' '}
              {group.title}
            </p>
            <p>{group.effect}</p>
            <p class="quiet small">{group.why.join('; ')}</p>
            <details>
              <summary class="small">
                {group.steps.length === 1 ? '1 step' : `${group.steps.length} steps`}
              </summary>
              <pre tabIndex={0}>
                {group.steps
                  .map(({ sign, commands }) => commands.map((one) => `${sign} ${one}`).join('\n'))
                  .join('\n')}
              </pre>
            </details>
          </li>
        ))}
      </ul>
      {plan.besides.length > 0 && (
        <ul class="plan-notes">
          {plan.besides.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      <ul class="plan-notes">
        {notes.map(({ code, severity, text, help }) => (
          <li
            key={`${code} ${text}`}
            class={severity === 'note' ? 'quiet' : severity === 'warning' ? 'is-suspect' : 'is-down'}
          >
            {severity} {code}: {text}
            {help !== undefined && <span class="quiet"> ({help})</span>}
          </li>
        ))}
      </ul>
    </>
  )
}
