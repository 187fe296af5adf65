import { isMap, isScalar } from 'yaml'
import { containsAddress, fail, ok, parseAddress, PROBE_PORTS } from '../model/index.ts'
import type { Prefix, ProbeTarget, Result } from '../model/index.ts'
import { specialUse } from './addresses.ts'
import { nearest } from './nearest.ts'
import { readFields, readNumber, readText } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { DNS_TARGET_KEYS, PAGE_TARGET_KEYS } from './policy-keys.ts'
import { problem } from './problem.ts'
import type { Complaint } from './problem.ts'
import { quote } from './quote.ts'

type Parsed<T> = Result<T, Complaint>
type Page = Extract<ProbeTarget, { kind: 'http' | 'https' }>
type Resolver = Extract<ProbeTarget, { kind: 'dns' }>

const KINDS = ['icmp', 'dns', 'tcp'] as const

/** What others call a kind. */
const KIND_ELSEWHERE: ReadonlyMap<string, (typeof KINDS)[number]> = new Map([
  ['ping', 'icmp'],
  ['echo', 'icmp'],
  ['resolver', 'dns'],
  ['udp', 'dns'],
  ['connect', 'tcp'],
  ['syn', 'tcp'],
])

/** As text, or as a map where something is asked of the answer. */
export function readTarget(reading: Reading, item: Item): Written<ProbeTarget> | undefined {
  const { node } = item
  if (!isMap(node)) return readText(reading, item, target)
  const keys = node.items.flatMap(({ key }) => (isScalar(key) ? String(key.value).toLowerCase() : []))
  const pageKeys = ['url', ...PAGE_TARGET_KEYS.url.elsewhere]
  return keys.some((key) => pageKeys.includes(key)) ? readPage(reading, item) : readResolver(reading, item)
}

