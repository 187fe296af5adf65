import type { LookedAt } from '../cli/looks.ts'
import { Dialog } from './dialog.tsx'
import { KEYS } from './keys.ts'
import { pagesThere } from './pages.ts'
import { StateMark } from './state-mark.tsx'
import { keysAreOn, showsHelp, switchKeys } from './wishes.ts'

/** As `status --watch` explains them. */
const SIGNS: readonly { readonly line: LookedAt; readonly means: string }[] = [
  { line: inState('up'), means: 'gets new connections' },
  { line: inState('suspect'), means: 'checks go unanswered: new connections avoid it' },
  { line: inState('down'), means: 'carries nothing' },
  { line: { state: 'up', inReserve: true }, means: 'a backup that waits until no other line works' },
  { line: badly('slow'), means: 'it works, and answers take long' },
  { line: badly('lossy'), means: 'it works, and many checks are lost' },
  { line: inState('draining'), means: 'gets no new connections because somebody wished so; open ones stay' },
  { line: inState('absent'), means: 'there is no such interface' },
  { line: inState('unknown'), means: 'nothing is known of it now' },
]

function inState(state: LookedAt['state']): LookedAt {
  return { state, inReserve: false }
}

function badly(degraded: 'slow' | 'lossy'): LookedAt {
  return { ...inState('up'), health: { degraded } }
}

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
        {SIGNS.map(({ line, means }) => (
          <div key={means}>
            <dt>
              <StateMark line={line} />
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
