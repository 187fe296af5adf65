import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { parseTemplate, type WebChannelKind } from '../model/index.ts'
import type { Message } from './message.ts'
import { answerOf, rendered, requestFor, scrubbed, type Secrets } from './request.ts'

const MESSAGE: Message = {
  id: 's-1',
  thread: 's-1',
  kind: 'down',
  tone: 'bad',
  line: 'lte',
  atMs: 0,
  title: 'lte is down',
  body: 'Since 14:02:11 <b> & more.',
  urgent: false,
}

const SETTING = { hostname: 'router1', wallMs: Date.UTC(2026, 10, 22, 14, 2, 11) }

const TEXT = { title: MESSAGE.title, body: MESSAGE.body }

const requested = (kind: WebChannelKind, secrets: Secrets, chat = '') => {
  const { url, headers, body } = requestFor({ kind, chat }, MESSAGE, TEXT, SETTING, secrets)
  return { url, headers, body: JSON.parse(body) as Record<string, unknown> }
}

test('ntfy is sent JSON at its root, with the topic of the address and the token in a header', () => {
  const { url, headers, body } = requested('ntfy', { url: 'https://ntfy.example/sub/top%20ic', token: 'tk' })
  assert.equal(url, 'https://ntfy.example/sub/')
  assert.equal(headers['authorization'], 'Bearer tk')
  assert.deepEqual(body, {
    topic: 'top ic',
    title: TEXT.title,
    message: TEXT.body,
    priority: 4,
    tags: ['warning'],
  })
})

test('Slack is sent text in which nothing is a link', () => {
  const { url, body } = requested('slack', { url: 'https://hooks.slack.example/T/B/x' })
  assert.equal(url, 'https://hooks.slack.example/T/B/x')
  assert.deepEqual(body, { text: '*lte is down*\nSince 14:02:11 &lt;b&gt; &amp; more.' })
})

test('Discord is sent a coloured embed that calls nobody', () => {
  const { body } = requested('discord', { url: 'https://discord.example/api/webhooks/1/x' })
  assert.deepEqual(body['allowed_mentions'], { parse: [] })
  assert.deepEqual(body['embeds'], [{ title: TEXT.title, description: TEXT.body, color: 0x7d0f2d }])
})

test('Telegram is asked by the token of the bot, and rings for bad news alone', () => {
  const { url, body } = requested('telegram', { url: 'https://api.telegram.org', token: '1:abc' }, '-100')
  assert.equal(url, 'https://api.telegram.org/bot1:abc/sendMessage')
  assert.deepEqual(body, {
    chat_id: '-100',
    text: `${TEXT.title}\n${TEXT.body}`,
    disable_notification: false,
  })
})

test('Gotify is sent a message with the token of the application', () => {
  const { url, headers, body } = requested('gotify', { url: 'https://gotify.example/', token: 'A' })
  assert.equal(url, 'https://gotify.example/message')
  assert.equal(headers['x-gotify-key'], 'A')
  assert.deepEqual(body, { title: TEXT.title, message: TEXT.body, priority: 7 })
})

test('a webhook is sent everything, signed so that the receiver knows who wrote it', () => {
  const request = requestFor({ kind: 'webhook' }, MESSAGE, TEXT, SETTING, {
    url: 'https://a.example/',
    key: 'k',
  })
  const hmac = createHmac('sha256', 'k').update(request.body).digest('hex')
  assert.equal(request.headers['x-signature-256'], `sha256=${hmac}`)
  assert.equal(request.headers['x-message-id'], 's-1')
  assert.deepEqual(JSON.parse(request.body), {
    api: 'v1',
    kind: 'Message',
    time: '2026-11-22T14:02:11.000Z',
    id: 's-1',
    thread: 's-1',
    event: 'down',
    tone: 'bad',
    line: 'lte',
    hostname: 'router1',
    ...TEXT,
  })
})

const templateOf = (text: string) => {
  const parsed = parseTemplate(text)
  assert.ok(parsed.ok, text)
  return parsed.value
}

test('a template is filled with its fields, and a brace that is written twice is one', () => {
  const channel = { title: templateOf('[{host}] {title}'), body: templateOf('{{{line}}} {event}: {body}') }
  assert.deepEqual(rendered(channel, MESSAGE, SETTING), {
    title: '[router1] lte is down',
    body: `{lte} down: ${TEXT.body}`,
  })
})

test('a field that there is none of is named, a brace that is alone is not taken', () => {
  assert.deepEqual(parseTemplate('a {titel} b'), { ok: false, error: 'titel' })
  assert.deepEqual(parseTemplate('a } b'), { ok: false, error: '' })
})

const ANSWERS = [
  [200, undefined, { is: 'taken' }],
  [204, undefined, { is: 'taken' }],
  [301, undefined, { is: 'refused' }],
  [401, undefined, { is: 'refused' }],
  [429, '30', { is: 'later', afterMs: 30_000 }],
  [503, undefined, { is: 'later' }],
] as const

for (const [status, retryAfter, answer] of ANSWERS) {
  test(`HTTP ${status} is ${answer.is}`, () => assert.deepEqual(answerOf(status, retryAfter), answer))
}

test('what a receiver repeats of a secret is shown to nobody', () => {
  assert.equal(
    scrubbed('no such bot 1:abc at https://a/b', { url: 'https://a/b', token: '1:abc' }),
    'no such bot … at …',
  )
})
