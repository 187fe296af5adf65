/** Lines, and how things are now. */
import {
  NoteSchema,
  bitsPerSecond,
  count,
  delayMs,
  document,
  family,
  ratio,
  time,
  undoneKeys,
  z,
} from './contract-parts.ts'

const HealthSchema = z
  .object({
    state: z.enum(['unknown', 'up', 'suspect', 'down']),
    since: time,
    why: z.string().optional().openapi({ description: 'absent when all is well' }),
    blame: z
      .enum([
        'device',
        'carrier',
        'address',
        'gateway',
        'provider',
        'internet',
        'dns',
        'portal',
        'slow',
        'lossy',
      ])
      .optional()
      .openapi({
        description: 'provider: its router answers, and nothing behind it; internet: so on all lines',
      }),
    degraded: z.enum(['slow', 'lossy']).optional().openapi({ description: 'it works, and badly' }),
    delayMs: delayMs.openapi({ description: 'smoothed; null: no answer yet' }),
    jitterMs: delayMs,
    lossRatio: ratio.nullable().openapi({ description: 'of the last checks; null: too few yet' }),
    backAt: time.optional().openapi({ description: 'it answers again, and is used then if it goes on so' }),
    nextProbeAt: time.optional(),
    penalty: z.number().nonnegative().openapi({ description: 'how often it went down lately, fading' }),
    probes: z.object({ sent: count, answered: count, bytes: count.openapi({ description: 'both ways' }) }),
    targets: z.array(
      z.object({
        target: z.string().openapi({ example: 'icmp/1.1.1.1' }),
        state: z.enum(['asked', 'unknown', 'answers', 'silent', 'benched']).openapi({
          description:
            'benched: silent while others answer, and left out for a while; unknown: not asked since the line died, or came back',
        }),
        delayMs,
      }),
    ),
  })
  .openapi('Health')

/** What a line is in one family. */
const legKeys = {
  state: z.enum(['absent', 'unknown', 'up', 'suspect', 'down', 'draining']),
  why: z.string().optional().openapi({ description: 'the cause; absent when up' }),
  since: time,
  address: z.string().nullable(),
  gateway: z.string().nullable(),
  health: HealthSchema.optional().openapi({ description: 'absent: nobody watches it' }),
  released: z
    .object({
      at: time,
      told: count.openapi({ description: 'connections of clients whose ends were told that it is over' }),
      ended: count.openapi({ description: 'connections of the box itself' }),
    })
    .optional()
    .openapi({ description: 'when it went down last' }),
  wantedShareRatio: ratio.openapi({
    description: 'of new connections of the family; 0 while it gets none',
  }),
  newShareRatio: ratio.nullable().openapi({ description: 'what it got of them within shareWindowMs' }),
}

const LegSchema = z.object(legKeys).openapi('LineInOneFamily')

export const LineSchema = z
  .object({
    name: z.string(),
    id: z.int().positive().openapi({ description: 'never shifts when other lines come or go' }),
    ...legKeys,
    ipv6: LegSchema.optional().openapi({
      description:
        'where it has both families, which fail separately; the keys beside it are then those of IPv4, else those of the only family',
    }),
    drain: z
      .object({
        since: time,
        force: z.boolean().openapi({ description: 'not even when no other line works' }),
      })
      .optional()
      .openapi({ description: 'the operator wants no new connections on it, whatever its state' }),
    interface: z.string(),
    sharesInterfaceWith: z.array(z.string()).optional().openapi({
      description: 'other lines on it; bytes and bits are then those of all of them together',
    }),
    weight: z.number().positive(),
    weightInFile: z.number().positive().optional().openapi({
      description: 'somebody wished another weight than the file says; absent: it is as in the file',
    }),
    role: z.enum(['normal', 'backup']),
    metered: z.boolean().openapi({ description: 'its volume costs money' }),
    inReserve: z.boolean().openapi({ description: 'a backup that works while better lines do' }),
    newConnections: count.openapi({
      description: 'of the LAN, chosen for it since its counter exists, in all families',
    }),
    openConnections: count.nullable(),
    receivedBytes: count,
    sentBytes: count,
    volume: z
      .object({
        usedBytes: count.openapi({ description: 'both ways' }),
        quotaBytes: count.nullable().openapi({ description: 'null: the file names none' }),
        from: time,
        to: time.openapi({ description: 'when it begins to count anew' }),
      })
      .optional()
      .openapi({ description: 'since its month began, to a minute; absent while nothing is remembered' }),
    downBitsPerSecond: bitsPerSecond.nullable(),
    upBitsPerSecond: bitsPerSecond.nullable(),
  })
  .openapi('LineState')

export const VerdictSchema = z
  .object({
    text: z.string().openapi({ description: 'times in it are local to the box' }),
    level: z.enum(['all', 'some', 'none']).openapi({ description: 'all: every line is in use, as wished' }),
  })
  .openapi('Verdict')

/** A change that is undone unless somebody confirms it. */
export const TrialSchema = z
  .object({
    since: time,
    undoAt: time,
    secondsLeft: z.number().nonnegative(),
    formerAt: time.openapi({ description: 'when the configuration was accepted that would come back' }),
  })
  .openapi('Trial')

/** Whether the Internet answered over a line. */
export const MeasureSchema = z
  .object({
    line: z.string(),
    family: family.openapi({ description: 'absent: IPv4' }),
    works: z.boolean(),
    delayMs: z.number().nonnegative().nullable().openapi({ description: 'of the quickest answer' }),
    why: z.string().optional().openapi({ description: 'why it does not work' }),
  })
  .openapi('Measure')

export const StatusSchema = z
  .object({
    ...document('Status'),
    version: z.string(),
    pid: z.int().positive(),
    hostname: z.string(),
    startedAt: time,
    configFile: z.string(),
    configAppliedAt: time,
    verdict: VerdictSchema,
    matches: z.boolean().openapi({ description: 'the kernel is as the configuration wishes' }),
    trouble: z.string().optional().openapi({ description: 'why it is not' }),
    trial: TrialSchema.optional().openapi({ description: 'while a change waits to be confirmed' }),
    undone: z
      .object(undoneKeys)
      .optional()
      .openapi({ description: 'the last change was undone, and nothing was applied since' }),
    shareWindowMs: count,
    lines: z.array(LineSchema),
    notes: z.array(NoteSchema),
  })
  .openapi('Status')

export const LinesSchema = z
  .object({ ...document('Lines'), shareWindowMs: count, lines: z.array(LineSchema) })
  .openapi('Lines')

export const OneLineSchema = z
  .object({ ...document('Line'), shareWindowMs: count, line: LineSchema })
  .openapi('Line')

export type LineDocument = z.infer<typeof LineSchema>
export type LegDocument = z.infer<typeof LegSchema>
export type StatusDocument = z.infer<typeof StatusSchema>
export type LinesDocument = z.infer<typeof LinesSchema>
export type OneLineDocument = z.infer<typeof OneLineSchema>
export type TrialDocument = z.infer<typeof TrialSchema>
export type MeasureDocument = z.infer<typeof MeasureSchema>
