import { Dialog } from './dialog.tsx'
import { KEYS } from './keys.ts'
import { pagesThere } from './pages.ts'
import { StateMark } from './state-mark.tsx'
import { keysAreOn, showsHelp, switchKeys } from './wishes.ts'

const STATES = [
  { state: 'up', means: 'gets new connections' },
  { state: 'suspect', means: 'checks go unanswered: new connections avoid it' },
  { state: 'down', means: 'carries nothing' },
  { state: 'draining', means: 'gets no new connections because somebody wished so; open ones stay' },
  { state: 'unknown', means: 'nothing is known of it now' },
] as const

export function HelpDialog() {
  if (!showsHelp.value) return null
  const close = (): void => {
    showsHelp.value = false
  }
  const rows = [...pagesThere().map(({ key, title }) => ({ keys: `g ${key}`, does: title })), ...KEYS]
  return (
    <Dialog title="Keys and signs" onClose={close}>
      <dl class="pairs">
        {rows.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={keysAreOn}
          onChange={({ currentTarget }) => switchKeys(currentTarget.checked)}
        />{' '}
        Single keys do something
      </label>
      <dl class="pairs">
        {STATES.map(({ state, means }) => (
          <div key={state}>
            <dt>
              <StateMark line={{ state, inReserve: false }} />
            </dt>
            <dd>{means}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">In a terminal: multihome explain WORD</p>
      <form method="dialog">
        <button>Close</button>
      </form>
    </Dialog>
  )
}
