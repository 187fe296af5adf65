import { isScalar } from 'yaml'
import { fail, ok, parseTemplate } from '../model/index.ts'
import type { Channel, ChannelEnd, ChannelKind, MailSecurity, MessageKind, NotifyConfig, QuietHours, Result, SecretSource, Template } from '../model/index.ts' // prettier-ignore
import { readRun } from './hooks.ts'
import { nearest } from './nearest.ts'
import {
  itemOf,
  readAmount,
  readChoice,
  readEntries,
  readFields,
  readList,
  readText,
  readTexts,
} from './node-reader.ts'
import type { Entry, Fields, Item, Reading } from './node-reader.ts'
import {
  AFTER_BOUNDS,
  CHANNEL_KEYS,
  CHANNEL_NEEDS,
  CHANNEL_WORDS,
  MESSAGE_WORDS,
  NOTIFY_KEYS,
  USUAL_MESSAGES,
} from './notify-keys.ts'
import type { OwnKey } from './notify-keys.ts'
import { MESSAGE_FIELDS } from '../model/index.ts'
import { placeOf, problem } from './problem.ts'
import type { Complaint } from './problem.ts'
import { duration } from './quantities.ts'
import { quote } from './quote.ts'

const DEFAULT_AFTER_MS = 30_000

const KIND_ELSEWHERE: ReadonlyMap<string, ChannelKind> = new Map([
  ['exec', 'command'],
  ['script', 'command'],
  ['program', 'command'],
  ['run', 'command'],
  ['http', 'webhook'],
  ['https', 'webhook'],
  ['json', 'webhook'],
  ['mattermost', 'slack'],
  ['mail', 'email'],
  ['smtp', 'email'],
])

const MESSAGE_ELSEWHERE: ReadonlyMap<string, MessageKind> = new Map([
  ['up', 'down'],
  ['back', 'down'],
  ['failover', 'down'],
  ['online', 'offline'],
  ['outage', 'offline'],
  ['flap', 'flapping'],
  ['slow', 'degraded'],
  ['lossy', 'degraded'],
  ['start', 'restart'],
  ['started', 'restart'],
])

export function readNotify(reading: Reading, item: Item): NotifyConfig | undefined {
  const fields = readFields(reading, item, 'notify', NOTIFY_KEYS)
  if (fields === undefined) return undefined
  const { channels, on, after, quiet } = fields.items
  if (channels === undefined && !fields.meant.has('channels')) {
    const label = 'expected "channels: { NAME: { kind: ntfy, url: … } }" in it'
    reading.problems.push(problem('MH202', item.place, 'notify has no "channels"', { label }))
  }
  const read = channels === undefined ? [] : readChannels(reading, channels)
  const limit = after && readAmount(reading, after, (text) => duration(text, AFTER_BOUNDS))
  const hours = quiet && readText(reading, quiet, quietHours)
  return {
    channels: read,
    on: on === undefined ? USUAL_MESSAGES : readKinds(reading, on),
    afterMs: limit?.value ?? DEFAULT_AFTER_MS,
    ...(hours === undefined ? {} : { quiet: hours.value }),
  }
}

function readChannels(reading: Reading, item: Item): readonly Channel[] {
  const entries = readEntries(reading, item) ?? []
  const seen = new Map<string, Entry>()
  return entries.flatMap((entry) => {
    const first = seen.get(entry.name)
    if (first !== undefined) {
      const related = { place: first.key, label: 'first written here' }
      reading.problems.push(
        problem('MH201', entry.key, `${quote(entry.name)} is written twice`, { label: 'keep one of the two', related }), // prettier-ignore
      )
      return []
    }
    seen.set(entry.name, entry)
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(entry.name)) {
      const label = 'expected up to 32 letters, digits, - and _, beginning with a letter or a digit'
      reading.problems.push(problem('MH224', entry.key, `${quote(entry.name)} is no name for a channel`, { label })) // prettier-ignore
      return []
    }
    return readChannel(reading, entry) ?? []
  })
}

function readChannel(reading: Reading, { name, key, node }: Entry): Channel | undefined {
  const item = itemOf(reading, node, quote(name), NOTIFY_KEYS.channels.expects, key)
  const fields = readFields(reading, item, 'a channel', CHANNEL_KEYS)
  if (fields === undefined) return undefined
  const { kind, title, body } = fields.items
  if (kind === undefined) {
    if (!fields.meant.has('kind')) {
      const label = `expected "kind: ${CHANNEL_WORDS.join(' | ')}" in it`
      reading.problems.push(problem('MH202', item.place, `${quote(name)} has no "kind"`, { label }))
    }
    return undefined
  }
  const chosen = readChoice(reading, kind, CHANNEL_WORDS, KIND_ELSEWHERE)?.value
  const head = title && readText(reading, title, template)
  const rest = body && readText(reading, body, template)
  if (chosen === undefined) return undefined
  const isWhole = hasItsKeys(reading, { name, kind: chosen, item, fields })
  const end = readEnd(reading, chosen, fields)
  if (!isWhole || end === undefined) return undefined
  return {
    name,
    ...end,
    title: head?.value ?? [{ field: 'title' }],
    body: rest?.value ?? [{ field: 'body' }],
    place: placeOf(key),
  }
}

