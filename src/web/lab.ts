/** In the lab its door answers beside the daemon's, and lines can be broken. */
import { signal } from '@preact/signals'
import type { Result } from '../model/index.ts'
import { ask, type Trouble } from './ask.ts'

export interface LabState {
  readonly lines: readonly { readonly name: string; readonly faults: readonly string[] }[]
  /** What can be done to a line. */
  readonly faults: readonly { readonly name: string; readonly title: string; readonly text?: string }[]
}

export const labState = signal<LabState | undefined>(undefined)

export const learnLab = (): Promise<Result<LabState, Trouble>> => learn(ask<LabState>('GET', 'lab/state'))

/** @param deed the name of a fault, or `restore` */
export const doInLab = (line: string, deed: string): Promise<Result<LabState, Trouble>> =>
  learn(ask<LabState>('POST', `lab/lines/${encodeURIComponent(line)}/${encodeURIComponent(deed)}`))

async function learn(asked: Promise<Result<LabState, Trouble>>): Promise<Result<LabState, Trouble>> {
  const answer = await asked
  if (answer.ok) labState.value = answer.value
  return answer
}
