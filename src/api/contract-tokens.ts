/** Who may ask by TCP. */
import { document, time, z } from './contract-parts.ts'

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

export type RightsDocument = z.infer<typeof RightsSchema>
export type TokensDocument = z.infer<typeof TokensSchema>
export type NewTokenDocument = z.infer<typeof NewTokenSchema>
