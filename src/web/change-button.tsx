/**
 * A button that changes something: it says what came of it, and why it cannot be pressed. While it is busy it is not
 * `disabled`: that would take the focus from whoever pressed it by keyboard.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
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
  /** Where there is no room for it beside the button; `undefined`: it went well. */
  readonly onTrouble?: (trouble: Trouble | undefined) => void
}

export function ChangeButton<Document>({
  method = 'POST',
  path,
  children,
  class: kind,
  onDone,
  onTrouble,
}: ChangeButtonProps<Document>) {
  const [trouble, setTrouble] = useState<Trouble>()
  const [isBusy, setBusy] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  useFocusLeftBehind(button)
  const press = async (): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    const answer = await ask<Document>(method, path)
    setBusy(false)
    const tell = onTrouble ?? setTrouble
    tell(answer.ok ? undefined : answer.error)
    if (answer.ok) onDone?.(answer.value)
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        class={kind}
        disabled={!mayChange.value}
        aria-disabled={isBusy}
        onClick={() => void press()}
      >
        {children}
      </button>
      {trouble && <TroubleText trouble={trouble} />}
    </>
  )
}

/** The focus of one that goes away while it has it falls to the page's content, and not out of the page. */
function useFocusLeftBehind(button: { readonly current: HTMLButtonElement | null }): void {
  useEffect(() => {
    const element = button.current
    return () => {
      if (element === document.activeElement) document.querySelector<HTMLElement>('#main')?.focus()
    }
  }, [])
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
