/** What went wrong. */
import { code, document, z } from './contract-parts.ts'

export const ConfigProblemSchema = z
  .object({
    code,
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    where: z.object({ file: z.string(), line: z.int().positive(), column: z.int().positive() }),
    hint: z
      .string()
      .optional()
      .openapi({ description: 'what was expected there, or the nearest right spelling' }),
    why: z.string().optional(),
    help: z.string().optional(),
  })
  .openapi('ConfigProblem')

/** What the command prints with `--json` when it failed; the daemon itself sends problem details instead. */
export const ErrorSchema = z
  .object({
    ...document('Error'),
    code,
    message: z.string(),
    where: z.string().optional(),
    why: z.string().optional(),
    said: z.string().optional().openapi({ description: "the system's own word", example: 'ECONNREFUSED' }),
    help: z.string().optional(),
    problems: z.array(ConfigProblemSchema).optional(),
  })
  .openapi('Error')

/** RFC 9457, with our own members `code`, `why`, `help`, `text` and `problems`. */
export const ProblemSchema = z
  .object({
    type: z.string().openapi({ example: 'urn:multihomed:problem:MH709' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code,
    why: z.string().optional(),
    help: z.string().optional(),
    text: z.string().optional().openapi({ description: 'refused file: every problem with its picture' }),
    problems: z.array(ConfigProblemSchema).optional(),
  })
  .openapi('Problem')

export type ConfigProblemDocument = z.infer<typeof ConfigProblemSchema>
export type ErrorDocument = z.infer<typeof ErrorSchema>
export type ProblemDocument = z.infer<typeof ProblemSchema>
