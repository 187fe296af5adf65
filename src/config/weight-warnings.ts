import { shareOut } from '../model/index.ts'
import { LINE_KEYS } from './line-keys.ts'
import type { DraftLine } from './line.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'
import { quote } from './quote.ts'
import { reduceWeights, sharesOf } from './weights.ts'

/** Half a percentage point: what a look at `status` would show. */
const NOTICEABLE = 0.005

export const wishOf = (line: DraftLine): number => line.weight?.value ?? LINE_KEYS.weight.default

/** A backup works alone, so it has no part in the ratio. */
export const sharesWork = (line: DraftLine): boolean => line.role?.value !== 'backup'

/** Tells what rounding made of the weights, at the line that is off most. */
export function warnOfRounding(all: readonly DraftLine[]): readonly Problem[] {
  const lines = all.filter(sharesWork)
  if (lines.length === 0) return []
  const wishes = lines.map(wishOf)
  const { weights, exact } = reduceWeights(wishes)
  const wanted = sharesOf(wishes)
  const shares = sharesOf(shareOut(weights))
  const offBy = (index: number): number => Math.abs((shares[index] ?? 0) - (wanted[index] ?? 0))
  const worst = [...lines.keys()].reduce((best, index) => (offBy(index) > offBy(best) ? index : best), 0)
  const line = lines[worst]
  if (line === undefined || (exact && offBy(worst) <= NOTICEABLE)) return []

  const place = line.weight?.place ?? line.name.place
  const share = `${quote(line.name.value)} gets ${percent(shares[worst])} of new connections instead of ${percent(wanted[worst])}`
  if (exact) {
    const why = 'connections are dealt to 240 slots, and every line gets at least one'
    return [problem('MH453', place, share, { why })]
  }
  const message = `the weights ${ratio(wishes)} are rounded to ${ratio(weights)}`
  return [
    problem('MH452', place, message, {
      why: share,
      help: 'a ratio of whole numbers up to 240 is kept exactly',
    }),
  ]
}

const percent = (share = 0): string => `${(share * 100).toFixed(2)} %`

const SHOWN = 6

const ratio = (numbers: readonly number[]): string =>
  numbers.slice(0, SHOWN).join(':') + (numbers.length > SHOWN ? ':…' : '')
