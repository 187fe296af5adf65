/** Printed by commands, never sent by the daemon. */
import { code, count, document, z } from './contract-parts.ts'
import { checkKeys } from './contract-config.ts'

/** Printed by `check --json`, never sent by the daemon. */
export const CheckSchema = z.object({ ...document('Check'), ...checkKeys }).openapi('Check')

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

/** Printed by `bugreport --json`, never sent by the daemon. */
export const BugReportSchema = z
  .object({
    ...document('BugReport'),
    file: z.string().nullable().openapi({ description: 'null: printed, or not wished after all' }),
    bytes: count,
    sections: z.array(z.object({ name: z.string(), lines: count })),
    missing: z.array(z.string()).openapi({ description: 'what could not be had, and why' }),
    masked: z
      .object({
        places: z.array(z.string()).openapi({ description: 'values of the configuration file' }),
        comments: count,
        addresses: z.boolean().openapi({ description: 'public addresses, and those of network cards' }),
      })
      .openapi({ description: 'what stands nowhere in it' }),
  })
  .openapi('BugReport')

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

export type CheckDocument = z.infer<typeof CheckSchema>
export type BugReportDocument = z.infer<typeof BugReportSchema>
export type DoctorDocument = z.infer<typeof DoctorSchema>
export type ExplanationDocument = z.infer<typeof ExplanationSchema>
export type InitDocument = z.infer<typeof InitSchema>
