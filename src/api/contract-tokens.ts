/** Who may ask by TCP. */
import { count, document, time, z } from './contract-parts.ts'

const tokenKeys = {
  name: z.string(),
  right: z.enum(['read', 'change']).openapi({ description: 'read: it may look, and change nothing' }),
  createdAt: time,
}

export const TokensSchema = z
  .object({ ...document('Tokens'), tokens: z.array(z.object(tokenKeys)) })
  .openapi('Tokens')

export const NewTokenSchema = z
  .object({
    ...document('NewToken'),
    ...tokenKeys,
    secret: z.string().openapi({ description: 'told this once; sent as `Authorization: Bearer SECRET`' }),
  })
  .openapi('NewToken')

export const RightsSchema = z
  .object({
    ...document('Rights'),
    right: tokenKeys.right.openapi({ description: 'of whoever asks; change: to look, too' }),
  })
  .openapi('Rights')

export const HealthSchema = z
  .object({
    ...document('Health'),
    healthy: z.boolean().openapi({ description: 'the kernel is as the configuration wishes' }),
    trouble: z.string().optional().openapi({ description: 'why it is not' }),
    version: z.string(),
    pid: z.int().positive(),
    startedAt: time,
    memoryBytes: count.openapi({ description: 'resident' }),
    cpuSeconds: z.number().nonnegative().openapi({ description: 'since it started' }),
  })
  .openapi('Health')

export type HealthDocument = z.infer<typeof HealthSchema>
export type RightsDocument = z.infer<typeof RightsSchema>
export type TokensDocument = z.infer<typeof TokensSchema>
export type NewTokenDocument = z.infer<typeof NewTokenSchema>
