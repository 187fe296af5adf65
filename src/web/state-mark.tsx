/** States by shape, word and edge; colour comes on top. Drawn by us: fonts make pictures of some of these signs. */
import { lookOfLine, type LookedAt } from '../cli/looks.ts'

const SHAPES: Readonly<Record<string, string>> = {
  up: 'M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12z',
  suspect: 'M8 1.5L15 14H1z',
  down: 'M3.5 1L8 5.5L12.5 1L15 3.5L10.5 8L15 12.5L12.5 15L8 10.5L3.5 15L1 12.5L5.5 8L1 3.5z',
}
const OUTLINES: Readonly<Record<string, string>> = {
  draining: 'M3 2L14 8L3 14z',
}
const RING = 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z'

/** The colour of a state that this page does not know is that of no news. */
export const stateClass = (state: string): string =>
  state in SHAPES || state in OUTLINES ? `is-${state}` : 'is-unknown'

export function StateShape({ state }: { readonly state: string }) {
  const shape = SHAPES[state]
  return (
    <svg class={`state-shape ${stateClass(state)}`} viewBox="0 0 16 16" aria-hidden="true">
      {shape === undefined ? <path class="outline" d={OUTLINES[state] ?? RING} /> : <path d={shape} />}
    </svg>
  )
}

/** Shape and word. */
export function StateMark({ line }: { readonly line: LookedAt }) {
  const { word, role } = lookOfLine(line)
  return (
    <span class="state-mark">
      <StateShape state={line.state} />{' '}
      <span class={`state-word ${stateClass(role ?? line.state)}`}>{word}</span>
    </span>
  )
}
