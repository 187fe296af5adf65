/** What several documents of the contract have in common. */
import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'

extendZodWithOpenApi(z)
export { z }

export const time = z.iso
  .datetime()
  .openapi({ description: 'RFC 3339, UTC', example: '2026-11-22T14:06:43.551Z' })
export const count = z.int().nonnegative()
export const ratio = z.number().min(0).max(1)
export const bitsPerSecond = z.number().nonnegative()
export const code = z
  .string()
  .regex(/^MH\d{3}$/)
  .openapi({ description: 'stable', example: 'MH709' })

/** What every document begins with. */
export const document = <Kind extends string>(kind: Kind) => ({
  api: z.literal('v1'),
  kind: z.literal(kind),
  time,
})

export const family = z.enum(['ipv4', 'ipv6']).optional()
export const delayMs = z.number().nonnegative().nullable()

export const NoteSchema = z
  .object({
    code,
    name: z.string().openapi({ description: 'the code in a word', example: 'leftover-default' }),
    severity: z.enum(['note', 'warning', 'error']),
    text: z.string(),
    help: z.string().optional(),
  })
  .openapi('Note')

export const undoneKeys = {
  at: time,
  why: z.string(),
  formerAt: time.openapi({ description: 'when the configuration was accepted that is in force again' }),
  readBack: z
    .object({ rules: count, routes: count, nexthops: count, tables: count })
    .optional()
    .openapi({ description: 'ours in the kernel as it was read afterwards; absent: it is not so yet' }),
}

export type NoteDocument = z.infer<typeof NoteSchema>
