/** What the person in front of the screen wished, besides the theme. */
import { signal } from '@preact/signals'

const OFF = 'multihomed-no-keys'

export const keysAreOn = signal(localStorage.getItem(OFF) === null)

export function switchKeys(on: boolean): void {
  keysAreOn.value = on
  if (on) localStorage.removeItem(OFF)
  else localStorage.setItem(OFF, '1')
}

export const showsHelp = signal(false)
/** The picture is held still. */
export const isPaused = signal(false)
