/**
 * The wire: what the daemon's API answers and what `--json` prints.
 *
 * Within v1 keys are only added, and enums may grow: a reader must survive a word it does not know. Units are in
 * the names, times are RFC 3339 in UTC, what is unknown is `null`, what does not apply is absent, and the order
 * is fixed: lines as in the configuration file.
 *
 * Everybody imports the types alone: what the daemon sends is of them, or the compiler says no. At run time the schemas
 * are needed only to describe the API (routes.ts), and by tests.
 */
import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'

extendZodWithOpenApi(z)
export { z }

const time = z.iso.datetime().openapi({ description: 'RFC 3339, UTC', example: '2026-11-22T14:06:43.551Z' })
const count = z.int().nonnegative()
const ratio = z.number().min(0).max(1)
const bitsPerSecond = z.number().nonnegative()
const code = z
  .string()
  .regex(/^MH\d{3}$/)
  .openapi({ description: 'stable', example: 'MH709' })

/** What every document begins with. */
const document = <Kind extends string>(kind: Kind) => ({ api: z.literal('v1'), kind: z.literal(kind), time })

const family = z.enum(['ipv4', 'ipv6']).optional()
const delayMs = z.number().nonnegative().nullable()

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
        state: z.enum(['asked', 'answers', 'silent', 'benched']).openapi({
          description: 'benched: silent while others answer, and left out for a while',
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
    role: z.enum(['normal', 'backup']),
    metered: z.boolean().openapi({ description: 'its volume costs money' }),
    inReserve: z.boolean().openapi({ description: 'a backup that works while better lines do' }),
    newConnections: count.openapi({
      description: 'of the LAN, chosen for it since its counter exists, in all families',
    }),
    openConnections: count.nullable(),
    receivedBytes: count,
    sentBytes: count,
    downBitsPerSecond: bitsPerSecond.nullable(),
    upBitsPerSecond: bitsPerSecond.nullable(),
  })
  .openapi('LineState')

export const NoteSchema = z
  .object({
    code,
    name: z.string().openapi({ description: 'the code in a word', example: 'leftover-default' }),
    severity: z.enum(['note', 'warning', 'error']),
    text: z.string(),
    help: z.string().optional(),
  })
  .openapi('Note')

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

const undoneKeys = {
  at: time,
  why: z.string(),
  formerAt: time.openapi({ description: 'when the configuration was accepted that is in force again' }),
  readBack: z
    .object({ rules: count, routes: count, nexthops: count, tables: count })
    .optional()
    .openapi({ description: 'ours in the kernel as it was read afterwards; absent: it is not so yet' }),
}

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

const planKeys = {
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
  notes: z.array(NoteSchema),
}

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

const traceEnd = {
  asked: z.string(),
  address: z.string().nullable().openapi({ description: 'null: this box, which has several' }),
  others: z.array(z.string()).openapi({ description: 'further addresses of the name, not traced' }),
}

const TraceOutcomeSchema = z
  .object({
    is: z
      .enum([
        'line',
        'inbound',
        'box',
        'lan',
        'elsewhere',
        'refused',
        'not-routed',
        'unknowable',
        'left-alone',
      ])
      .openapi({
        description: 'inbound: its answers leave by the line; elsewhere: left to another program',
      }),
    why: z.string(),
    ways: z
      .array(
        z.object({
          shareRatio: ratio.openapi({ description: 'of many connections like this one' }),
          line: z.string().nullable(),
          interface: z.string().nullable(),
          gateway: z.string().nullable(),
          table: z.int().nullable(),
          seenAs: z.string().nullable().openapi({ description: 'the source address outside' }),
          mark: z.string().openapi({ example: '0x1000000' }),
        }),
      )
      .openapi({ description: 'more than one where nobody can know which; the likeliest first' }),
  })
  .openapi('TraceOutcome')

export const TraceSchema = z
  .object({
    ...document('Trace'),
    from: z.object({
      ...traceEnd,
      is: z.enum(['box', 'lan', 'outside', 'other', 'nowhere']),
      interface: z.string().nullable().openapi({ description: 'by which it comes in' }),
    }),
    to: z.object(traceEnd),
    port: z.int().optional(),
    protocol: z.enum(['tcp', 'udp']).optional(),
    steps: z.array(
      z.object({
        question: z.string(),
        answer: z.boolean(),
        why: z.string(),
        where: z
          .object({ file: z.string(), line: z.int().positive(), column: z.int().positive() })
          .optional(),
      }),
    ),
    outcome: TraceOutcomeSchema,
    ifLost: z
      .array(z.object({ lines: z.array(z.string()), outcome: TraceOutcomeSchema }))
      .openapi({ description: 'the same once these lines are out of use; a few rows at most' }),
    kernel: z.object({
      verdict: z.enum(['same', 'different', 'told', 'not-asked']),
      answers: z.array(z.object({ command: z.string(), says: z.string(), agrees: z.boolean() })),
    }),
  })
  .openapi('Trace')

