/** From near to far: where the trouble is. Pure. */
import type { LegDocument } from '../../api/contract.ts'

export interface LadderStep {
  readonly title: string
  /** `open`: nothing is said of it. */
  readonly is: 'good' | 'bad' | 'open'
}

/** What is known of a line in one family that tells where its trouble is. */
export type LadderLeg = Pick<LegDocument, 'state' | 'why' | 'health' | 'address'>

type Blame = NonNullable<NonNullable<LegDocument['health']>['blame']>

const STEPS: readonly { readonly title: string; readonly blames: readonly Blame[] }[] = [
  { title: 'link', blames: ['device', 'carrier'] },
  { title: 'address', blames: ['address'] },
  { title: 'gateway', blames: ['gateway'] },
  { title: 'Internet', blames: ['provider', 'internet'] },
  { title: 'names', blames: ['dns'] },
  { title: 'no login page', blames: ['portal'] },
]

export function ladderOf({ state, why, health, address }: LadderLeg): LadderStep[] {
  const blamed =
    state === 'absent' ? 0 : STEPS.findIndex(({ blames }) => blames.some((one) => one === health?.blame))
  // Without checks the kernel alone is known: what it says of the link and the address.
  const nearest = blamed >= 0 ? blamed : /carrier/.test(why ?? '') ? 0 : address === null ? 1 : -1
  const isProven = state === 'up' && health?.state === 'up'
  return STEPS.map(({ title }, i) => ({
    title,
    is:
      nearest >= 0
        ? i < nearest
          ? 'good'
          : i === nearest
            ? 'bad'
            : 'open'
        : isProven || (state === 'up' && i < 2)
          ? 'good'
          : 'open',
  }))
}
