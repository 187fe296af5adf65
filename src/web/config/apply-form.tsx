/** Makes the draft the configuration: on trial first, unless somebody wishes otherwise. */
import { useState } from 'preact/hooks'
import type { ApplyDocument } from '../../api/contract.ts'
import { milliseconds } from '../../cli/amounts.ts'
import { ask, type Trouble } from '../ask.ts'
import { status } from '../live.ts'
import { TroubleText } from '../trouble-text.tsx'
import { base, current, draft, isEdited, isOvertaken, readConfig } from './draft.ts'

const TIMES = [
  { seconds: 30, words: 'on trial for 30 s' },
  { seconds: 60, words: 'on trial for 1 min' },
  { seconds: 300, words: 'on trial for 5 min' },
  { seconds: 0, words: 'for good, at once' },
] as const

export function ApplyForm({ isRight }: { readonly isRight: boolean }) {
  const [seconds, setSeconds] = useState(60)
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<{ applied?: ApplyDocument; trouble?: Trouble }>({})
  const isWished = isEdited.value || current.value?.running.text !== undefined
  const whyNot = !isWished
    ? 'Nothing is changed.'
    : status.value?.trial !== undefined
      ? 'A change is on trial.'
      : current.value?.writable === false
        ? 'The file cannot be written.'
        : isOvertaken.value
          ? 'The file is another one by now.'
          : isRight
            ? undefined
            : 'It is not right yet.'
  // What came of it since is told where it is told whoever began it.
  const isOver = outcome.applied?.trial !== undefined && status.value?.trial === undefined
  const apply = async (): Promise<void> => {
    setBusy(true)
    setOutcome({})
    const body = JSON.stringify({
      text: draft.value,
      version: base.value?.version,
      ...(seconds > 0 && { confirmSeconds: seconds }),
    })
    const answer = await ask<ApplyDocument>('POST', 'v1/config/apply', { body })
    setOutcome(answer.ok ? { applied: answer.value } : { trouble: answer.error })
    await readConfig()
    setBusy(false)
  }
  return (
    <form
      class="apply"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isBusy && whyNot === undefined) void apply()
      }}
    >
      <label>
        <span class="only-spoken">How long it is on trial</span>
        <select value={seconds} onChange={({ currentTarget: { value } }) => setSeconds(Number(value))}>
          {TIMES.map(({ seconds: value, words }) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button class="main" aria-disabled={isBusy || whyNot !== undefined} aria-describedby="why-not-apply">
        {isBusy ? 'Applying…' : 'Apply'}
      </button>
      <span id="why-not-apply" class="quiet small">
        {isBusy
          ? seconds > 0 && 'Lines are asked before and after: some seconds.'
          : (whyNot ?? (seconds > 0 && 'Undone after that time, unless you keep it.'))}
      </span>
      {outcome.trouble && <TroubleText trouble={outcome.trouble} />}
      {outcome.applied && !isOver && <Applied applied={outcome.applied} />}
    </form>
  )
}

function Applied({ applied: { tookMs, before, after, undone, trial } }: { readonly applied: ApplyDocument }) {
  return (
    <div class="applied" role="status">
      <p>
        {undone === undefined ? `Applied in ${milliseconds(tookMs)}.` : `Undone at once: ${undone.why}.`}
        {trial === undefined && undone === undefined && ' The file holds it.'}
      </p>
      {before !== undefined && after !== undefined && (
        <table>
          <thead>
            <tr>
              <th>Line</th>
              <th>Before</th>
              <th>After</th>
            </tr>
          </thead>
          <tbody>
            {after.map((line) => {
              const name = `${line.line}${line.family === 'ipv6' ? ' IPv6' : ''}`
              const former = before.find((one) => one.line === line.line && one.family === line.family)
              return (
                <tr key={name}>
                  <td>{name}</td>
                  <td>{former === undefined ? 'new' : measured(former)}</td>
                  <td>{measured(line)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </div>
  )
}

const measured = ({ works, delayMs, why }: NonNullable<ApplyDocument['after']>[number]): string =>
  works ? (delayMs === null ? 'works' : milliseconds(delayMs)) : (why ?? 'does not work')
