import { MESSAGE_FIELDS, MESSAGE_KINDS } from '../model/index.ts'
import type { ChannelKind, MessageKind } from '../model/index.ts'
import type { KeyDoc } from './keys.ts'
import type { Bounds } from './quantities.ts'

/** The keys that say who is sent messages, of what, and how. */

export const MESSAGE_WORDS = Object.keys(MESSAGE_KINDS) as MessageKind[] // its own keys

export const USUAL_MESSAGES = MESSAGE_WORDS.filter((kind) => MESSAGE_KINDS[kind].usual)

export const AFTER_BOUNDS = {
  min: '0s',
  max: '24h',
  tooMuch: 'whoever does not want to be told of lines leaves down out of on',
} as const satisfies Bounds

/** What each kind of channel must have, of each list one, and what it may have. */
export const CHANNEL_NEEDS = {
  ntfy: { needs: [['url', 'urlFile']], takes: ['tokenFile'] },
  slack: { needs: [['url', 'urlFile']], takes: [] },
  discord: { needs: [['url', 'urlFile']], takes: [] },
  telegram: { needs: [['tokenFile'], ['chat']], takes: ['url', 'urlFile'] },
  gotify: { needs: [['url', 'urlFile'], ['tokenFile']], takes: [] },
  webhook: { needs: [['url', 'urlFile']], takes: ['tokenFile', 'keyFile'] },
  email: { needs: [['server'], ['from'], ['to']], takes: ['security', 'user', 'passwordFile'] },
  command: { needs: [['run']], takes: [] },
} as const satisfies Record<ChannelKind, { needs: readonly (readonly OwnKey[])[]; takes: readonly OwnKey[] }>

/** A key that not every channel has. */
export type OwnKey = Exclude<keyof typeof CHANNEL_KEYS, 'kind' | 'title' | 'body'>

export const CHANNEL_WORDS = ['ntfy', 'slack', 'discord', 'telegram', 'gotify', 'webhook', 'email', 'command'] as const satisfies readonly ChannelKind[] // prettier-ignore

const FIELDS = Object.entries(MESSAGE_FIELDS)
  .map(([field, means]) => `\`{${field}}\`: ${means}`)
  .join('; ')

