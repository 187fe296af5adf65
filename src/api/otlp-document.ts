/** The metrics of `metrics.ts` as OTLP has them, in its JSON (github.com/open-telemetry/opentelemetry-proto). Pure. */
import { METRICS } from './metrics.ts'
import type { Moment } from './metrics.ts'

/** `AGGREGATION_TEMPORALITY_CUMULATIVE` */
const CUMULATIVE = 2

/** @param resource who tells it */
export function otlpDocument(
  moment: Moment,
  nowMs: number,
  resource: Readonly<Record<string, string>>,
): object {
  const { version, hostname, startedAtMs } = moment.status
  const timeUnixNano = nanoseconds(nowMs)
  const startTimeUnixNano = nanoseconds(startedAtMs)
  const metrics = METRICS.flatMap(({ name, type, help, samples }) => {
    const points = samples(moment).map(({ labels, value }) => ({
      attributes: attributesOf(labels),
      ...(type === 'counter' && { startTimeUnixNano }),
      timeUnixNano,
      asDouble: value,
    }))
    if (points.length === 0) return []
    const data =
      type === 'counter'
        ? { sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints: points } }
        : { gauge: { dataPoints: points } }
    return [{ name, description: help, ...data }]
  })
  const who = { 'service.version': version, 'host.name': hostname, ...resource }
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf(who) },
        scopeMetrics: [{ scope: { name: 'multihomed', version }, metrics }],
      },
    ],
  }
}

const attributesOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** Numbers of 64 bits are texts in the JSON of protobuf. */
const nanoseconds = (ms: number): string => (BigInt(Math.round(ms)) * 1_000_000n).toString()
