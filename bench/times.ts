/** How long something takes, several times over. */
import type { Figure } from './figure.ts'
import { numberText } from './figure.ts'
import { median } from './statistics.ts'

export async function timesOf(count: number, act: () => Promise<unknown>): Promise<number[]> {
  const timesMs: number[] = []
  for (let i = 0; i < count; i++) {
    const beganMs = performance.now()
    await act()
    timesMs.push(performance.now() - beganMs)
  }
  return timesMs
}

export function timesFigure(what: string, samplesMs: readonly number[], wish?: Figure['wish']): Figure {
  const note = `median of ${samplesMs.length}; longest ${numberText(Math.max(...samplesMs))}`
  return { what, value: median(samplesMs), unit: 'ms', note, ...(wish && { wish }) }
}
