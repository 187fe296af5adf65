/**
 * Where metrics are pushed to, by the environment variables that every program with OpenTelemetry reads
 * (opentelemetry.io/docs/specs/otel/protocol/exporter and …/configuration/sdk-environment-variables). Pure.
 */
import { fail, ok, type Result } from '../model/index.ts'

export interface OtlpSettings {
  readonly url: string
  /** May be secret. */
  readonly headers: Readonly<Record<string, string>>
  readonly everyMs: number
  readonly timeoutMs: number
  /** What says who tells it. */
  readonly resource: Readonly<Record<string, string>>
}

type Env = Readonly<Record<string, string | undefined>>

/** Looked at before anything of this is loaded. */
export const isOtlpWished = (env: Env): boolean =>
  (said(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? said(env, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT')) !==
    undefined &&
  said(env, 'OTEL_SDK_DISABLED')?.toLowerCase() !== 'true' &&
  (said(env, 'OTEL_METRICS_EXPORTER') ?? 'otlp').split(',').includes('otlp')

/** @returns why nothing is pushed, as a sentence without its end; of what may be secret only the name */
export function otlpSettings(env: Env): Result<OtlpSettings, string> {
  const protocol = forMetrics(env, 'PROTOCOL') ?? SPOKEN
  if (protocol.value !== SPOKEN.value)
    return fail(`${protocol.name}=${protocol.value}: only ${SPOKEN.value} is spoken here, which a collector takes at its port for HTTP (4318)`) // prettier-ignore
  const url = urlOf(env)
  if (!url.ok) return url
  const everyMs = milliseconds(env, { name: 'OTEL_METRIC_EXPORT_INTERVAL' }, 60_000)
  if (!everyMs.ok) return everyMs
  const timeoutMs = milliseconds(env, forMetrics(env, 'TIMEOUT'), 10_000)
  if (!timeoutMs.ok) return timeoutMs
  const headers = pairs(forMetrics(env, 'HEADERS'))
  if (!headers.ok) return headers
  const attributes = pairs(named(env, 'OTEL_RESOURCE_ATTRIBUTES'))
  if (!attributes.ok) return attributes
  const service = said(env, 'OTEL_SERVICE_NAME')
  return ok({
    url: url.value,
    headers: headers.value,
    everyMs: everyMs.value,
    timeoutMs: timeoutMs.value,
    resource: {
      'service.name': 'multihomed',
      ...attributes.value,
      ...(service !== undefined && { 'service.name': service }),
    },
  })
}

interface Setting {
  readonly name: string
  readonly value: string
}

/** An official encoder of the others is tens of megabytes (docs/decisions/0038). */
const SPOKEN: Setting = { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/json' }

/** Empty is as if it were not there. */
const said = (env: Env, name: string): string | undefined => env[name]?.trim() || undefined

function named(env: Env, name: string): Setting | undefined {
  const value = said(env, name)
  return value === undefined ? undefined : { name, value }
}

/** What is said about metrics alone comes before what is said about everything. */
const forMetrics = (env: Env, what: string): Setting | undefined =>
  named(env, `OTEL_EXPORTER_OTLP_METRICS_${what}`) ?? named(env, `OTEL_EXPORTER_OTLP_${what}`)

function urlOf(env: Env): Result<string, string> {
  const whole = named(env, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT')
  const { name, value } = whole ?? { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: said(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? '' } // prettier-ignore
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    return fail(`${name} is no address of HTTP or HTTPS`)
  if (whole === undefined) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/metrics`
  return ok(url.href)
}

function milliseconds(
  env: Env,
  setting: { readonly name: string } | undefined,
  usual: number,
): Result<number, string> {
  const text = setting === undefined ? undefined : said(env, setting.name)
  if (setting === undefined || text === undefined) return ok(usual)
  return /^\d{1,9}$/.test(text) && Number(text) >= LEAST_MS
    ? ok(Number(text))
    : fail(`${setting.name}=${text} is no number of milliseconds from ${LEAST_MS}`)
}

const LEAST_MS = 100

/** `key=value,key=value`, with values as in an address (%20). */
function pairs(setting: Setting | undefined): Result<Readonly<Record<string, string>>, string> {
  if (setting === undefined) return ok({})
  const read: Record<string, string> = {}
  for (const part of setting.value.split(',').filter((text) => text.trim() !== '')) {
    const at = part.indexOf('=')
    const [key, value] = [decoded(part.slice(0, Math.max(at, 0))), decoded(part.slice(at + 1))]
    if (at < 1 || key === undefined || value === undefined)
      return fail(`${setting.name} is no list of key=value, with commas between them`)
    read[key] = value
  }
  return ok(read)
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return undefined
  }
}
