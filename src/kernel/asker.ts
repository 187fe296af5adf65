import type { ProbeAnswer, ProbeKind, ProbeTarget } from '../model/index.ts'

export type TargetOf<Kind extends ProbeKind> = Extract<ProbeTarget, { kind: Kind }>

/** Tells what came of a question; only the first word counts. */
export type Tell = (answer: ProbeAnswer) => void

/** Asks targets of one kind, by one path. */
export interface Asker<Kind extends ProbeKind> {
  /**
   * Tells later, never before it returns; nothing at all as long as there is silence.
   * @returns gives the question up: lets go of all that it holds
   * @throws {SystemError} what the system refused at once
   */
  ask(target: TargetOf<Kind>, tell: Tell): () => void
  close(): void
}

/** The question cannot be put, and it is not the system that says so. */
export function refuse(tell: Tell, why: string): () => void {
  setImmediate(tell, { answered: false, why, unasked: true })
  return () => {}
}

/** Late answers are worth something: they say that the line was slow and not dead. After this none is waited for. */
export const FORGOTTEN_AFTER_MS = 10_000