export const NOTIFY_KEYS = {
  channels: {
    expects:
      'a map from names of channels to what they are, such as { phone: { kind: ntfy, url: "https://ntfy.sh/TOPIC" } }',
    means:
      'Where messages are sent, each to all of them. A name is yours to choose: up to 32 letters, digits, `-` and `_`. `multihome notify test` sends one to try it.',
    example: { phone: { kind: 'ntfy', url: 'https://ntfy.sh/TOPIC' } },
    elsewhere: ['channel', 'to', 'targets', 'receivers', 'services', 'urls'],
  },
  on: {
    expects: 'a list of what to tell of, such as [down, offline]',
    means: `What is told: ${MESSAGE_WORDS.map((kind) => `\`${kind}\` (${MESSAGE_KINDS[kind].means})`).join(', ')}.`,
    example: ['down', 'offline'],
    leftOut: `all but ${MESSAGE_WORDS.filter((kind) => !MESSAGE_KINDS[kind].usual)
      .map((kind) => `\`${kind}\``)
      .join(' and ')}`,
    elsewhere: ['events', 'event', 'when', 'for', 'about'],
  },
  after: {
    expects: `a time from ${AFTER_BOUNDS.min} to ${AFTER_BOUNDS.max}, such as 30s`,
    means:
      'How long a line must be down, or all of them, before anybody is told. What is over sooner is in `multihome events`.',
    example: '2m',
    default: '30s',
    elsewhere: ['delay', 'for', 'wait', 'grace', 'threshold'],
  },
  quiet: {
    expects: 'two times of day, such as 22:00-07:00',
    means:
      'When nobody is to be disturbed, by the clock of this box. What happens then is told in one message at the end; only that no line worked is told at once.',
    example: '22:00-07:00',
    leftOut: 'never',
    elsewhere: ['quiethours', 'quiet_hours', 'mute', 'silence', 'dnd', 'night'],
  },
} as const satisfies Record<string, KeyDoc>

export const CHANNEL_KEYS = {
  kind: {
    expects: `one of ${CHANNEL_WORDS.join(', ')}`,
    means:
      'What is there. `ntfy`, `slack`, `discord`, `telegram`, `gotify`: that service, or a server of your own. `webhook`: a server of yours, which is sent JSON. `email`: mail by a server that takes it (SMTP). `command`: a program of yours, which gets JSON on its standard input; what sends SMS fits here.',
    example: 'ntfy',
    elsewhere: ['type', 'service', 'is', 'via', 'provider'],
  },
  url: {
    expects: 'an address, such as https://ntfy.sh/TOPIC',
    means:
      'Where messages are sent, by HTTPS or HTTP, over a line that works; the name is asked for over that line too. An address of this box or of a private network is reached as the box reaches it. ntfy: the server with the topic; gotify: the server; telegram: a server of your own instead of `https://api.telegram.org`.',
    example: 'https://ntfy.sh/TOPIC',
    leftOut: '`urlFile`, or what Telegram has',
    elsewhere: ['address', 'endpoint', 'uri', 'webhook', 'topic'],
    secret: true,
  },
  urlFile: {
    expects: 'an absolute path, or the name of a systemd credential',
    means:
      'Where the address is read from, in the place of `url`, because whoever knows it can write to the channel, as with Slack and Discord.',
    example: '/etc/multihomed/slack.url',
    leftOut: '`url`',
    elsewhere: ['url-file', 'addressfile'],
    secret: true,
  },
  tokenFile: {
    expects: 'an absolute path, or the name of a systemd credential',
    means:
      'Where the secret of ntfy, Telegram (of the bot), Gotify (of the application) or a webhook (`Authorization: Bearer`) is read from, each time one is sent: a file that not everybody may read, or a credential of systemd (`LoadCredential=`) by its name.',
    example: '/etc/multihomed/ntfy.token',
    leftOut: 'none is sent; Telegram and Gotify need one',
    elsewhere: ['token-file', 'token', 'secret', 'accesstoken', 'apikey', 'tokenfile'],
    secret: true,
  },
  keyFile: {
    expects: 'an absolute path, or the name of a systemd credential',
    means:
      'Where the key is read from with which a webhook is signed: the header `X-Signature-256` then holds `sha256=` and the HMAC of the body in hexadecimal.',
    example: '/etc/multihomed/webhook.key',
    leftOut: 'it is not signed',
    elsewhere: ['key-file', 'key', 'hmac', 'hmackey', 'signature', 'keyfile'],
    secret: true,
  },
  chat: {
    expects: 'the number or the @name of a chat, such as 123456789',
    means: 'Of Telegram: who is written to. It knows the bot only after writing to it once.',
    example: 123_456_789,
    leftOut: 'an error with `kind: telegram`',
    elsewhere: ['chatid', 'chat_id', 'chat-id'],
    secret: true,
  },
  server: {
    expects: 'a host, with a port or without, such as smtp.example.org:587',
    means:
      'The mail server that takes messages (SMTP), by name or address; an IPv6 address stands in brackets. The port is 587, or 465 with `security: tls`.',
    example: 'smtp.example.org',
    leftOut: 'an error with `kind: email`',
    elsewhere: ['host', 'smtp', 'smarthost', 'smtpserver', 'mailserver', 'relay'],
  },
  security: {
    expects: 'starttls, tls or off',
    means:
      '`starttls`: the connection begins in the clear and must be encrypted before anything is told. `tls`: it is encrypted from the beginning. `off`: it is not encrypted, for a server on this box; a password is not sent then.',
    example: 'tls',
    leftOut: '`tls` with port 465, else `starttls`',
    elsewhere: ['encryption', 'tls', 'ssl', 'starttls', 'secure'],
  },
  from: {
    expects: 'a mail address, such as router@example.org',
    means: 'Whom mail is from; many servers take only an address of theirs.',
    example: 'router@example.org',
    leftOut: 'an error with `kind: email`',
    elsewhere: ['sender', 'mailfrom'],
    secret: true,
  },
  to: {
    expects: 'a mail address, or a list of them',
    means: 'Who gets the mail.',
    example: 'admin@example.org',
    leftOut: 'an error with `kind: email`',
    elsewhere: ['recipient', 'recipients', 'rcpt', 'mailto', 'receiver'],
    secret: true,
  },
  user: {
    expects: 'a name',
    means: 'As whom the server is asked to take mail, with `passwordFile`.',
    example: 'router@example.org',
    leftOut: 'it is asked without a login',
    elsewhere: ['username', 'login', 'account'],
    secret: true,
  },
  passwordFile: {
    expects: 'an absolute path, or the name of a systemd credential',
    means: 'Where the password of `user` is read from, each time mail is sent.',
    example: '/etc/multihomed/mail.password',
    leftOut: 'an error with `user`',
    elsewhere: ['password-file', 'pass', 'passwordfile'],
    secret: true,
  },
  run: {
    expects: 'a path, or a list of a path and arguments, such as [/usr/local/bin/tell, admin]',
    means:
      'The program of `kind: command`, by its absolute path, and its arguments; no shell is in between. After 10 s it is ended. It is run whether a line works or not; when it fails it is tried again.',
    example: ['/usr/local/bin/tell', 'admin'],
    leftOut: 'an error with `kind: command`',
    elsewhere: ['exec', 'command', 'cmd', 'script', 'program', 'path'],
  },
  title: {
    expects: 'a text with fields in braces, such as "{host}: {title}"',
    means: `The first line of a message. ${FIELDS}. A brace itself is written twice.`,
    example: '"{host}: {title}"',
    default: '{title}',
    elsewhere: ['subject', 'headline'],
  },
  body: {
    expects: 'a text with fields in braces, such as "{time} {body}"',
    means: 'The rest of it, with the same fields.',
    example: '"{time} {body}"',
    default: '{body}',
    elsewhere: ['text', 'message', 'template'],
  },
} as const satisfies Record<string, KeyDoc>
