/** Messages, and who gets them. */
import { count, document, time, z } from './contract-parts.ts'

const channelKind = z.enum(['ntfy', 'slack', 'discord', 'telegram', 'gotify', 'webhook', 'email', 'command'])
export const answer = z
  .string()
  .openapi({ description: 'in words, without what is secret', example: 'HTTP 200' })

/** Where messages are sent, and what became of the last one. */
export const NotifySchema = z
  .object({
    ...document('Notify'),
    channels: z
      .array(
        z.object({
          name: z.string(),
          service: channelKind,
          waiting: count.openapi({ description: 'messages that are still to be sent' }),
          nextAt: time.optional().openapi({
            description:
              'when the next one that waits is due by limits and quiet hours, or tried again; absent: none waits, or for a line that works',
          }),
          failures: count.openapi({
            description: 'tries in a row that failed, since something was delivered',
          }),
          last: z
            .object({
              at: time,
              title: z.string(),
              line: z.string().nullable().openapi({ description: 'null: over none of the lines' }),
              delivered: z.boolean(),
              answer,
            })
            .optional()
            .openapi({ description: 'absent: nothing was sent since the start' }),
        }),
      )
      .openapi({ description: 'in the order of the configuration file' }),
  })
  .openapi('Notify')

/** What came of a test. */
export const NotifyTestSchema = z
  .object({
    ...document('NotifyTest'),
    channels: z.array(
      z.object({
        name: z.string(),
        service: channelKind,
        title: z.string().openapi({ description: 'as it was sent' }),
        body: z.string(),
        line: z.string().nullable().openapi({ description: 'null: over none of the lines' }),
        delivered: z.boolean(),
        answer,
        tookMs: z.number().nonnegative(),
      }),
    ),
  })
  .openapi('NotifyTest')

export type NotifyDocument = z.infer<typeof NotifySchema>
export type NotifyTestDocument = z.infer<typeof NotifyTestSchema>