interface Owner {
  readonly name: string
  readonly kind: ChannelKind
  readonly item: Item
  readonly fields: Fields<keyof typeof CHANNEL_KEYS>
}

/** What is missing, and what is there for nothing, is told. */
function hasItsKeys(reading: Reading, { name, kind, item, fields }: Owner): boolean {
  const { needs, takes }: { needs: readonly (readonly OwnKey[])[]; takes: readonly OwnKey[] } =
    CHANNEL_NEEDS[kind]
  const found = (key: OwnKey): boolean => fields.keys[key] !== undefined || fields.meant.has(key)
  let isWhole = true
  for (const oneOf of needs) {
    if (oneOf.some(found)) continue
    isWhole = false
    const label = `expected "${oneOf.join(': …" or "')}: …" in it`
    const message = `${quote(name)} has no "${oneOf.join('" or "')}", which ${kind} needs`
    reading.problems.push(problem('MH202', item.place, message, { label }))
  }
  const mine = new Set<string>([...needs.flat(), ...takes, 'kind', 'title', 'body'])
  for (const [key, place] of Object.entries(fields.keys)) {
    if (mine.has(key)) continue
    isWhole = false
    const label = `expected ${[...mine].join(', ')}`
    reading.problems.push(problem('MH203', place, `"${key}" is not a key of a channel of ${kind}`, { label }))
  }
  const { url, urlFile } = fields.keys
  if (url !== undefined && urlFile !== undefined && mine.has('url')) {
    isWhole = false
    const related = { place: url, label: 'the address itself' }
    const details = { label: 'keep one of the two', related }
    reading.problems.push(problem('MH201', urlFile, `${quote(name)} has both "url" and "urlFile"`, details))
  }
  return isWhole
}

const TELEGRAM = 'https://api.telegram.org'

/** `undefined`: it was told why, or what it needs is missing. */
function readEnd(
  reading: Reading,
  kind: ChannelKind,
  { items }: Fields<keyof typeof CHANNEL_KEYS>,
): ChannelEnd | undefined {
  const secret = (item: Item | undefined): SecretSource | undefined =>
    item && readText(reading, item, secretSource)?.value
  const url = items.url && readText(reading, items.url, webAddress)?.value
  const urlFile = secret(items.urlFile)
  const token = secret(items.tokenFile)
  const key = secret(items.keyFile)
  const chat = items.chat && readChat(reading, items.chat)
  const run = items.run && readRun(reading, items.run)
  if (kind === 'email') return readMail(reading, items)
  if (kind === 'command') return run && { kind, run }
  const address =
    urlFile !== undefined
      ? { urlFile }
      : url !== undefined
        ? { url }
        : kind === 'telegram' && items.url === undefined
          ? { url: TELEGRAM }
          : undefined
  return (
    address && {
      kind,
      address,
      ...(token === undefined ? {} : { token }),
      ...(key === undefined ? {} : { key }),
      ...(chat === undefined ? {} : { chat }),
    }
  )
}

function readMail(
  reading: Reading,
  items: Fields<keyof typeof CHANNEL_KEYS>['items'],
): ChannelEnd | undefined {
  const server = items.server && readText(reading, items.server, mailServer)?.value
  const security =
    items.security && readChoice(reading, items.security, SECURITIES, SECURITY_ELSEWHERE)?.value
  const from = items.from && readText(reading, items.from, mailAddress)?.value
  const to = items.to === undefined ? [] : readTexts(reading, items.to, mailAddress)
  const user = items.user && readText(reading, items.user, (text) => ok(text))?.value
  const password = items.passwordFile && readText(reading, items.passwordFile, secretSource)?.value
  const [one, other] = items.user === undefined ? (['passwordFile', 'user'] as const) : (['user', 'passwordFile'] as const) // prettier-ignore
  const alone = items.user === undefined ? items.passwordFile : items.passwordFile === undefined && items.user
  if (alone) {
    const label = `expected "${other}: …" beside it`
    reading.problems.push(problem('MH202', alone.place, `"${one}" is nothing without "${other}"`, { label }))
  }
  if (items.passwordFile !== undefined && security === 'off') {
    const label = 'expected security: starttls or tls'
    reading.problems.push(
      problem('MH226', items.passwordFile.place, 'a password would be sent for everybody to read', { label }),
    )
  }
  if (server === undefined || from === undefined || to.length === 0) return undefined
  const usual = security ?? (server.port === TLS_PORT ? 'tls' : 'starttls')
  return {
    kind: 'email',
    server: {
      host: server.host,
      port: server.port ?? (usual === 'tls' ? TLS_PORT : SUBMISSION_PORT),
      security: usual,
    },
    from,
    to: to.map(({ value }) => value),
    ...(user !== undefined && password !== undefined && { login: { user, password } }),
  }
}

