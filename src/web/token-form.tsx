/** Asks for a token where the daemon does; it stays in this tab, and goes nowhere but into a header. */
import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { keepToken, token } from './ask.ts'
import { Dialog } from './dialog.tsx'

/** Somebody wants to change something. */
export const asksForToken = signal(false)

/** In place of every page. */
export const TokenPage = ({ why }: { readonly why: string }) => (
  <section class="card token-page">
    <h1>A token is needed</h1>
    <p>The daemon says: {why}.</p>
    <TokenForm onKept={() => undefined} />
    {token.value !== '' && (
      <button type="button" onClick={() => keepToken('')}>
        Go on without one
      </button>
    )}
  </section>
)

export function TokenDialog({ onKept }: { readonly onKept: () => void }) {
  const close = (): void => {
    asksForToken.value = false
  }
  return (
    <Dialog title="Changing things needs a token" onClose={close}>
      <TokenForm
        onKept={() => {
          close()
          onKept()
        }}
      />
      <form method="dialog">
        <button>Close</button>
      </form>
    </Dialog>
  )
}

function TokenForm({ onKept }: { readonly onKept: () => void }) {
  const [text, setText] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() === '') return
        keepToken(text.trim())
        onKept()
      }}
    >
      <p>
        On the box <code>sudo multihome token add NAME</code> makes one, with <code>--read</code> one that may
        only look. It stays in this tab until you close it.
      </p>
      <label>
        Token
        <input
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <button class="main">Use it</button>
    </form>
  )
}