/** `icmp/1.1.1.1`, `dns/2620:fe::9`, `tcp/9.9.9.9:443`, `dns/[2620:fe::9]:5353`, `https://example.org/alive` */
export function target(text: string): Parsed<ProbeTarget> {
  if (/^https?:/i.test(text)) return page(text)
  const [, typed = '', rest = ''] = /^([a-z0-9]+)\/(.*)$/is.exec(text) ?? []
  const kind = KINDS.find((one) => one === typed)
  if (kind === undefined) return fail(noTarget(text, typed.toLowerCase(), rest))
  const end = endpoint(rest, text)
  if (!end.ok) return end
  const [, host = '', port = ''] = kind === 'icmp' ? [] : (/^([^[]*:.*):(\d+)$/.exec(rest) ?? [])
  // 2001:db8::1:443 is another host than [2001:db8::1]:443, and hardly the one that is meant.
  if (USUAL_PORTS.has(port) && parseAddress(host) !== undefined) {
    const label = `"${kind}/[${host}]:${port}" or "${kind}/[${rest}]"`
    return fail({ code: 'MH215', message: `${quote(text)} may end in a port or not`, label })
  }
  if (kind === 'icmp' && end.value.port !== undefined) {
    const label = `did you mean "icmp/${end.value.address}" or "tcp/${rest}"?`
    return fail({ code: 'MH215', message: `${quote(text)} has a port, and ICMP has none`, label })
  }
  return ok({ kind, ...end.value })
}

const USUAL_PORTS = new Set(Object.values(PROBE_PORTS).map(String))

interface Endpoint {
  readonly address: string
  readonly port?: number
}

/** An address of somebody out there, of IPv6 in brackets where a port follows. @param text to be quoted, with what is around it */
function endpoint(written: string, text = written): Parsed<Endpoint> {
  const [, ipv6, ipv4 = '', typedPort] =
    /^(?:\[([^\]]*:[^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(written) ?? []
  const address = parseAddress(ipv6 ?? ipv4) ?? parseAddress(written)
  if (address === undefined) {
    return fail({
      code: 'MH215',
      message: `${quote(text)} has no address`,
      label: 'expected an address, such as 9.9.9.9',
      ...(/[a-z]/i.test(written) && { why: 'a name would have to be asked for first; a page may have one' }),
    })
  }
  const special = notOnTheInternet(address.address)
  if (special !== undefined)
    return fail({
      code: 'MH215',
      message: `${quote(text)} is ${special}`,
      label: 'expected the address of a host',
    })
  const port = typedPort === undefined ? undefined : Number(typedPort)
  if (port !== undefined && (port < 1 || port > 65_535))
    return fail({ code: 'MH215', message: `${quote(text)} has no such port`, label: 'expected 1 to 65535' })
  return ok({ address: address.address, ...(port !== undefined && { port }) })
}

const OF_THE_LINK: Prefix = { family: 'ipv6', address: 'fe80::', length: 10 }

/** Completes "it is". */
const notOnTheInternet = (address: string): string | undefined =>
  specialUse(address) ?? (containsAddress(OF_THE_LINK, address) ? 'good on one link only' : undefined)

/** The same in other words, or another kind. */
function noTarget(text: string, kind: string, rest: string): Complaint {
  const message = `${quote(text)} is not whom to ask, and how`
  if (kind === 'arp' || kind === 'ndp') {
    const why = 'a neighbour says nothing of the Internet; the gateway is asked by itself'
    return { code: 'MH215', message: `${quote(text)} asks a neighbour`, label: 'leave it out', why }
  }
  const [, word = kind, address = rest] = /^([a-z]+)\s*:(?:\/\/)?\s*(\S+)$/i.exec(text.slice(0, 80)) ?? []
  const meant = KIND_ELSEWHERE.get(word.toLowerCase()) ?? nearest(word, KINDS)
  if (meant !== undefined && target(`${meant}/${address}`).ok)
    return { code: 'MH215', message, label: `did you mean "${meant}/${address}"?` }
  const bare = endpoint(text)
  if (bare.ok) {
    const label = bare.value.port === undefined ? `"icmp/${text}" or "dns/${text}"` : `"tcp/${text}"`
    return { code: 'MH215', message, label: `did you mean ${label}?` }
  }
  if (page(`https://${text}`).ok && text.includes('.'))
    return { code: 'MH215', message, label: `did you mean ${quote(`https://${text}`)}?` }
  return {
    code: 'MH215',
    message,
    label: 'expected one such as icmp/1.1.1.1, dns/8.8.8.8 or https://example.org',
  }
}

function readResolver(reading: Reading, item: Item): Written<Resolver> | undefined {
  const fields = readFields(reading, item, 'a target', DNS_TARGET_KEYS)
  if (fields === undefined) return undefined
  const { dns, name, expect } = fields.items
  if (dns === undefined && !fields.meant.has('dns')) {
    const label = 'expected "dns: ADDRESS" or "url: https://…" in it'
    const help = 'other kinds are written as text: icmp/1.1.1.1, tcp/9.9.9.9:443'
    reading.problems.push(
      problem('MH202', item.place, 'a target has neither "dns" nor "url"', { label, help }),
    )
  }
  if (expect !== undefined && name === undefined && !fields.meant.has('name')) {
    const label = 'expected "name: NAME" beside it'
    reading.problems.push(problem('MH202', expect.place, '"expect" is no answer without a "name"', { label }))
  }
  const server = dns && readText(reading, dns, (text) => endpoint(text))
  const asked = name && readText(reading, name, hostName)
  const answer = expect && readText(reading, expect, answerAddress)
  const isWhole =
    (name === undefined) === (asked === undefined) && (expect === undefined) === (answer === undefined)
  if (server === undefined || !isWhole) return undefined
  return {
    value: {
      kind: 'dns',
      ...server.value,
      ...(asked && { name: asked.value }),
      ...(answer && { expect: answer.value }),
    },
    place: item.place,
  }
}

function readPage(reading: Reading, item: Item): Written<Page> | undefined {
  const fields = readFields(reading, item, 'a target', PAGE_TARGET_KEYS)
  if (fields === undefined) return undefined
  const { url, status, body } = fields.items
  const where = url && readText(reading, url, page)
  const wanted = status && readNumber(reading, status, httpStatus)
  const text = body && readText(reading, body, pageText)
  const isWhole =
    (status === undefined) === (wanted === undefined) && (body === undefined) === (text === undefined)
  if (where === undefined || !isWhole) return undefined
  return {
    value: { ...where.value, ...(wanted && { status: wanted.value }), ...(text && { body: text.value }) },
    place: item.place,
  }
}

function page(text: string): Parsed<Page> {
  const complain = (
    message: string,
    label = 'expected one such as https://example.org/alive',
  ): Parsed<Page> => fail({ code: 'MH215', message: `${quote(text)} ${message}`, label })
  const [, scheme, typedHost = ''] =
    /^(https?):\/\/(\[[^\s/?#@\\]*\]|[^\s/:?#@\\]+)[^\s@\\]*$/.exec(text) ?? []
  const url = URL.parse(text)
  if (/^https?:\/\/[^/]*@/.test(text))
    return complain('has a password or a name of a user, which is not sent')
  if (scheme === undefined || url === null) return complain('is no address of a page')
  if (url.hash !== '') return complain('has a part behind a #, which no server sees', 'leave that part out')
  const address = parseAddress(url.hostname.replaceAll(/^\[|\]$/g, ''))
  // 1.1 would be 1.0.0.1, and 0x7f000001 this box.
  if (address?.family === 'ipv4' && address.address !== typedHost)
    return complain(
      `would be a page of ${address.address}`,
      'expected an address as one writes it, or a name',
    )
  const special = address && notOnTheInternet(address.address)
  if (special !== undefined) return complain(`is ${special}`)
  if (url.port === '0') return complain('has no such port', 'expected 1 to 65535')
  return ok({
    kind: scheme === 'http' ? 'http' : 'https',
    host: address?.address ?? url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname + url.search,
  })
}

function hostName(text: string): Parsed<string> {
  const labels = text.replace(/\.$/, '').split('.')
  const isName = text.length <= 253 && labels.every((label) => /^[\w-]{1,63}$/.test(label))
  // An address is no name, and nobody has one for it.
  if (isName && /[a-z]/i.test(text)) return ok(text)
  const label = 'expected one such as example.org'
  return fail({ code: 'MH215', message: `${quote(text)} is not the name of a host`, label })
}

function answerAddress(text: string): Parsed<string> {
  const address = parseAddress(text)
  if (address !== undefined) return ok(address.address)
  const label = 'expected one such as 192.0.2.1'
  return fail({ code: 'MH215', message: `${quote(text)} is no address`, label })
}

function httpStatus(value: number, source: string): Parsed<number> {
  if (Number.isInteger(value) && value >= 100 && value <= 599) return ok(value)
  const message = `${quote(source).slice(1, -1)} is no status of HTTP`
  return fail({ code: 'MH210', message, label: 'expected a whole number from 100 to 599' })
}

const pageText = (text: string): Parsed<string> =>
  text === ''
    ? fail({
        code: 'MH215',
        message: 'every page has the empty text',
        label: 'expected some text, or leave it out',
      })
    : ok(text)
