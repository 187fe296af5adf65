import { ladderOf, type LadderLeg } from './ladder-steps.ts'

const SIGNS = { good: '✓', bad: '✖', open: '–' } as const
const WORDS = { good: 'in order', bad: 'here is the trouble', open: 'not known' } as const

/** From near to far: where the trouble is. */
export const Ladder = ({ leg, title }: { readonly leg: LadderLeg; readonly title?: string }) => (
  <ol class="near-far" aria-label={`${title === undefined ? '' : `${title}: `}from near to far`}>
    {title !== undefined && <li class="quiet">{title}</li>}
    {ladderOf(leg).map(({ title, is }) => (
      <li key={title} class={is}>
        <span aria-hidden="true">{SIGNS[is]}</span> {title}
        <span class="only-spoken">: {WORDS[is]}</span>
      </li>
    ))}
  </ol>
)