export const ProbeSchema = z
  .object({
    ...document('Probe'),
    line: z.string(),
    host: z
      .object({ asked: z.string(), address: z.string() })
      .optional()
      .openapi({ description: 'the one that was asked for; of two addresses the first' }),
    evidence: z
      .array(
        z.object({
          about: z.enum(['link', 'address', 'gateway', 'internet', 'dns', 'page', 'host']),
          family: family.openapi({ description: 'absent: of the line as a whole' }),
          what: z.string().nullable().openapi({ example: 'icmp/1.1.1.1' }),
          result: z.enum(['good', 'bad', 'false', 'unasked']).openapi({
            description:
              "false: somebody else answered in the target's name; unasked: the question never left this box",
          }),
          delayMs,
          said: z.string().optional().openapi({ description: 'why not, or what came instead' }),
        }),
      )
      .openapi({ description: 'from near to far' }),
  })
  .openapi('Probe')

const channelKind = z.enum(['ntfy', 'slack', 'discord', 'telegram', 'gotify', 'webhook', 'email', 'command'])
const answer = z.string().openapi({ description: 'in words, without what is secret', example: 'HTTP 200' })

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

const eventKeys = {
  id: z.int().positive().openapi({ description: 'from 1 on after each start of the daemon' }),
  event: z.string().openapi({
    description:
      'suspect, down, up, degraded, released, failback, offline, online; of which no program is told: draining, steered, repicked, started, applied, refused, confirmed, undone, drained, undrained, repaired, hook, unsent',
    example: 'down',
  }),
  line: z.string().optional().openapi({ description: 'absent: the box as a whole' }),
  family: family.openapi({ description: 'absent: IPv4, or whatever the line has' }),
  text: z.string().openapi({ description: 'what and why', example: '5 of 5 checks to 4 targets lost' }),
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

export const ConfigProblemSchema = z
  .object({
    code,
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    where: z.object({ file: z.string(), line: z.int().positive(), column: z.int().positive() }),
    help: z.string().optional(),
  })
  .openapi('ConfigProblem')

const end = z.object({
  address: z.string(),
  port: count.openapi({ description: '0: the protocol has none' }),
})

export const ConnectionsSchema = z
  .object({
    ...document('Connections'),
    open: count.openapi({ description: 'that were asked for' }),
    clients: z
      .array(
        z.object({
          client: z.string().nullable().openapi({ description: 'null: this box itself' }),
          open: count,
          lines: z.array(z.object({ line: z.string(), open: count })),
        }),
      )
      .openapi({ description: 'all of them, the busiest first' }),
    connections: z.array(
      z.object({
        family: z.enum(['ipv4', 'ipv6']),
        protocol: z.string().openapi({ example: 'tcp' }),
        state: z.enum(['connecting', 'open', 'closing', 'unanswered']),
        line: z.string().nullable().openapi({ description: 'null: it is not in the file any more' }),
        client: end.nullable().openapi({ description: 'the end on our side; null: this box itself' }),
        server: end.openapi({ description: 'the other end' }),
        begun: z.enum(['inside', 'outside']),
        seenAs: end.openapi({ description: 'the address of ours that the other end sees' }),
        sentBytes: count
          .optional()
          .openapi({ description: 'by our side; absent where the kernel does not count' }),
        receivedBytes: count.optional(),
      }),
    ),
    next: z.string().optional().openapi({ description: 'for `after`; absent: there are no more' }),
  })
  .openapi('Connections')

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

/** Printed by `check --json`, never sent by the daemon. */
export const CheckSchema = z
  .object({
    ...document('Check'),
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
  })
  .openapi('Check')

/** Printed by `doctor --json`, never sent by the daemon. */
export const DoctorSchema = z
  .object({
    ...document('Doctor'),
    toFix: count,
    notes: count,
    findings: z
      .array(
        z.object({
          severity: z.enum(['fix', 'note', 'ok']),
          name: z.string().openapi({ description: 'what it is about, in a word', example: 'docker' }),
          code: code.optional().openapi({ description: 'of a problem of the file, or of a note' }),
          text: z.string(),
          help: z.string().optional(),
        }),
      )
      .openapi({ description: 'what is to fix first, then notes, then what is well' }),
    unseen: z.array(z.string()).openapi({ description: 'what could not be looked at, and why' }),
  })
  .openapi('Doctor')

/** Printed by `explain --json`, never sent by the daemon. */
export const ExplanationSchema = z
  .object({
    ...document('Explanation'),
    entries: z.array(
      z.object({
        kind: z.enum(['key', 'state', 'word', 'command', 'code']),
        name: z.string(),
        means: z.string().openapi({ description: 'Markdown' }),
        severity: z.enum(['error', 'warning', 'note']).optional(),
        expects: z.string().optional(),
        leftOut: z.string().optional().openapi({ description: 'what holds then' }),
        example: z.string().optional(),
        usage: z.string().optional(),
        why: z.string().optional(),
        help: z.string().optional(),
        see: z.array(z.string()).optional().openapi({ description: 'what else can be explained' }),
        page: z.string().optional().openapi({ description: 'in the folder docs' }),
      }),
    ),
  })
  .openapi('Explanation')

/** Printed by `init --json`, never sent by the daemon. */
export const InitSchema = z
  .object({
    ...document('Init'),
    interfaces: z.array(
      z.object({
        name: z.string(),
        address: z.string().nullable(),
        gateway: z.string().nullable(),
        internet: z.string().nullable().openapi({ example: 'yes, 41 ms, NAT' }),
        looksLike: z.string().openapi({ example: 'a line, mobile' }),
      }),
    ),
    lines: z.array(
      z.object({
        name: z.string(),
        interface: z.string(),
        taken: z.boolean().openapi({ description: 'false: in the file as a comment' }),
        found: z.string().openapi({ example: '198.51.100.2/24 by 198.51.100.1 (DHCP)' }),
      }),
    ),
    lan: z.array(z.string()).openapi({ description: 'interfaces behind which the clients are' }),
    remarks: z.array(z.string()),
    config: z.string().nullable().openapi({ description: 'the proposed file; null when no line was found' }),
    written: z.string().nullable().openapi({ description: 'where the file is now; null: nowhere' }),
    conclusion: z.string(),
  })
  .openapi('Init')

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

export type LineDocument = z.infer<typeof LineSchema>
export type LegDocument = z.infer<typeof LegSchema>
export type NoteDocument = z.infer<typeof NoteSchema>
export type StatusDocument = z.infer<typeof StatusSchema>
export type LinesDocument = z.infer<typeof LinesSchema>
export type OneLineDocument = z.infer<typeof OneLineSchema>
export type PlanDocument = z.infer<typeof PlanSchema>
export type ApplyDocument = z.infer<typeof ApplySchema>
export type TrialDocument = z.infer<typeof TrialSchema>
export type MeasureDocument = z.infer<typeof MeasureSchema>
export type ConfirmDocument = z.infer<typeof ConfirmSchema>
export type UndoDocument = z.infer<typeof UndoSchema>
export type DownDocument = z.infer<typeof DownSchema>
export type TraceDocument = z.infer<typeof TraceSchema>
export type ProbeDocument = z.infer<typeof ProbeSchema>
export type NotifyDocument = z.infer<typeof NotifySchema>
export type NotifyTestDocument = z.infer<typeof NotifyTestSchema>
export type EventsDocument = z.infer<typeof EventsSchema>
export type PastOfLegDocument = z.infer<typeof PastOfLegSchema>
export type LineHistoryDocument = z.infer<typeof LineHistorySchema>
export type LineReportDocument = z.infer<typeof LineReportSchema>
export type EventDocument = z.infer<typeof EventSchema>
export type ConnectionsDocument = z.infer<typeof ConnectionsSchema>
export type TokensDocument = z.infer<typeof TokensSchema>
export type NewTokenDocument = z.infer<typeof NewTokenSchema>
export type ConfigProblemDocument = z.infer<typeof ConfigProblemSchema>
export type CheckDocument = z.infer<typeof CheckSchema>
export type DoctorDocument = z.infer<typeof DoctorSchema>
export type ExplanationDocument = z.infer<typeof ExplanationSchema>
export type InitDocument = z.infer<typeof InitSchema>
export type ErrorDocument = z.infer<typeof ErrorSchema>
export type ProblemDocument = z.infer<typeof ProblemSchema>
