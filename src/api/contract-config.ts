/** The configuration itself: as it is, as it could be, as it was. */
import { changesKeys } from './contract-changes.ts'
import { TrialSchema } from './contract-lines.ts'
import { NoteSchema, document, time, z } from './contract-parts.ts'
import { ConfigProblemSchema } from './contract-problems.ts'

const version = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .openapi({ description: 'of this text and no other (SHA-256)' })

export const ConfigSchema = z
  .object({
    ...document('Config'),
    file: z.string(),
    text: z.string().nullable().openapi({ description: 'what the file holds; null: it cannot be read' }),
    version: version.nullable(),
    trouble: z.string().optional().openapi({ description: 'why it cannot be read' }),
    writable: z.boolean().openapi({ description: 'POST /v1/config/apply could write the file' }),
    unwritable: z
      .object({ why: z.string(), help: z.string() })
      .optional()
      .openapi({ description: 'why it could not' }),
    running: z
      .object({
        version,
        since: time,
        text: z.string().optional().openapi({ description: 'absent: as in the file' }),
      })
      .openapi({ description: 'what is in force, on trial or not' }),
    trial: TrialSchema.optional().openapi({ description: 'while it waits to be confirmed' }),
  })
  .openapi('Config')

export const FormerConfigsSchema = z
  .object({
    ...document('FormerConfigs'),
    accepted: z
      .array(
        z.object({ version, at: time.openapi({ description: 'when it was accepted' }), text: z.string() }),
      )
      .openapi({ description: 'newest first; the first is what runs, unless something is on trial' }),
    tried: z
      .array(
        z.object({
          version,
          at: time.openapi({ description: 'when it was undone' }),
          why: z.string().openapi({ example: 'no answer in 60 s' }),
          text: z.string(),
        }),
      )
      .openapi({
        description: 'came by the API and were undone, newest first; they never came into the file',
      }),
  })
  .openapi('FormerConfigs')

/** What is known of a configuration before it is applied. */
export const checkKeys = {
  ok: z.boolean(),
  problems: z.array(ConfigProblemSchema),
  notes: z.array(NoteSchema),
  watching: z
    .array(
      z.object({
        line: z.string(),
        families: z.array(z.enum(['ipv4', 'ipv6'])).openapi({ description: 'those it is asked in' }),
        idleBytesPerMonth: z.number().int().nonnegative(),
        busyBytesPerMonth: z.number().int().nonnegative(),
        noticed: z
          .string()
          .openapi({ description: 'how soon a line is noticed that falls silent, in words' }),
      }),
    )
    .openapi({ description: 'what it costs to watch each line; empty when the file is wrong' }),
}

export const ConfigCheckSchema = z
  .object({
    ...document('ConfigCheck'),
    ...checkKeys,
    text: z
      .string()
      .openapi({ description: 'every problem with its picture, as `multihome check` draws it' }),
    trouble: z.string().optional().openapi({ description: 'why the box could not be looked at' }),
    plan: z
      .object(changesKeys)
      .optional()
      .openapi({ description: 'what would be done now; absent when the text is wrong' }),
  })
  .openapi('ConfigCheck')

/** What comes along. A member that is not here is refused. */
export const ConfigTextSchema = z.strictObject({ text: z.string() }).openapi('ConfigText')

export const ConfigWishSchema = z
  .strictObject({
    text: z.string(),
    version: version.openapi({ description: 'of the file from which it was made' }),
    confirmSeconds: z
      .int()
      .min(1)
      .max(3600)
      .optional()
      .openapi({ description: 'undone after this time unless confirmed' }),
  })
  .openapi('ConfigWish')

export type ConfigDocument = z.infer<typeof ConfigSchema>
export type FormerConfigsDocument = z.infer<typeof FormerConfigsSchema>
export type ConfigCheckDocument = z.infer<typeof ConfigCheckSchema>
