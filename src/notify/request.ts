/** One message in the words of each service. Pure: secrets are handed in, and stand in nothing but what is sent. */
import { createHmac } from 'node:crypto'
import { fillTemplate, type Channel, type MessageField, type WebChannelKind } from '../model/index.ts'
import type { Message, Tone } from './message.ts'

/** As a person reads it. */
export interface Rendered {
  readonly title: string
  readonly body: string
}

/** What is known beside the message. */
export interface Setting {
  readonly hostname: string
  /** The message's moment since 1970. */
  readonly wallMs: number
}

/** What a channel's files hold. */
export interface Secrets {
  readonly url: string
  readonly token?: string
  readonly key?: string
}

/** A POST. */
export interface WebRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export function rendered(
  { title, body }: Pick<Channel, 'title' | 'body'>,
  message: Message,
  { hostname, wallMs }: Setting,
): Rendered {
  // prettier-ignore
  const at = new Date(wallMs)
  const fields: Record<MessageField, string> = {
    title: message.title,
    body: message.body,
    line: message.line ?? '',
    event: message.kind,
    host: hostname,
    time: `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`,
  }
  return { title: fillTemplate(title, fields), body: fillTemplate(body, fields) }
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** What a program reads on its standard input, and a webhook in its body. */
export const messageDocument = (
  message: Message,
  { title, body }: Rendered,
  { hostname, wallMs }: Setting,
): object => ({
  // prettier-ignore
  api: 'v1',
  kind: 'Message',
  time: new Date(wallMs).toISOString(),
  id: message.id,
  thread: message.thread,
  event: message.kind,
  tone: message.tone,
  ...(message.line !== undefined && { line: message.line }),
  hostname,
  title,
  body,
})

export function requestFor(
  { kind, chat }: { readonly kind: WebChannelKind; readonly chat?: string },
  message: Message,
  text: Rendered,
  setting: Setting,
  secrets: Secrets,
): WebRequest {
  const { url, headers = {}, body } = SERVICES[kind]({ message, text, setting, secrets, chat: chat ?? '' })
  const sent = JSON.stringify(body)
  return {
    url,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...headers,
      ...(secrets.key !== undefined && {
        'x-signature-256': `sha256=${createHmac('sha256', secrets.key).update(sent).digest('hex')}`,
      }),
    },
    body: sent,
  }
}

interface Content {
  readonly message: Message
  readonly text: Rendered
  readonly setting: Setting
  readonly secrets: Secrets
  readonly chat: string
}

interface Service {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: object
}

/** docs.ntfy.sh/publish, api.slack.com/messaging/webhooks, discord.com/developers, core.telegram.org/bots/api, gotify.net/docs/pushmsg */
const SERVICES: Readonly<Record<WebChannelKind, (content: Content) => Service>> = {
  ntfy: ({ message, text, secrets }) => {
    const url = new URL(secrets.url)
    const [, before = '/', topic = ''] = /^(.*\/)([^/]*)\/?$/.exec(url.pathname) ?? []
    url.pathname = before
    const { priority, tag } = NTFY[message.tone]
    return {
      url: url.href,
      headers: bearer(secrets),
      body: {
        topic: decodeURIComponent(topic),
        title: text.title,
        message: text.body,
        priority: message.urgent ? 5 : priority,
        tags: [tag],
      },
    }
  },
  slack: ({ text, secrets }) => ({
    url: secrets.url,
    body: { text: `*${forSlack(text.title)}*\n${forSlack(text.body)}` },
  }),
  discord: ({ message, text, secrets }) => ({
    url: secrets.url,
    body: {
      embeds: [{ title: text.title, description: text.body, color: COLOURS[message.tone] }],
      allowed_mentions: { parse: [] },
    },
  }),
  telegram: ({ message, text, secrets, chat }) => ({
    url: `${secrets.url.replace(/\/$/, '')}/bot${secrets.token ?? ''}/sendMessage`,
    body: {
      chat_id: chat,
      text: `${text.title}\n${text.body}`,
      disable_notification: message.tone !== 'bad',
    },
  }),
  gotify: ({ message, text, secrets }) => ({
    url: `${secrets.url.replace(/\/$/, '')}/message`,
    headers: { 'x-gotify-key': secrets.token ?? '' },
    body: {
      title: text.title,
      message: text.body,
      priority: message.urgent ? 9 : GOTIFY_PRIORITIES[message.tone],
    },
  }),
  webhook: ({ message, text, setting, secrets }) => ({
    url: secrets.url,
    headers: { ...bearer(secrets), 'x-message-id': message.id },
    body: messageDocument(message, text, setting),
  }),
}

const bearer = ({ token }: Secrets): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }

const NTFY: Readonly<Record<Tone, { readonly priority: number; readonly tag: string }>> = {
  bad: { priority: 4, tag: 'warning' },
  good: { priority: 3, tag: 'white_check_mark' },
  news: { priority: 3, tag: 'information_source' },
}

const GOTIFY_PRIORITIES: Readonly<Record<Tone, number>> = { bad: 7, good: 4, news: 4 }

/** Those of the states on the dashboard. */
const COLOURS: Readonly<Record<Tone, number>> = { bad: 0x7d0f2d, good: 0x0b7a75, news: 0x0b57d0 }

/** Signs that would make a link or call somebody. */
const forSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** What became of a request. */
export type Answer =
  | { readonly is: 'taken' }
  /** Another try may help. */
  | { readonly is: 'later'; readonly afterMs?: number }
  /** It would be said again each time. */
  | { readonly is: 'refused' }

/** @param retryAfter the header of that name */
export function answerOf(status: number, retryAfter?: string): Answer {
  if (status >= 200 && status < 300) return { is: 'taken' }
  if (status !== 408 && status !== 425 && status !== 429 && status < 500) return { is: 'refused' }
  const seconds = Number(retryAfter)
  return { is: 'later', ...(seconds > 0 && { afterMs: seconds * 1000 }) }
}

/** What others said, without what must stay between us. */
export const scrubbed = (text: string, { url, token, key }: Partial<Secrets>): string =>
  [url, token, key]
    .filter((secret) => secret !== undefined && secret !== '')
    .reduce<string>((said, secret) => said.replaceAll(secret ?? '', '…'), text)
