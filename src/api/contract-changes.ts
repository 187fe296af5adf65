/** What is to change, and what came of it. */
import { MeasureSchema, TrialSchema } from './contract-lines.ts'
import { NoteSchema, count, document, time, undoneKeys, z } from './contract-parts.ts'

/** What would be done to the box. */
export const changesKeys = {
  stepCount: count,
  groups: z.array(
    z.object({
      sign: z.enum(['+', '~', '-', '!']).openapi({ description: '+ new, ~ changed, - gone, ! repaired' }),
      subject: z.string().openapi({ description: "a line's name, or router" }),
      title: z.string(),
      why: z.array(z.string()),
      effect: z.string(),
      steps: z.array(
        z.object({ sign: z.enum(['+', '~', '-']), commands: z.array(z.string()), why: z.string() }),
      ),
    }),
  ),
  besides: z
    .array(z.string())
    .openapi({ description: 'what else the file says anew, and what that changes without a step' }),
}

const planKeys = { ...changesKeys, notes: z.array(NoteSchema) }

export const PlanSchema = z.object({ ...document('Plan'), ...planKeys }).openapi('Plan')

export const ApplySchema = z
  .object({
    ...document('Apply'),
    tookMs: z.number().nonnegative(),
    before: z.array(MeasureSchema).optional(),
    after: z.array(MeasureSchema).optional(),
    trial: TrialSchema.optional(),
    undone: z.object(undoneKeys).optional().openapi({ description: 'lines were worse than before' }),
    ...planKeys,
  })
  .openapi('Apply')

export const ConfirmSchema = z.object({ ...document('Confirm'), acceptedAt: time }).openapi('Confirm')

export const UndoSchema = z.object({ ...document('Undo'), ...undoneKeys }).openapi('Undo')

export const DownSchema = z
  .object({
    ...document('Down'),
    dryRun: z.boolean(),
    commands: z.array(z.string()),
    removed: z.object({
      rules: count,
      routes: count,
      nexthops: count,
      addresses: count,
      tables: count,
      queues: count,
    }),
    loweredLinks: count.openapi({ description: 'interfaces switched off that we had switched on' }),
    restoredSysctls: count,
    restoredMtus: count.openapi({ description: 'interfaces that got their own MTU back' }),
    leftHosts: z
      .array(z.string())
      .openapi({ description: 'interfaces with hosts that were told to look for another router' }),
    resolversBack: z
      .enum(['resolved', 'unbound'])
      .optional()
      .openapi({ description: 'who answers for names with its own resolvers again' }),
    untold: z.array(z.string()).optional().openapi({ description: 'who could not be told, and why' }),
    settingsLeft: z
      .array(z.object({ key: z.string(), value: z.string() }))
      .optional()
      .openapi({ description: 'kept as they are, because nothing is remembered of how they were before' }),
  })
  .openapi('Down')

export type PlanDocument = z.infer<typeof PlanSchema>
export type ApplyDocument = z.infer<typeof ApplySchema>
export type ConfirmDocument = z.infer<typeof ConfirmSchema>
export type UndoDocument = z.infer<typeof UndoSchema>
export type DownDocument = z.infer<typeof DownSchema>
