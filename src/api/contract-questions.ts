/** What is asked of a line, a packet, or of connection tracking. */
import { bitsPerSecond, count, delayMs, document, family, ratio, z } from './contract-parts.ts'

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
    without: z
      .array(z.string())
      .optional()
      .openapi({ description: 'lines that were taken to be gone, as was asked for' }),
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
      .array(
        z.object({
          lines: z.array(z.string()),
          outcome: TraceOutcomeSchema,
          open: z
            .object({
              resetAfterMs: z.int().nonnegative().nullable().openapi({
                description: 'of TCP that hangs; without carrier at once; `null`: it waits for the line',
              }),
              repick: z.boolean().openapi({ description: 'whether the rest begins anew on another line' }),
            })
            .optional()
            .openapi({
              description: 'of connections on the last of these lines; absent: there is no other to go to',
            }),
        }),
      )
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

const end = z.object({
  address: z.string(),
  port: count.openapi({ description: '0: the protocol has none' }),
})

const counted = {
  open: count.openapi({ description: 'that connection tracking knows of' }),
  closing: count.openapi({ description: 'of `open`: those that are over, or nearly' }),
}

export const ConnectionsSchema = z
  .object({
    ...document('Connections'),
    ...counted,
    clients: z
      .array(
        z.object({
          client: z.string().nullable().openapi({ description: 'null: this box itself' }),
          ...counted,
          bitsPerSecond: bitsPerSecond.optional().openapi({
            description:
              'both ways, over all lines, on the average since somebody asked before; absent: nobody did within 30 s, the question is about one line or client, there are too many connections, or the kernel does not count all of this client (net.netfilter.nf_conntrack_acct, connections begun before it was set, offload)',
          }),
          lines: z.array(z.object({ line: z.string(), ...counted })),
        }),
      )
      .openapi({ description: 'all of them, those with the most that are not closing first' }),
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
    lines: z
      .array(z.string())
      .openapi({ description: 'all of them, in the order of the configuration file' }),
  })
  .openapi('Connections')

export type TraceDocument = z.infer<typeof TraceSchema>
export type ProbeDocument = z.infer<typeof ProbeSchema>
export type ConnectionsDocument = z.infer<typeof ConnectionsSchema>
