/** Who asks the daemon, in benches. */
import type { GuestsWish } from './load/worker.ts'

/** What dashboards, terminals and Prometheus ask, as often as they do beside each other. */
export const MIXED = [
  '/v1/status',
  '/v1/lines',
  '/v1/status',
  '/v1/events?limit=100',
  '/v1/status',
  '/v1/lines/fiber',
  '/v1/status',
  '/metrics',
  '/v1/status',
  '/v1/lines/fiber/history',
  '/v1/status',
  '/v1/lines',
  '/v1/status',
  '/v1/events?limit=100',
  '/v1/status',
  '/v1/connections?limit=100',
  '/v1/status',
  '/v1/lines/fiber',
  '/v1/status',
  '/v1/status',
]
/** What a person asks, and no program twenty times a second. */
export const TRACE = '/v1/trace?from=10.0.0.11&to=203.0.113.10'
export const STREAMS = 50
export const PER_SECOND = 20

export const MANY_GUESTS: GuestsWish = { streams: STREAMS, perSecond: PER_SECOND, paths: MIXED }
