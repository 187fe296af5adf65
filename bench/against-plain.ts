import type { Figure } from './figure.ts'
import { numberText } from './figure.ts'
import { median, pairedRatios, quartiles } from './statistics.ts'

/** Our routers beside a plain one: their medians, and of each the median of the ratios within a round. Pure. */
export function figuresAgainstPlain<Ours extends string>(
  what: string,
  unit: string,
  samples: Readonly<Record<Ours | 'plain', readonly number[]>>,
  ours: readonly Ours[],
  wish?: number,
): Figure[] {
  return [
    { what: `${what}: plain`, value: median(samples.plain), unit, note: rangeText(samples.plain) },
    ...ours.flatMap((name): Figure[] => {
      const ratios = pairedRatios(samples[name], samples.plain)
      return [
        { what: `${what}: ${name}`, value: median(samples[name]), unit, note: rangeText(samples[name]) },
        {
          what: `${what}: ${name} / plain`,
          value: median(ratios),
          unit: '',
          ...(wish !== undefined && { wish: { atLeast: wish } }),
          note: rangeText(ratios),
        },
      ]
    }),
  ]
}

function rangeText(samples: readonly number[]): string {
  const [low, high] = quartiles(samples)
  return `half of ${samples.length} rounds: ${numberText(low)} to ${numberText(high)}`
}
