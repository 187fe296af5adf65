import { isMap } from 'yaml'
import { bracketed, fail, isLoopback, ok, parseAddress } from '../model/index.ts'
import type { ApiConfig, Config, Result } from '../model/index.ts'
import { API_DEFAULT, API_KEYS, TLS_KEYS } from './api-keys.ts'
import { readFields, readText, readTexts } from './node-reader.ts'
import type { Item, Reading, Written } from './node-reader.ts'
import { problem } from './problem.ts'
import type { Complaint, Problem } from './problem.ts'
import { quote } from './quote.ts'

type Door = Pick<ApiConfig, 'address' | 'port'>

export interface DraftApi {
  /** Absent: it is nowhere but on its Unix socket. */
  readonly listen?: Written<Door> | undefined
  readonly names: readonly Written<string>[]
  readonly tls?: NonNullable<ApiConfig['tls']> | undefined
}

/** `off`, where it listens, or a map. */
export function readApi(reading: Reading, item: Item): DraftApi | undefined {
  if (!isMap(item.node)) {
    const read = readText(reading, item, (text) => (text === 'off' ? ok(undefined) : door(text)))
    if (read === undefined) return undefined
    const { value, place } = read
    return { names: [], ...(value !== undefined && { listen: { value, place } }) }
  }
  const fields = readFields(reading, item, '"api"', API_KEYS)
  if (fields === undefined) return undefined
  const { listen, names, tls } = fields.items
  return {
    listen:
      listen === undefined ? { value: API_DEFAULT, place: item.place } : readText(reading, listen, door),
    names: names === undefined ? [] : readTexts(reading, names, hostName),
    tls: tls && readTls(reading, tls),
  }
}

function readTls(reading: Reading, item: Item): DraftApi['tls'] {
  const fields = readFields(reading, item, '"tls"', TLS_KEYS)
  if (fields === undefined) return undefined
  const [certificate, key] = [fields.items.certificate, fields.items.key]
  for (const name of ['certificate', 'key'] as const) {
    if (fields.items[name] !== undefined || fields.meant.has(name)) continue
    const label = `expected "${name}: /etc/multihomed/tls.${name === 'key' ? 'key' : 'crt'}" in it`
    reading.problems.push(problem('MH202', item.place, `"tls" has no "${name}"`, { label }))
  }
  const paths = {
    certificate: certificate && readText(reading, certificate, path)?.value,
    key: key && readText(reading, key, path)?.value,
  }
  return paths.certificate === undefined || paths.key === undefined
    ? undefined
    : { certificate: paths.certificate, key: paths.key }
}

/** @param draft absent: the file says nothing of it */
export function apiOf(draft: DraftApi | undefined): Pick<Config, 'api'> {
  if (draft === undefined) return { api: { ...API_DEFAULT, names: [] } }
  const { listen, names, tls } = draft
  if (listen === undefined) return {}
  return {
    api: { ...listen.value, names: names.map(({ value }) => value), ...(tls !== undefined && { tls }) },
  }
}

/** Whoever listens to the network could read the tokens. */
export function warnOfOpenApi({ listen, tls }: DraftApi): readonly Problem[] {
  if (listen === undefined || tls !== undefined) return []
  const { address, port } = listen.value
  if (address === 'localhost' || isLoopback(address)) return []
  return [
    problem('MH360', listen.place, `the API listens on ${bracketed(address)}:${port} without TLS`, {
      label: 'others on this network can read what is said, tokens too',
      help: 'add tls: { certificate: …, key: … }, or listen on localhost behind a proxy that has it',
    }),
  ]
}

type Parsed<T> = Result<T, Complaint>

const complain = (message: string, label: string, help?: string): Parsed<never> =>
  fail({ code: 'MH230', message, label, ...(help !== undefined && { help }) })

/** `localhost:8222`, `10.0.0.1:8222`, `[2001:db8::1]:8222` */
function door(text: string): Parsed<Door> {
  const [, bare, inBrackets, digits] = /^(?:([^:]*)|\[(.*)\]):(\d{1,5})$/.exec(text) ?? []
  const host = bare ?? inBrackets
  if (host === undefined || digits === undefined)
    return complain(
      `${quote(text)} names no place to listen at`,
      hintOf(text) ?? 'expected off, or an address with a port, such as localhost:8222',
    )
  const port = Number(digits)
  if (port < 1 || port > 65_535) return complain(`${digits} is no port`, 'expected one from 1 to 65535')
  const address = host === 'localhost' ? host : parseAddress(host)?.address
  return address === undefined
    ? complain(`${quote(host)} is no address`, 'expected localhost, or an address of this box')
    : ok({ address, port })
}

/** A port alone, or an address alone. */
function hintOf(text: string): string | undefined {
  if (/^(on|yes|true|auto)$/i.test(text)) return `did you mean localhost:${API_DEFAULT.port}?`
  if (/^\d{1,5}$/.test(text)) return `did you mean localhost:${text}?`
  const address = text === 'localhost' ? text : parseAddress(text.replace(/^\[|\]$/g, ''))?.address
  return address === undefined ? undefined : `did you mean ${bracketed(address)}:${API_DEFAULT.port}?`
}

/** RFC 1123, 2.1; in small letters, as it is compared. */
function hostName(text: string): Parsed<string> {
  const name = text.toLowerCase()
  return /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(name)
    ? ok(name)
    : complain(`${quote(text)} is no name of a host`, 'expected one such as router.lan, without a port')
}

const path = (text: string): Parsed<string> =>
  /^\/[^\0]*[^/\0]$/.test(text) ? ok(text) : complain(`${quote(text)} is no absolute path of a file`, 'expected one that begins with a slash') // prettier-ignore
