/**
 * What a Prometheus may collect, in its text format (prometheus.io/docs/instrumenting/exposition_formats), named after
 * prometheus.io/docs/practices/naming. Never a client or a destination as a label: they are without number, and
 * nobody's business. Ours, because prom-client took 21 MB of memory and 0.25 s to load: docs/decisions/0038.
 */
import type { JournalEntry, LegStatus, LineStateName, LineStatus, Status } from '../daemon/control.ts'
import type { Family } from '../model/index.ts'

export interface Moment {
  readonly status: Status
  /** Since the daemon started, by kind and line. */
  readonly events: readonly EventCount[]
}

export interface EventCount {
  readonly event: string
  /** Absent: the box as a whole. */
  readonly line?: string
  readonly count: number
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

interface Metric {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  readonly samples: (moment: Moment) => readonly Sample[]
}

interface Leg extends LegStatus {
  readonly family: Family
}

const STATES: readonly LineStateName[] = ['absent', 'unknown', 'up', 'suspect', 'down', 'draining']

type Kind = JournalEntry['kind']
/** What boards and alerts ask for. */
const COUNTED_OF_LINES: readonly Kind[] = ['down', 'up', 'suspect', 'degraded', 'released', 'failback']
const COUNTED_OF_BOX: readonly Kind[] = ['offline', 'online', 'repaired']

/** A counter that is born with its first event does not increase with it, and no board would show the first outage. */
function countsOf({ status, events }: Moment): readonly EventCount[] {
  const none: readonly EventCount[] = [
    ...COUNTED_OF_BOX.map((event) => ({ event, count: 0 })),
    ...status.lines.flatMap(({ name }) => COUNTED_OF_LINES.map((event) => ({ event, line: name, count: 0 }))),
  ]
  return [...new Map([...none, ...events].map((one) => [`${one.event} ${one.line ?? ''}`, one])).values()]
}

/** What is known of it is a sample, what is not is none: a gap is no zero. */
const known = (labels: Sample['labels'], value: number | undefined): Sample[] =>
  value === undefined || Number.isNaN(value) ? [] : [{ labels, value }]

const ofBox =
  (value: (status: Status) => number | undefined): Metric['samples'] =>
  ({ status }) =>
    known({}, value(status))

const ofLines =
  (value: (line: LineStatus) => number | undefined): Metric['samples'] =>
  ({ status }) =>
    status.lines.flatMap((line) => known({ line: line.name }, value(line)))

const ofLegs =
  (value: (leg: Leg) => number | undefined): Metric['samples'] =>
  ({ status }) =>
    status.lines.flatMap((line) =>
      legsOf(line).flatMap((leg) => known({ line: line.name, family: leg.family }, value(leg))),
    )

/** A line that has only one family does not say which: its addresses do. */
function legsOf(line: LineStatus): Leg[] {
  const isIpv6 = line.ipv6 === undefined && line.address?.includes(':') === true
  const first: Leg = { ...line, family: isIpv6 ? 'ipv6' : 'ipv4' }
  return line.ipv6 === undefined ? [first] : [first, { ...line.ipv6, family: 'ipv6' }]
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000)

const metric = (name: string, type: Metric['type'], help: string, samples: Metric['samples']): Metric => ({
  name: `multihomed_${name}`,
  type,
  help,
  samples,
})

export const METRICS: readonly Metric[] = [
  metric('build_info', 'gauge', 'The version that runs; always 1.', ({ status: { version } }) => [
    { labels: { version }, value: 1 },
  ]),
  metric('start_timestamp_seconds', 'gauge', 'When the daemon started.', ofBox(({ startedAtMs }) => startedAtMs / 1000)),
  metric('config_applied_timestamp_seconds', 'gauge', 'When the configuration was applied that runs.', ofBox(({ configAppliedAtMs }) => configAppliedAtMs / 1000)),
  metric('config_valid', 'gauge', '0 while the file was changed and refused: what runs is an older one.', ofBox(({ notes }) => Number(!notes.some(({ code }) => code === 'file-refused')))),
  metric('kernel_matches', 'gauge', '1 while rules, routes and the nft table are as they are wished.', ofBox(({ matches }) => Number(matches))),
  metric('notes', 'gauge', 'What status warns of, by severity.', ({ status }) =>
    (['error', 'warning', 'note'] as const).map((severity) => ({
      labels: { severity },
      value: status.notes.filter((note) => note.severity === severity).length,
    }))),
  metric('events_total', 'counter', 'What happened since the daemon started: the rows of multihome events.', (moment) =>
    countsOf(moment).map(({ event, line, count }) => ({ labels: { event, ...(line !== undefined && { line }) }, value: count }))),
  metric('line_info', 'gauge', 'What a line is; always 1.', ({ status }) =>
    status.lines.map((line) => ({
      labels: { line: line.name, interface: line.interface, role: line.role, metered: String(line.metered) },
      value: 1,
    }))),
  metric('line_state', 'gauge', '1 for the state that a line is in, 0 for the others.', ({ status }) =>
    status.lines.flatMap((line) =>
      legsOf(line).flatMap((leg) =>
        STATES.map((state) => ({
          labels: { line: line.name, family: leg.family, state },
          value: Number(leg.state === state),
        }))))),
  metric('line_state_since_timestamp_seconds', 'gauge', 'Since when it is in this state.', ofLegs(({ sinceMs }) => sinceMs / 1000)),
  metric('line_weight', 'gauge', 'Its weight, reduced to the smallest whole numbers.', ofLines(({ weight }) => weight)),
  metric('line_share_wanted_ratio', 'gauge', 'Share of new connections that it should get now.', ofLegs(({ wantedShare }) => wantedShare)),
  metric('line_share_ratio', 'gauge', 'Share of new connections that it got in the last five minutes.', ofLines(({ newShare }) => newShare)),
  metric('line_connections', 'gauge', 'Open entries of connection tracking on it.', ofLines(({ openConnections }) => openConnections)),
  metric('line_new_connections_total', 'counter', 'Connections of the LAN chosen for it since its table exists.', ofLines(({ newConnections }) => newConnections)),
  metric('line_receive_bytes_total', 'counter', 'Received by its interface.', ofLines(({ receivedBytes }) => receivedBytes)),
  metric('line_transmit_bytes_total', 'counter', 'Sent by its interface.', ofLines(({ sentBytes }) => sentBytes)),
  metric('line_volume_used_bytes', 'gauge', 'What went through since its month began, both ways.', ofLines(({ volume }) => volume?.usedBytes)),
  metric('line_volume_quota_bytes', 'gauge', 'What is paid for in a month.', ofLines(({ volume }) => volume?.quotaBytes)),
  metric('line_volume_reset_timestamp_seconds', 'gauge', 'When its volume begins to count anew.', ofLines(({ volume }) => seconds(volume?.month.toMs))),
  metric('line_delay_seconds', 'gauge', 'Round trip of our checks, smoothed.', ofLegs(({ health }) => seconds(health?.rttMs))),
  metric('line_jitter_seconds', 'gauge', 'How much it varies.', ofLegs(({ health }) => seconds(health?.jitterMs))),
  metric('line_loss_ratio', 'gauge', 'Of the last checks.', ofLegs(({ health }) => health?.lossRatio)),
  metric('line_degraded', 'gauge', '1 while it works, and is slow or loses packets.', ofLegs(({ health }) => health && Number(health.degraded !== undefined))),
  metric('probes_sent_total', 'counter', 'Checks sent since it is watched.', ofLegs(({ health }) => health?.probes.sent)),
  metric('probes_answered_total', 'counter', 'Those of them that were answered.', ofLegs(({ health }) => health?.probes.answered)),
  metric('probe_bytes_total', 'counter', 'What they weighed, both ways.', ofLegs(({ health }) => health?.probes.bytes)),
] // prettier-ignore

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export const metricsText = (moment: Moment): string =>
  METRICS.flatMap(({ name, type, help, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples(moment).map(({ labels, value }) => `${name}${labelsText(labels)} ${value}`),
  ])
    .join('\n')
    .concat('\n')

function labelsText(labels: Sample['labels']): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
