/** A button that changes something: it says what came of it, and why it cannot be pressed. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { ask, mayChange, type Trouble } from './ask.ts'
import { asksForToken } from './token-form.tsx'
import { TroubleText } from './trouble-text.tsx'

export interface ChangeButtonProps<Document> {
  readonly method?: 'POST' | 'DELETE'
  /** Relative: `v1/lines/fiber/drain`. */
  readonly path: string
  readonly children: ComponentChildren
  readonly class?: string
  readonly onDone?: (document: Document) => void
}

export function ChangeButton<Document>({
  method = 'POST',
  path,
  children,
  class: kind,
  onDone,
}: ChangeButtonProps<Document>) {
  const [trouble, setTrouble] = useState<Trouble>()
  const [isBusy, setBusy] = useState(false)
  const press = async (): Promise<void> => {
    setBusy(true)
    const answer = await ask<Document>(method, path)
    setBusy(false)
    setTrouble(answer.ok ? undefined : answer.error)
    if (answer.ok) onDone?.(answer.value)
  }
  return (
    <>
      <button type="button" class={kind} disabled={!mayChange.value || isBusy} onClick={() => void press()}>
        {children}
      </button>
      {trouble && <TroubleText trouble={trouble} />}
    </>
  )
}

/** Once beside all buttons that it holds for. */
export const WhyNoChange = () =>
  mayChange.value ? null : (
    <p class="why-no-change quiet">
      Changing things needs a token.{' '}
      <button type="button" class="link" onClick={() => (asksForToken.value = true)}>
        Give one
      </button>
    </p>
  )
