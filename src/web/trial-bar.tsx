/** While a change waits to be confirmed: how long still, and the two ways out. On every page. */
import { useEffect, useState } from 'preact/hooks'
import { ChangeButton, WhyNoChange } from './change-button.tsx'
import { heardAtMs, status } from './live.ts'

export function TrialBar() {
  const trial = status.value?.trial
  const [nowMs, setNow] = useState(Date.now())
  useEffect(() => {
    if (trial === undefined) return undefined
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [trial === undefined])
  if (trial === undefined) return null
  const sinceHeardMs = Math.max(0, nowMs - heardAtMs.value)
  const left = Math.max(0, Math.ceil(trial.secondsLeft - sinceHeardMs / 1000))
  return (
    <section class="trial-bar" aria-label="A change on trial">
      <p>
        What runs is on trial. The former configuration comes back in{' '}
        <strong class="number" role="timer">
          {left} s
        </strong>{' '}
        unless you keep it.
      </p>
      <div class="trial-buttons">
        <ChangeButton path="v1/confirm" class="main">
          Keep it
        </ChangeButton>
        <ChangeButton path="v1/undo?onlyTrial=true">Undo now</ChangeButton>
      </div>
      <WhyNoChange />
    </section>
  )
}
