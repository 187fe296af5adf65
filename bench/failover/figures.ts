/** Figures of series in which not every run has a number. Pure. */
import type { Figure } from '../figure.ts'
import { numberText } from '../figure.ts'
import { median, percentile95 } from '../statistics.ts'

/** Median and 95th percentile; `undefined` among the samples: it never came to that, which is longer than any time. */
export function delayFigures(
  what: string,
  samplesMs: readonly (number | undefined)[],
  wishes: { readonly medianMs?: number; readonly p95Ms?: number } = {},
): Figure[] {
  const known = samplesMs.filter((ms) => ms !== undefined)
  if (known.length < samplesMs.length || known.length === 0)
    return [
      {
        what: `${what}: never`,
        value: samplesMs.length - known.length,
        unit: `of ${samplesMs.length}`,
        wish: { atMost: 0 },
      },
    ]
  const note = `${known.length} runs: ${numberText(Math.min(...known))} to ${numberText(Math.max(...known))}`
  const { medianMs, p95Ms } = wishes
  return [
    {
      what: `${what}, median`,
      value: median(known),
      unit: 'ms',
      note,
      ...(medianMs !== undefined && { wish: { atMost: medianMs } }),
    },
    {
      what: `${what}, p95`,
      value: percentile95(known),
      unit: 'ms',
      ...(p95Ms !== undefined && { wish: { atMost: p95Ms } }),
    },
  ]
}

/** How often something happened that never should. */
export const countFigure = (what: string, counts: readonly number[]): Figure => ({
  what,
  value: counts.reduce((sum, count) => sum + count, 0),
  unit: `in ${counts.length} runs`,
  wish: { atMost: 0 },
})
