import { z } from 'zod'
import { CHANNEL_KEYS, CHANNEL_NEEDS, CHANNEL_WORDS, MESSAGE_WORDS, NOTIFY_KEYS } from './notify-keys.ts'
import type { OwnKey } from './notify-keys.ts'
import { duration, run } from './policy-schema.ts'
import { documented } from './schema-parts.ts'

const url = z
  .string()
  .regex(/^https?:\/\/[^\s@]+$/)
  .meta(documented(CHANNEL_KEYS.url))

const secret = z.string().regex(/^(\/\S*[^\s/]|[A-Za-z0-9_][A-Za-z0-9._-]*)$/)

// No braces but those of a field; the parser says which fields there are.
const template = z.string().regex(/^([^{}]|\{\{|\}\}|\{(title|body|line|event|host|time)\})*$/)

const mailAddress = z.string().regex(/^[^\s@<>,;:"()[\]\\]+@[A-Za-z0-9][A-Za-z0-9.-]*$/)

const OWN = {
  url,
  urlFile: secret.meta(documented(CHANNEL_KEYS.urlFile)),
  tokenFile: secret.meta(documented(CHANNEL_KEYS.tokenFile)),
  keyFile: secret.meta(documented(CHANNEL_KEYS.keyFile)),
  chat: z.union([z.int(), z.string().min(1)]).meta(documented(CHANNEL_KEYS.chat)),
  server: z
    .string()
    .regex(/^[A-Za-z0-9[][A-Za-z0-9.:\]-]*$/)
    .meta(documented(CHANNEL_KEYS.server)),
  security: z.enum(['starttls', 'tls', 'off']).meta(documented(CHANNEL_KEYS.security)),
  from: mailAddress.meta(documented(CHANNEL_KEYS.from)),
  to: z.union([mailAddress, z.array(mailAddress).min(1)]).meta(documented(CHANNEL_KEYS.to)),
  user: z.string().min(1).meta(documented(CHANNEL_KEYS.user)),
  passwordFile: secret.meta(documented(CHANNEL_KEYS.passwordFile)),
  run: run.meta(documented(CHANNEL_KEYS.run)),
} as const satisfies Record<OwnKey, z.ZodType>

/** One shape for each kind, with the keys that it needs and takes. */
const channelOf = (kind: (typeof CHANNEL_WORDS)[number]) => {
  const { needs, takes }: { needs: readonly (readonly OwnKey[])[]; takes: readonly OwnKey[] } =
    CHANNEL_NEEDS[kind]
  const own = [...needs.flat(), ...takes].map((key) => {
    const isNeeded = needs.some((oneOf) => oneOf.length === 1 && oneOf[0] === key)
    return [key, isNeeded ? OWN[key] : OWN[key].optional()] as const
  })
  const shape = z.strictObject({
    kind: z.literal(kind).meta(documented(CHANNEL_KEYS.kind)),
    ...Object.fromEntries(own),
    title: template.default(CHANNEL_KEYS.title.default).meta(documented(CHANNEL_KEYS.title)),
    body: template.default(CHANNEL_KEYS.body.default).meta(documented(CHANNEL_KEYS.body)),
  })
  return shape.refine((channel) => !('url' in channel && 'urlFile' in channel)).refine((channel) => needs.every((oneOf) => oneOf.some((key) => key in channel))) // prettier-ignore
}

const time = '([01]?\\d|2[0-3]):[0-5]\\d'

export const notify = z.strictObject({
  channels: z
    .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/), z.union(CHANNEL_WORDS.map(channelOf)))
    .meta(documented(NOTIFY_KEYS.channels)),
  on: z.array(z.enum(MESSAGE_WORDS)).optional().meta(documented(NOTIFY_KEYS.on)),
  after: duration.default(NOTIFY_KEYS.after.default).meta(documented(NOTIFY_KEYS.after)),
  quiet: z
    .string()
    .regex(new RegExp(`^${time} ?- ?(${time}|24:00)$`))
    .optional()
    .meta(documented(NOTIFY_KEYS.quiet)),
})
