import { z } from 'zod'
import { EVENT_KINDS } from '../model/index.ts'
import {
  DEGRADED_SHARES,
  DNS_TARGET_KEYS,
  HEALTH_KEYS,
  HOOK_KEYS,
  PAGE_TARGET_KEYS,
  PREFERENCES,
  RELEASE_KEYS,
} from './policy-keys.ts'
import { documented, IPV4, IPV6, PORT, SECRET } from './schema-parts.ts'

// Bounds of times and amounts are the parser's alone: a pattern could not tell them.

const NUMBER = '\\d{1,12}(\\.\\d{1,6})? ?'
const time = `${NUMBER}(ms|s|m|h)`
export const duration = z.string().regex(new RegExp(`^${time}$`))
const share = z.string().regex(new RegExp(`^${NUMBER}%$`))
export const amount = z.string().regex(new RegExp(`^${NUMBER}(kB|MB|GB)$`))

const address = `(${IPV4}|${IPV6})`
const endpoint = `(${IPV6}|(${IPV4}|\\[${IPV6}\\])(:${PORT})?)`
/** Behind a question mark somebody may be named. */
const page = z
  .string()
  .regex(/^https?:\/\/[^\s@]+$/)
  .meta(SECRET)

const target = z.union([
  z.string().regex(new RegExp(`^(icmp/(${address}|\\[${IPV6}\\])|(dns|tcp)/${endpoint})$`)),
  page,
  z.strictObject({
    dns: z
      .string()
      .regex(new RegExp(`^${endpoint}$`))
      .meta(documented(DNS_TARGET_KEYS.dns)),
    name: z.string().min(1).max(253).optional().meta(documented(DNS_TARGET_KEYS.name)),
    expect: z
      .string()
      .regex(new RegExp(`^${address}$`))
      .optional()
      .meta(documented(DNS_TARGET_KEYS.expect)),
  }),
  z.strictObject({
    url: page.meta(documented(PAGE_TARGET_KEYS.url)),
    status: z.int().min(100).max(599).optional().meta(documented(PAGE_TARGET_KEYS.status)),
    body: z.string().min(1).optional().meta(documented(PAGE_TARGET_KEYS.body)),
  }),
])

// A key that is left out is taken from elsewhere, so none has a default here.
export const health = z.union([
  z.literal('off'),
  z.strictObject({
    targets: z.array(target).min(1).optional().meta(documented(HEALTH_KEYS.targets)),
    suspicion: duration.optional().meta(documented(HEALTH_KEYS.suspicion)),
    rise: duration.optional().meta(documented(HEALTH_KEYS.rise)),
    prefer: z.enum(PREFERENCES).optional().meta(documented(HEALTH_KEYS.prefer)),
    lossy: share.optional().meta(documented(HEALTH_KEYS.lossy)),
    slow: duration.optional().meta(documented(HEALTH_KEYS.slow)),
    degraded: z.enum(DEGRADED_SHARES).optional().meta(documented(HEALTH_KEYS.degraded)),
  }),
])

const after = z.union([z.literal('never'), duration])

export const release = z.union([
  after,
  z.strictObject({
    after: after.optional().meta(documented(RELEASE_KEYS.after)),
    repick: z.boolean().optional().meta(documented(RELEASE_KEYS.repick)),
    own: z.boolean().optional().meta(documented(RELEASE_KEYS.own)),
  }),
])

export const failback = z.union([z.enum(['leave', 'move']), z.string().regex(new RegExp(`^drain ${time}$`))])

const program = z.string().regex(/^\//)
const programAlone = z.string().regex(/^\/\S*$/)
/** Arguments may hold anything. */
export const run = z.union([programAlone, z.tuple([program], z.string().meta(SECRET))])

export const hook = z.strictObject({
  run: run.meta(documented(HOOK_KEYS.run)),
  on: z.array(z.enum(EVENT_KINDS)).min(1).optional().meta(documented(HOOK_KEYS.on)),
  timeout: duration.default(HOOK_KEYS.timeout.default).meta(documented(HOOK_KEYS.timeout)),
})