/** RFC 8314 */
const TLS_PORT = 465
const SUBMISSION_PORT = 587

const SECURITIES = ['starttls', 'tls', 'off'] as const satisfies readonly MailSecurity[]

const SECURITY_ELSEWHERE: ReadonlyMap<string, MailSecurity> = new Map([
  ['ssl', 'tls'],
  ['on', 'starttls'],
  ['true', 'starttls'],
  ['none', 'off'],
  ['false', 'off'],
])

function readChat(reading: Reading, item: Item): string | undefined {
  const { node } = item
  // A number as one copies it, with the minus of a group.
  if (isScalar(node) && typeof node.value === 'number') return node.source ?? String(node.value)
  return readText(reading, item, (text) =>
    text.trim() === ''
      ? fail({ code: 'MH202', message: '"chat" is empty', label: `expected ${CHANNEL_KEYS.chat.expects}` })
      : ok(text),
  )?.value
}

function readKinds(reading: Reading, item: Item): readonly MessageKind[] {
  const nodes = readList(reading, item) ?? []
  const kinds = nodes.flatMap((node) => {
    const expects = `one of ${MESSAGE_WORDS.join(', ')}`
    const entry = itemOf(reading, node, 'an entry of "on"', expects, item.place)
    return readChoice(reading, entry, MESSAGE_WORDS, MESSAGE_ELSEWHERE)?.value ?? []
  })
  return [...new Set(kinds)]
}

type Parsed<T> = Result<T, Complaint>

function template(text: string): Parsed<Template> {
  const parsed = parseTemplate(text)
  if (parsed.ok) return parsed
  const fields = Object.keys(MESSAGE_FIELDS)
  if (parsed.error === '') {
    const label = 'a brace itself is written twice: {{'
    return fail({ code: 'MH220', message: `${quote(text)} has a brace that is alone`, label })
  }
  const near = nearest(parsed.error, fields)
  return fail({
    code: 'MH220',
    message: `${quote(`{${parsed.error}}`)} is no field of a message`,
    label: near === undefined ? `expected {${fields.join('}, {')}}` : `did you mean {${near}}?`,
  })
}

/** It is not quoted: who sees the message could use the channel. */
function webAddress(text: string): Parsed<string> {
  const refuse = (message: string, label: string): Parsed<never> => fail({ code: 'MH221', message, label })
  const url = URL.canParse(text) ? new URL(text) : undefined
  const usual = 'expected one such as https://ntfy.sh/TOPIC'
  if (url === undefined || /\s/.test(text)) return refuse('this is no address', usual)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return refuse('the address is neither one of HTTPS nor of HTTP', usual)
  if (url.username !== '' || url.password !== '')
    return refuse(
      'the address has a name or a password in it',
      'expected it without; a token stands in tokenFile',
    )
  return ok(text)
}

function secretSource(text: string): Parsed<SecretSource> {
  if (/^\/\S*[^/]$/.test(text) || /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(text)) return ok(text)
  return fail({
    code: 'MH225',
    message: 'this is neither the absolute path of a file nor the name of a credential',
    label: 'expected one such as /etc/multihomed/ntfy.token',
    why: 'the file of the configuration is read and shown by many; a secret stands in one of its own',
  })
}

function mailServer(text: string): Parsed<{ host: string; port?: number }> {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = bracketed ?? plain
  const port = digits === undefined ? undefined : Number(digits)
  if (host !== undefined && (port === undefined || (port > 0 && port < 65_536)))
    return ok({ host, ...(port !== undefined && { port }) })
  return fail({
    code: 'MH221',
    message: `${quote(text)} is no mail server`,
    label: 'expected one such as smtp.example.org:587',
  })
}

/** No spaces and no line ends: it comes to stand in a command of SMTP. */
const mailAddress = (text: string): Parsed<string> =>
  /^[^\s@<>,;:"()[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text)
    ? ok(text)
    : fail({
        code: 'MH221',
        message: `${quote(text)} is no mail address`,
        label: 'expected one such as admin@example.org',
      })

function quietHours(text: string): Parsed<QuietHours> {
  const [, ...parts] = /^([01]?\d|2[0-3]):([0-5]\d) ?- ?([01]?\d|2[0-4]):([0-5]\d)$/.exec(text) ?? []
  const [fromHour = NaN, from = NaN, toHour = NaN, to = NaN] = parts.map(Number)
  const fromMinute = fromHour * 60 + from
  const toMinute = (toHour * 60 + to) % DAY_MINUTES
  if (parts.length > 0 && fromMinute !== toMinute && toHour * 60 + to <= DAY_MINUTES)
    return ok({ fromMinute, toMinute })
  return fail({
    code: 'MH223',
    message: `${quote(text)} is not from one time of day to another`,
    label: 'expected 22:00-07:00',
  })
}

const DAY_MINUTES = 1440
