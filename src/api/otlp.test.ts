import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VALUES } from './examples.ts'
import { METRICS } from './metrics.ts'
import { otlpDocument } from './otlp-document.ts'
import { isOtlpWished, otlpSettings } from './otlp-settings.ts'

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }

const WISHED: readonly (readonly [string, Record<string, string>, boolean])[] = [
  ['nothing is said', {}, false],
  ['an endpoint', ENDPOINT, true],
  ['one for metrics alone', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318/m' }, true],
  ['an empty one', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, false],
  ['all of it is switched off', { ...ENDPOINT, OTEL_SDK_DISABLED: 'True' }, false],
  ['metrics are switched off', { ...ENDPOINT, OTEL_METRICS_EXPORTER: 'none' }, false],
  ['metrics go to several', { ...ENDPOINT, OTEL_METRICS_EXPORTER: 'prometheus,otlp' }, true],
]
for (const [name, env, wished] of WISHED)
  test(`${wished ? 'pushed' : 'not pushed'}: ${name}`, () => assert.equal(isOtlpWished(env), wished))

const REFUSED: readonly (readonly [Record<string, string>, RegExp])[] = [
  [
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    /^OTEL_EXPORTER_OTLP_PROTOCOL=grpc: only http\/json is spoken here/,
  ],
  [
    { OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' },
    /^OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http\/protobuf: only/,
  ],
  [
    { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'collector:4318' },
    /^OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is no address/,
  ],
  [
    { OTEL_METRIC_EXPORT_INTERVAL: '1 minute' },
    /^OTEL_METRIC_EXPORT_INTERVAL=1 minute is no number of milliseconds/,
  ],
  [{ OTEL_METRIC_EXPORT_INTERVAL: '0' }, /from 100$/],
  [
    { OTEL_EXPORTER_OTLP_HEADERS: 'secret' },
    /^OTEL_EXPORTER_OTLP_HEADERS is no list of key=value, with commas between them$/,
  ],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=%zz' }, /^OTEL_RESOURCE_ATTRIBUTES is no list/],
]
for (const [env, sentence] of REFUSED)
  test(`told, and nothing is pushed: ${JSON.stringify(env)}`, () => {
    const settings = otlpSettings({ ...ENDPOINT, ...env })
    assert.match(settings.ok ? JSON.stringify(settings.value) : settings.error, sentence)
  })

test('what is said about metrics alone comes before what is said about everything', () => {
  const settings = otlpSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector/otel/',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20c2VjcmV0, x-tenant=home',
    OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '3000',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,site=north%2C%20cellar',
    OTEL_SERVICE_NAME: 'router1',
  })
  assert.deepEqual(settings.ok && settings.value, {
    url: 'https://collector/otel/v1/metrics',
    headers: { authorization: 'Basic c2VjcmV0', 'x-tenant': 'home' },
    everyMs: 60_000,
    timeoutMs: 3000,
    resource: { 'service.name': 'router1', site: 'north, cellar' },
  })
})

test('an endpoint for metrics is taken as it is', () => {
  const settings = otlpSettings({ ...ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://other:9/in?a=1' })
  assert.equal(settings.ok && settings.value.url, 'http://other:9/in?a=1')
})

interface Told {
  readonly name: string
  readonly description: string
  readonly gauge?: { readonly dataPoints: readonly Point[] }
  readonly sum?: {
    readonly dataPoints: readonly Point[]
    readonly isMonotonic: boolean
    readonly aggregationTemporality: number
  }
}
interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[]
  readonly timeUnixNano: string
  readonly startTimeUnixNano?: string
  readonly asDouble: number
}

test('every number that Prometheus may collect is told, with its labels, and counters since when they count', () => {
  const nowMs = Date.UTC(2026, 10, 23)
  const moment = { status: VALUES.status, events: [{ event: 'down', line: 'dsl', count: 3 }] }
  const whole = JSON.parse(JSON.stringify(otlpDocument(moment, nowMs, { 'service.name': 'multihomed' }))) as {
    resourceMetrics: [{ resource: object; scopeMetrics: [{ metrics: readonly Told[] }] }]
  }
  const [{ resource, scopeMetrics }] = whole.resourceMetrics
  assert.match(JSON.stringify(resource), /"key":"service.name","value":\{"stringValue":"multihomed"\}/)
  const [{ metrics }] = scopeMetrics
  for (const { name, help, type, samples } of METRICS) {
    const told = metrics.find((metric) => metric.name === name)
    const wished = samples(moment)
    if (wished.length === 0) {
      assert.equal(told, undefined, name)
      continue
    }
    assert.ok(told, name)
    assert.equal(told.description, help)
    const points = (type === 'counter' ? told.sum : told.gauge)?.dataPoints ?? []
    assert.deepEqual(
      points.map(({ attributes, asDouble }) => [
        Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])),
        asDouble,
      ]),
      wished.map(({ labels, value }) => [labels, value]),
      name,
    )
    for (const { timeUnixNano, startTimeUnixNano } of points) {
      assert.equal(timeUnixNano, `${nowMs}000000`)
      assert.equal(startTimeUnixNano, type === 'counter' ? `${VALUES.status.startedAtMs}000000` : undefined)
    }
    if (told.sum) assert.deepEqual([told.sum.isMonotonic, told.sum.aggregationTemporality], [true, 2])
  }
  assert.equal(metrics.length, new Set(metrics.map(({ name }) => name)).size)
})
