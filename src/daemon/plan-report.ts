import type { Move } from '../model/index.ts'
import type { Chapter, Note, PlanReport } from '../plan/index.ts'
import { commandsOf } from '../render/index.ts'

/** Chapters with the commands of every step, as `plan` shows them and the journal keeps them. */
export function planReport(
  chapters: readonly Chapter[],
  notes: readonly Note[],
  besides: readonly string[],
): PlanReport {
  return {
    groups: chapters.map((chapter) => ({
      ...chapter,
      steps: chapter.steps.map(({ move, why }) => ({ sign: signOf(move), commands: commandsOf(move), why })),
    })),
    stepCount: chapters.reduce((sum, chapter) => sum + chapter.steps.length, 0),
    besides,
    notes,
  }
}

function signOf(move: Move): '+' | '~' | '-' {
  if (move.do.startsWith('add-')) return '+'
  if (move.do.startsWith('delete-')) return '-'
  if (move.do === 'change-ruleset' && move.from === undefined) return '+'
  if (move.do === 'change-ruleset' && move.to === undefined) return '-'
  return '~'
}
