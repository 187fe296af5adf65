/** In the lab its door answers beside the daemon's, and lines can be broken. */
import { signal } from '@preact/signals'
import { ask } from './ask.ts'

export interface LabState {
  readonly lines: readonly { readonly name: string; readonly faults: readonly string[] }[]
  /** What can be done to a line. */
  readonly faults: readonly { readonly name: string; readonly title: string }[]
}

export const labState = signal<LabState | undefined>(undefined)

export const inLab = { get value(): boolean { return labState.value !== undefined } } // prettier-ignore

export async function learnLab(): Promise<void> {
  const answer = await ask<LabState>('GET', 'lab/state')
  labState.value = answer.ok ? answer.value : undefined
}
