/** What was: events, and the days of a line. */
import { LineSchema } from './contract-lines.ts'
import { bitsPerSecond, count, document, family, ratio, time, z } from './contract-parts.ts'

const eventKeys = {
  id: z.int().positive().openapi({ description: 'from 1 on after each start of the daemon' }),
  event: z.string().openapi({
    description:
      'suspect, down, up, degraded, released, failback, quota, offline, online; of which no program is told: draining, steered, repicked, started, applied, refused, confirmed, undone, drained, undrained, weighed, repaired, hook, unsent',
    example: 'down',
  }),
  line: z.string().optional().openapi({ description: 'absent: the box as a whole' }),
  family: family.openapi({ description: 'absent: IPv4, or whatever the line has' }),
  text: z.string().openapi({
    description: 'what and why',
    example: 'no answer from 6 of 6 targets while the gateway answers: the provider',
  }),
  because: z
    .int()
    .positive()
    .optional()
    .openapi({ description: 'id of the event of its run it follows from' }),
  run: z.string().optional().openapi({
    description: 'of the daemon: id and because count within it; absent for programs: this one',
  }),
}

export const EventsSchema = z
  .object({
    ...document('Events'),
    run: z.string().openapi({ description: 'another one after each start of the daemon: ids begin anew' }),
    earlier: z
      .literal(true)
      .optional()
      .openapi({ description: 'older ones that were asked for are left out; ask with an earlier until' }),
    events: z
      .array(z.object({ time, ...eventKeys }))
      .openapi({ description: 'in the order in which they were noticed; 5000 at most' }),
  })
  .openapi('Events')

/** One event: what a program of the operator's reads on its stdin, and a line of `events --follow --json`. */
export const EventSchema = z
  .object({
    ...document('Event'),
    ...eventKeys,
    hostname: z.string().optional().openapi({ description: 'for programs' }),
    state: LineSchema.shape.state
      .optional()
      .openapi({ description: 'for programs: of the line after the event, in that family' }),
  })
  .openapi('Event')

const spread = z
  .object({
    min: z.number().nonnegative(),
    p10: z.number().nonnegative().openapi({ description: 'a tenth is below' }),
    median: z.number().nonnegative(),
    p90: z.number().nonnegative().openapi({ description: 'a tenth is above' }),
    max: z.number().nonnegative(),
  })
  .nullable()
  .openapi({ description: 'to 4 %; null: not known' })

const lossSpread = z
  .object({ mean: ratio, max: ratio })
  .nullable()
  .openapi({ description: 'of the checks; null: not known' })

const OutageSchema = z
  .object({
    from: time,
    to: time.nullable().openapi({ description: 'null: it goes on' }),
    endSeen: z.boolean().openapi({
      description: 'false with a to: nobody watched any more then, and it may have lasted longer',
    }),
    why: z.string(),
    released: count.openapi({ description: 'connections that were told that it is over' }),
  })
  .openapi('Outage')

const watchedKeys = {
  watchedMs: count.openapi({ description: 'how long the daemon knew how the line is' }),
  downMs: count,
  suspectMs: count,
}

const PastOfLegSchema = z
  .object({
    stepMs: count.openapi({ description: 'how long a point lasts' }),
    points: z
      .array(
        z.object({
          time: time.openapi({ description: 'when it begins' }),
          ...watchedKeys,
          delayMs: spread,
          jitterMs: spread,
          lossRatio: lossSpread,
          receivedBytes: count.optional().openapi({
            description: 'this and what follows is of the line as a whole, and absent in ipv6',
          }),
          sentBytes: count.optional(),
          peakDownBitsPerSecond: bitsPerSecond.optional().openapi({ description: 'the most of ten seconds' }),
          peakUpBitsPerSecond: bitsPerSecond.optional(),
          newConnections: count.optional(),
          newShareRatio: ratio.nullable().optional().openapi({ description: 'null: nobody got any' }),
        }),
      )
      .openapi({ description: 'where nothing is known there is none' }),
    outages: z.array(OutageSchema),
  })
  .openapi('PastOfLineInOneFamily')

export const LineHistorySchema = z
  .object({
    ...document('LineHistory'),
    line: z.string(),
    from: time,
    to: time,
    ...PastOfLegSchema.shape,
    ipv6: PastOfLegSchema.optional().openapi({ description: 'where it has both families' }),
  })
  .openapi('LineHistory')

const legReportKeys = {
  availabilityRatio: ratio.nullable().openapi({ description: 'of the time that was watched' }),
  ...watchedKeys,
  unwatchedMs: count.openapi({ description: 'of this nothing is said' }),
  delayMs: spread,
  jitterMs: spread,
  lossRatio: lossSpread,
  outages: z.array(OutageSchema).openapi({ description: 'that touch the month' }),
}

export const LineReportSchema = z
  .object({
    ...document('LineReport'),
    hostname: z.string(),
    line: z.string(),
    interface: z.string(),
    month: z.string().openapi({ description: 'in which it begins', example: '2026-11' }),
    billingDay: z.int().min(1).max(31),
    from: time,
    to: time,
    complete: z.boolean().openapi({ description: 'false: the month goes on' }),
    receivedBytes: count,
    sentBytes: count,
    days: z
      .array(z.object({ day: z.iso.date(), receivedBytes: count, sentBytes: count }))
      .openapi({ description: 'as the box counts days' }),
    peakDownBitsPerSecond: bitsPerSecond.openapi({ description: 'the most of ten seconds' }),
    peakUpBitsPerSecond: bitsPerSecond,
    ...legReportKeys,
    ipv6: z
      .object(legReportKeys)
      .optional()
      .openapi({ description: 'where it has both families; the keys beside it are then those of IPv4' }),
  })
  .openapi('LineReport')

export const LineClientsSchema = z
  .object({
    ...document('LineClients'),
    line: z.string(),
    month: z.string().openapi({ description: 'in which it begins', example: '2026-11' }),
    from: time,
    to: time,
    complete: z.boolean().openapi({ description: 'false: the month goes on' }),
    counted: z.boolean().openapi({ description: 'now; history: { clients: true } in the file does' }),
    clients: z
      .array(
        z.object({
          client: z
            .string()
            .nullable()
            .openapi({ description: 'an address; null: those together that were too many' }),
          receivedBytes: count,
          sentBytes: count,
        }),
      )
      .openapi({ description: 'those with the most first' }),
  })
  .openapi('LineClients')

export type LineClientsDocument = z.infer<typeof LineClientsSchema>
export type EventsDocument = z.infer<typeof EventsSchema>
export type PastOfLegDocument = z.infer<typeof PastOfLegSchema>
export type LineHistoryDocument = z.infer<typeof LineHistorySchema>
export type LineReportDocument = z.infer<typeof LineReportSchema>
export type EventDocument = z.infer<typeof EventSchema>
