import { fail, ok, type Result } from './result.ts'
import type { Place } from './config.ts'

/** What a person can be told of, and whether that is told unless the file says otherwise. */
export const MESSAGE_KINDS = {
  down: { usual: true, means: 'a line does not work, and when it works again' },
  offline: { usual: true, means: 'no line worked, told afterwards' },
  flapping: { usual: true, means: 'a line comes and goes' },
  fought: { usual: true, means: 'another program keeps removing what is ours' },
  quota: { usual: true, means: 'the volume that is paid for comes to its end' },
  undone: { usual: true, means: 'a change of the configuration was undone' },
  refused: { usual: true, means: 'a changed configuration is refused' },
  degraded: { usual: false, means: 'a line works, and badly' },
  restart: { usual: false, means: 'the daemon was started' },
} as const satisfies Record<string, { readonly usual: boolean; readonly means: string }>

export type MessageKind = keyof typeof MESSAGE_KINDS

/** What a template can name, and what stands there then. */
export const MESSAGE_FIELDS = {
  title: 'what happened, in a few words: `lte is down`',
  body: 'the rest of it, in one or two sentences',
  line: 'the line; empty where it is about the box as a whole',
  event: 'the kind of message, by its word in `on`; `test` for a test',
  host: 'the name of this box',
  time: 'when it happened, in the time of this box: `14:02`',
} as const

export type MessageField = keyof typeof MESSAGE_FIELDS

/** Text with places for fields. */
export type Template = readonly (string | { readonly field: MessageField })[]

/** @returns the template, or what stands between braces and is no field; empty for a brace that is alone */
export function parseTemplate(text: string): Result<Template, string> {
  const parts: (string | { readonly field: MessageField })[] = []
  for (const [whole, field, plain] of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|([^{}]+|[{}])/g)) {
    if (field !== undefined) {
      if (!isField(field)) return fail(field)
      parts.push({ field })
    } else if (plain === '{' || plain === '}') return fail('')
    else parts.push(plain ?? whole.slice(1))
  }
  return ok(parts)
}

export const fillTemplate = (template: Template, fields: Readonly<Record<MessageField, string>>): string =>
  template.map((part) => (typeof part === 'string' ? part : fields[part.field])).join('')

const isField = (word: string): word is MessageField => Object.hasOwn(MESSAGE_FIELDS, word)

/**
 * Where something secret is: a file by its absolute path, or a credential of the service manager by its name
 * (systemd.exec(5), `LoadCredential=`). The file of the operator never has the secret itself.
 */
export type SecretSource = string

/** Where a message is sent. An address that is a secret itself, as Slack's is, stands in a file. */
export type WebAddress = { readonly url: string } | { readonly urlFile: SecretSource }

export type WebChannelKind = 'ntfy' | 'slack' | 'discord' | 'gotify' | 'telegram' | 'webhook'

/** How the connection to a mail server is kept from others' eyes. */
export type MailSecurity = 'tls' | 'starttls' | 'off'

export interface MailServer {
  readonly host: string
  readonly port: number
  readonly security: MailSecurity
}

export type ChannelEnd =
  | {
      readonly kind: WebChannelKind
      readonly address: WebAddress
      readonly token?: SecretSource
      /** Signs what is sent (HMAC with SHA-256). */
      readonly key?: SecretSource
      /** Of Telegram. */
      readonly chat?: string
    }
  | {
      readonly kind: 'email'
      readonly server: MailServer
      readonly from: string
      readonly to: readonly string[]
      /** Absent: the server takes mail from us without. */
      readonly login?: { readonly user: string; readonly password: SecretSource }
    }
  | {
      readonly kind: 'command'
      /** Program and arguments; never a shell's. */
      readonly run: readonly string[]
    }

export type ChannelKind = ChannelEnd['kind']

/** One way to reach a person. */
export type Channel = ChannelEnd & {
  readonly name: string
  readonly title: Template
  readonly body: Template
  readonly place: Place
}

/** From a minute of the day to another one, which may be of the next day. By the clock of the box. */
export interface QuietHours {
  readonly fromMinute: number
  readonly toMinute: number
}

export interface NotifyConfig {
  /** In the order of the file. */
  readonly channels: readonly Channel[]
  readonly on: readonly MessageKind[]
  /** What was over sooner is told to nobody. */
  readonly afterMs: number
  readonly quiet?: QuietHours
}
