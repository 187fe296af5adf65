export type { Note, NoteCode, PlanGroup, PlannedStep, PlanReport } from './report.ts'
