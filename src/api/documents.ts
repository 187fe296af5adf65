/** From the daemon's own values to the documents of the wire. Pure, and without the schemas at run time. */
import type {
  ApplyOutcome,
  ChannelStatus,
  Checked,
  CheckedText,
  ConfigProblem,
  ConfigReport,
  DownReport,
  EventPlace,
  Examination,
  FormerConfigs,
  Happened,
  Connection,
  ConnectionsReport,
  Token,
  LegStatus,
  LineMeasure,
  LineStatus,
  ProbeOutcome,
  Status,
  ToldEntry,
  TestedChannel,
  TraceAnswer,
  Trial,
  UndoReport,
} from '../daemon/control.ts'
import { bracketed, familyOfLeg, lineOfLeg, type LineReport, type ProbeTarget } from '../model/index.ts'
import type { Note, PlanReport, Proposal, TraceOutcome } from '../plan/index.ts'
import { NOTE_CODES } from './codes.ts'
import type { Code } from './codes.ts'
import type {
  ApplyDocument,
  CheckDocument,
  ConfigCheckDocument,
  ConfigDocument,
  ConfigProblemDocument,
  ConfirmDocument,
  ConnectionsDocument,
  DoctorDocument,
  DownDocument,
  EventDocument,
  EventsDocument,
  FormerConfigsDocument,
  InitDocument,
  LegDocument,
  LineDocument,
  LinesDocument,
  MeasureDocument,
  NotifyDocument,
  NotifyTestDocument,
  NoteDocument,
  OneLineDocument,
  PlanDocument,
  ProbeDocument,
  NewTokenDocument,
  HealthDocument,
  RightsDocument,
  StatusDocument,
  TokensDocument,
  TraceDocument,
  TrialDocument,
  UndoDocument,
} from './contract.ts'
import { verdict } from './verdict.ts'

export type {
  Checked,
  ConfigProblem,
  DownReport,
  Examination,
  LineWatching,
  ReportMatter,
  RunningDaemon,
} from '../daemon/control.ts'
export type { Note, PlanReport, Proposal, ProposedLine } from '../plan/index.ts'

export function statusDocument(status: Status, nowMs: number): StatusDocument {
  return {
    ...head('Status', nowMs),
    version: status.version,
    pid: status.pid,
    hostname: status.hostname,
    startedAt: rfc3339(status.startedAtMs),
    configFile: status.configFile,
    configAppliedAt: rfc3339(status.configAppliedAtMs),
    verdict: verdict(status, nowMs),
    matches: status.matches,
    ...(status.trouble !== undefined && { trouble: status.trouble }),
    ...(status.trial !== undefined && { trial: trialDocument(status.trial, nowMs) }),
    ...(status.undone !== undefined && { undone: undoneKeys(status.undone) }),
    shareWindowMs: status.shareWindowMs,
    lines: status.lines.map(lineDocument),
    notes: status.notes.map(noteDocument),
  }
}

export const linesDocument = (status: Status, nowMs: number): LinesDocument => ({
  ...head('Lines', nowMs),
  shareWindowMs: status.shareWindowMs,
  lines: status.lines.map(lineDocument),
})

export const oneLineDocument = (status: Status, line: LineStatus, nowMs: number): OneLineDocument => ({
  ...head('Line', nowMs),
  shareWindowMs: status.shareWindowMs,
  line: lineDocument(line),
})

export const planDocument = (plan: PlanReport, nowMs: number): PlanDocument => ({
  ...head('Plan', nowMs),
  ...planKeys(plan),
})

export const applyDocument = (
  outcome: Extract<ApplyOutcome, { is: 'applied' | 'undone' }>,
  nowMs: number,
): ApplyDocument => ({
  ...head('Apply', nowMs),
  tookMs: outcome.tookMs,
  ...(outcome.measured !== undefined && {
    before: outcome.measured.before.map(measureDocument),
    after: outcome.measured.after.map(measureDocument),
  }),
  ...(outcome.is === 'applied' &&
    outcome.trial !== undefined && { trial: trialDocument(outcome.trial, nowMs) }),
  ...(outcome.is === 'undone' && { undone: undoneKeys(outcome.undo) }),
  ...planKeys(outcome.plan),
})

export const configDocument = (report: ConfigReport, nowMs: number): ConfigDocument => {
  const { file, inFile, unwritable, running, trial } = report
  const there = inFile.ok ? inFile.value : undefined
  return {
    ...head('Config', nowMs),
    file,
    text: there?.text ?? null,
    version: there?.version ?? null,
    ...(!inFile.ok && { trouble: inFile.error }),
    writable: unwritable === undefined,
    ...(unwritable !== undefined && { unwritable: { ...unwritable } }),
    running: {
      version: running.version,
      since: rfc3339(running.sinceMs),
      ...(running.version !== there?.version && { text: running.text }),
    },
    ...(trial !== undefined && { trial: trialDocument(trial, nowMs) }),
  }
}

export const formerConfigsDocument = (
  { accepted, tried }: FormerConfigs,
  nowMs: number,
): FormerConfigsDocument => ({
  ...head('FormerConfigs', nowMs),
  accepted: accepted.map(({ version, text, atMs }) => ({ version, at: rfc3339(atMs), text })),
  tried: tried.map(({ version, text, atMs, why }) => ({ version, at: rfc3339(atMs), why, text })),
})

export const configCheckDocument = (
  { ok, text, problems, notes, watching, trouble, plan }: CheckedText,
  nowMs: number,
): ConfigCheckDocument => ({
  ...head('ConfigCheck', nowMs),
  ok,
  text,
  problems: problems.map(problemDocument),
  notes: notes.map(noteDocument),
  watching: watchingDocuments({ watching }),
  ...(trouble !== undefined && { trouble }),
  ...(plan !== undefined && { plan: changesOf(plan) }),
})

export const confirmDocument = (nowMs: number): ConfirmDocument => ({
  ...head('Confirm', nowMs),
  acceptedAt: rfc3339(nowMs),
})

export const undoDocument = (undo: UndoReport, nowMs: number): UndoDocument => ({
  ...head('Undo', nowMs),
  ...undoneKeys(undo),
})

const undoneKeys = ({ atMs, why, formerAtMs, readBack }: UndoReport) => ({
  at: rfc3339(atMs),
  why,
  formerAt: rfc3339(formerAtMs),
  ...(readBack !== undefined && { readBack: { ...readBack } }),
})

const trialDocument = ({ sinceMs, undoAtMs, formerAtMs }: Trial, nowMs: number): TrialDocument => ({
  since: rfc3339(sinceMs),
  undoAt: rfc3339(undoAtMs),
  secondsLeft: Math.max(0, undoAtMs - nowMs) / 1000,
  formerAt: rfc3339(formerAtMs),
})

const measureDocument = ({ line: leg, works, delayMs, why }: LineMeasure): MeasureDocument => ({
  line: lineOfLeg(leg),
  ...(familyOfLeg(leg) === 'ipv6' && { family: 'ipv6' }),
  works,
  delayMs: tenths(delayMs),
  ...(why !== undefined && { why }),
})

export const downDocument = (report: DownReport, nowMs: number): DownDocument => ({
  ...head('Down', nowMs),
  dryRun: report.dryRun,
  commands: [...report.commands],
  removed: { ...report.removed },
  loweredLinks: report.loweredLinks,
  restoredSysctls: report.restoredSysctls,
  restoredMtus: report.restoredMtus,
  leftHosts: [...report.leftHosts],
  ...(report.resolversBack !== undefined && { resolversBack: report.resolversBack }),
  ...(report.untold !== undefined && { untold: [...report.untold] }),
  ...(report.settingsLeft !== undefined && { settingsLeft: [...report.settingsLeft] }),
})

export const checkDocument = (
  check: Pick<Checked, 'ok' | 'problems' | 'notes' | 'watching' | 'onlyFile'>,
  nowMs: number,
): CheckDocument => ({
  ...head('Check', nowMs),
  ok: check.ok,
  problems: check.problems.map(problemDocument),
  notes: [...check.notes.map(noteDocument), ...(check.onlyFile ? [ONLY_FILE] : [])],
  watching: watchingDocuments(check),
})

const watchingDocuments = ({ watching }: Pick<Checked, 'watching'>): CheckDocument['watching'] =>
  watching.map((one) => ({ ...one, families: [...one.families] }))

/** What a running daemon adds to what is seen of the box. */
export interface DaemonSees {
  readonly notes: readonly NoteDocument[]
  readonly findings: readonly DoctorFinding[]
  readonly unseen: readonly string[]
}

export function doctorDocument(
  { problems, notes, findings, unseen }: Examination,
  nowMs: number,
  daemon: DaemonSees = { notes: [], findings: [], unseen: [] },
): DoctorDocument {
  const ownNotes = notes.map(noteDocument)
  const isNew = ({ code, text }: NoteDocument): boolean =>
    !ownNotes.some((own) => own.code === code && own.text === text)
  const all = [
    ...problems.map(problemFinding),
    ...daemon.findings,
    ...[...ownNotes, ...daemon.notes.filter(isNew)].map(noteFinding),
    ...findings.map((finding) => ({ ...finding })),
  ]
  const of = (severity: DoctorFinding['severity']): DoctorFinding[] =>
    all.filter((finding) => finding.severity === severity)
  const [toFix, toKnow] = [of('fix'), of('note')]
  return {
    ...head('Doctor', nowMs),
    toFix: toFix.length,
    notes: toKnow.length,
    findings: [...toFix, ...toKnow, ...of('ok')],
    unseen: [...daemon.unseen, ...unseen],
  }
}

export type DoctorFinding = DoctorDocument['findings'][number]

const problemFinding = ({ code, severity, message, file, line, help }: ConfigProblem): DoctorFinding => ({
  severity: severity === 'error' ? 'fix' : 'note',
  name: 'file',
  code,
  text: `${file}:${line}: ${message}`,
  ...(help !== undefined && { help }),
})

/** Besides what forbids to touch the box: what somebody lacks already, or will. */
const TO_SETTLE: ReadonlySet<string> = new Set<Note['code']>([
  'no-usable-line',
  'shut-out',
  'forward-astray',
  'forward-unheld',
])

const noteFinding = ({ code, name, severity, text, help }: NoteDocument): DoctorFinding => ({
  severity: severity === 'error' || TO_SETTLE.has(name) ? 'fix' : 'note',
  name,
  code,
  text,
  ...(help !== undefined && { help }),
})

export const initDocument = (
  { interfaces, lines, lan, remarks }: Proposal,
  outcome: Pick<InitDocument, 'config' | 'written' | 'conclusion'>,
  nowMs: number,
): InitDocument => ({
  ...head('Init', nowMs),
  interfaces: interfaces.map((one) => ({
    name: one.name,
    address: one.address ?? null,
    gateway: one.gateway ?? null,
    internet: one.internet ?? null,
    looksLike: one.looksLike,
  })),
  lines: lines.map((line) => ({
    name: line.name,
    interface: line.interface,
    taken: line.taken,
    found: line.found,
  })),
  lan: [...lan],
  remarks: [...remarks],
  ...outcome,
})

const ONLY_FILE: NoteDocument = {
  code: 'MH591' satisfies Code,
  name: 'only-file',
  severity: 'note',
  text: 'this box was not looked at, that takes root: sudo multihome check',
}

export const problemDocument = (problem: ConfigProblem): ConfigProblemDocument => ({
  code: problem.code,
  severity: problem.severity,
  message: problem.message,
  where: { file: problem.file, line: problem.line, column: problem.column },
  ...(problem.hint !== undefined && { hint: problem.hint }),
  ...(problem.why !== undefined && { why: problem.why }),
  ...(problem.help !== undefined && { help: problem.help }),
})

export function traceDocument(
  { from, to, port, protocol, without, report, kernel }: TraceAnswer,
  nowMs: number,
): TraceDocument {
  const { origin } = report
  return {
    ...head('Trace', nowMs),
    from: {
      ...traceEnd(from),
      is: origin.is,
      interface: 'iif' in origin ? origin.iif : null,
    },
    to: traceEnd(to),
    ...(port !== undefined && { port }),
    ...(protocol !== undefined && { protocol }),
    ...(without !== undefined && { without: [...without] }),
    steps: report.steps.map(({ question, answer, why, place }) => ({
      question,
      answer,
      why,
      ...(place !== undefined && { where: { ...place } }),
    })),
    outcome: outcomeDocument(report.outcome),
    ifLost: report.ifLost.map(({ lines, outcome, open }) => ({
      lines: [...lines],
      outcome: outcomeDocument(outcome),
      ...(open !== undefined && {
        open: { resetAfterMs: open.afterMs === 'never' ? null : open.afterMs, repick: open.repick },
      }),
    })),
    kernel: { verdict: kernel.is, answers: kernel.answers.map((answer) => ({ ...answer })) },
  }
}

const traceEnd = ({ asked, address, others }: TraceAnswer['to']): TraceDocument['to'] => ({
  asked,
  address: address ?? null,
  others: [...others],
})

const outcomeDocument = ({ is, why, ways }: TraceOutcome): TraceDocument['outcome'] => ({
  is,
  why,
  ways: ways.map((way) => ({
    shareRatio: way.share,
    line: way.line ?? null,
    interface: way.dev ?? null,
    gateway: way.via ?? null,
    table: way.table ?? null,
    seenAs: way.seenAs ?? null,
    mark: `0x${way.mark.toString(16)}`,
  })),
})

export const probeDocument = (
  { line, host, evidence }: Extract<ProbeOutcome, { is: 'done' }>,
  nowMs: number,
): ProbeDocument => ({
  ...head('Probe', nowMs),
  line,
  ...(host !== undefined && { host: { ...host } }),
  evidence: evidence.map(({ about, family, target, what, is, delayMs, said }) => ({
    about,
    ...(family !== undefined && { family }),
    what: target === undefined ? (what ?? null) : targetText(target),
    result: is,
    delayMs: tenths(delayMs),
    ...(said !== undefined && { said }),
  })),
})

export const notifyDocument = (channels: readonly ChannelStatus[], nowMs: number): NotifyDocument => ({
  ...head('Notify', nowMs),
  channels: channels.map(({ name, kind, waiting, nextAtMs, failures, last }) => ({
    name,
    service: kind,
    waiting,
    ...(nextAtMs !== undefined && { nextAt: rfc3339(nextAtMs) }),
    failures,
    ...(last !== undefined && {
      last: {
        at: rfc3339(last.atMs),
        title: last.title,
        line: last.line ?? null,
        delivered: last.isDelivered,
        answer: last.answer,
      },
    }),
  })),
})

export const notifyTestDocument = (
  channels: readonly TestedChannel[],
  nowMs: number,
): NotifyTestDocument => ({
  ...head('NotifyTest', nowMs),
  channels: channels.map(({ name, kind, title, body, line, isDelivered, answer, tookMs }) => ({
    name,
    service: kind,
    title,
    body,
    line: line ?? null,
    delivered: isDelivered,
    answer,
    tookMs: Math.round(tookMs),
  })),
})

export const eventsDocument = ({ run, entries, isCut }: Happened, nowMs: number): EventsDocument => ({
  ...head('Events', nowMs),
  run,
  ...(isCut && { earlier: true }),
  events: entries.map((entry) => ({ time: rfc3339(entry.atMs), ...eventKeys(entry), run: entry.run })),
})

/** @param place for a program of the operator's, which reads it on its stdin. Its time is that of the event. */
export const eventDocument = (entry: Omit<ToldEntry, 'run'>, place?: EventPlace): EventDocument => ({
  ...head('Event', entry.atMs),
  ...eventKeys(entry),
  ...place,
})

const eventKeys = ({ id, kind, line, family, text, because }: Omit<ToldEntry, 'run'>) => ({
  id,
  event: kind,
  ...(line !== undefined && { line }),
  ...(family !== undefined && { family }),
  text,
  ...(because !== undefined && { because }),
})

export const connectionsDocument = (
  { open, closing, clients, connections, next }: ConnectionsReport,
  nowMs: number,
): Omit<ConnectionsDocument, 'lines'> => ({
  ...head('Connections', nowMs),
  open,
  closing,
  clients: clients.map(({ address, bitsPerSecond, lines, ...counts }) => ({
    client: address ?? null,
    ...counts,
    ...(bitsPerSecond !== undefined && { bitsPerSecond }),
    lines: [...lines].map(([line, ofLine]) => ({ line, ...ofLine })),
  })),
  connections: connections.map(connectionKeys),
  ...(next !== undefined && { next }),
})

/**
 * A line stands in the same place for every client and in every table, whoever began first.
 * @param lines in the order of the file
 */
export const inFileOrder = (
  document: Omit<ConnectionsDocument, 'lines'>,
  lines: readonly string[],
): ConnectionsDocument => ({
  ...document,
  lines: [...lines],
  clients: document.clients.map((client) => ({
    ...client,
    lines: client.lines.toSorted((a, b) => lines.indexOf(a.line) - lines.indexOf(b.line)),
  })),
})

const connectionKeys = ({
  family,
  protocol,
  state,
  line,
  client,
  server,
  begun,
  seenAs,
  bytes,
}: Connection) => ({
  family,
  protocol,
  state,
  line: line ?? null,
  client: client ?? null,
  server,
  begun,
  seenAs,
  ...(bytes !== undefined && { sentBytes: bytes.sent, receivedBytes: bytes.received }),
})

export const tokensDocument = (tokens: readonly Token[], nowMs: number): TokensDocument => ({
  ...head('Tokens', nowMs),
  tokens: tokens.map(tokenKeys),
})

export const rightsDocument = (right: 'read' | 'change', nowMs: number): RightsDocument => ({
  ...head('Rights', nowMs),
  right,
})

/** @param own what the daemon takes; `cpu` in microseconds */
export const daemonHealthDocument = (
  {
    matches,
    trouble,
    version,
    pid,
    startedAtMs,
  }: Pick<Status, 'matches' | 'trouble' | 'version' | 'pid' | 'startedAtMs'>,
  own: { readonly memoryBytes: number; readonly cpu: NodeJS.CpuUsage },
  nowMs: number,
): HealthDocument => ({
  ...head('Health', nowMs),
  healthy: matches,
  ...(trouble !== undefined && { trouble }),
  version,
  pid,
  startedAt: rfc3339(startedAtMs),
  memoryBytes: own.memoryBytes,
  cpuSeconds: (own.cpu.user + own.cpu.system) / 1_000_000,
})

/** The only time that it is told. */
export const newTokenDocument = (token: Token, secret: string, nowMs: number): NewTokenDocument => ({
  ...head('NewToken', nowMs),
  ...tokenKeys(token),
  secret,
})

const tokenKeys = ({ name, right, createdAtMs }: Token) => ({ name, right, createdAt: rfc3339(createdAtMs) })

export const rfc3339 = (atMs: number): string => new Date(atMs).toISOString()

const head = <Kind extends string>(kind: Kind, nowMs: number) =>
  ({ api: 'v1', kind, time: rfc3339(nowMs) }) as const

const lineDocument = (line: LineStatus): LineDocument => ({
  name: line.name,
  id: line.id,
  ...legDocument(line),
  ...(line.ipv6 !== undefined && { ipv6: legDocument(line.ipv6) }),
  ...(line.drain !== undefined && {
    drain: { since: rfc3339(line.drain.sinceMs), force: line.drain.force },
  }),
  interface: line.interface,
  ...(line.sharesInterfaceWith !== undefined && { sharesInterfaceWith: [...line.sharesInterfaceWith] }),
  weight: line.weight,
  ...(line.weightInFile !== undefined && { weightInFile: line.weightInFile }),
  role: line.role,
  metered: line.metered,
  inReserve: line.inReserve,
  newConnections: line.newConnections,
  openConnections: line.openConnections ?? null,
  receivedBytes: line.receivedBytes,
  sentBytes: line.sentBytes,
  ...(line.volume !== undefined && { volume: volumeDocument(line.volume) }),
  downBitsPerSecond: line.downBitsPerSecond ?? null,
  upBitsPerSecond: line.upBitsPerSecond ?? null,
})

const volumeDocument = ({ usedBytes, quotaBytes, month }: NonNullable<LineStatus['volume']>) => ({
  usedBytes,
  quotaBytes: quotaBytes ?? null,
  from: rfc3339(month.fromMs),
  to: rfc3339(month.toMs),
})

const legDocument = (leg: LegStatus): LegDocument => ({
  state: leg.state,
  ...(leg.why !== undefined && { why: leg.why }),
  since: rfc3339(leg.sinceMs),
  address: leg.address ?? null,
  gateway: leg.gateway ?? null,
  ...(leg.health !== undefined && { health: healthDocument(leg.health) }),
  ...(leg.released !== undefined && {
    released: { at: rfc3339(leg.released.atMs), told: leg.released.told, ended: leg.released.ended },
  }),
  wantedShareRatio: leg.wantedShare,
  newShareRatio: leg.newShare ?? null,
})

const healthDocument = (report: LineReport): NonNullable<LineDocument['health']> => ({
  state: report.health,
  since: rfc3339(report.sinceMs),
  ...(report.why !== undefined && { why: report.why }),
  ...(report.blame !== undefined && { blame: report.blame }),
  ...(report.degraded !== undefined && { degraded: report.degraded }),
  delayMs: tenths(report.rttMs),
  jitterMs: tenths(report.jitterMs),
  lossRatio: report.lossRatio ?? null,
  ...(report.backAtMs !== undefined && { backAt: rfc3339(report.backAtMs) }),
  ...(report.nextProbeAtMs !== undefined && { nextProbeAt: rfc3339(report.nextProbeAtMs) }),
  penalty: report.penalty,
  probes: { ...report.probes },
  targets: report.targets.map(({ target, is, rttMs }) => ({
    target: targetText(target),
    state: is,
    delayMs: tenths(rttMs),
  })),
})

/** As in the file: `icmp/1.1.1.1`, `tcp/9.9.9.9:443`, `https://example.org/` */
function targetText(target: ProbeTarget): string {
  const port = 'port' in target && target.port !== undefined ? `:${target.port}` : ''
  if ('host' in target) return `${target.kind}://${bracketed(target.host)}${port}${target.path}`
  return `${target.kind}/${port === '' ? target.address : bracketed(target.address)}${port}`
}

export function tenths(ms: number): number
export function tenths(ms: number | undefined): number | null
export function tenths(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 10) / 10
}

const noteDocument = (note: Note): NoteDocument => ({
  code: NOTE_CODES[note.code],
  name: note.code,
  severity: note.severity,
  text: note.text,
  ...(note.help !== undefined && { help: note.help }),
})

const planKeys = (plan: PlanReport): Pick<PlanDocument, 'stepCount' | 'groups' | 'besides' | 'notes'> => ({
  ...changesOf(plan),
  notes: plan.notes.map(noteDocument),
})

const changesOf = (plan: PlanReport): Pick<PlanDocument, 'stepCount' | 'groups' | 'besides'> => ({
  stepCount: plan.stepCount,
  groups: plan.groups.map((group) => ({
    sign: group.sign,
    subject: group.subject,
    title: group.title,
    why: [...group.why],
    effect: group.effect,
    steps: group.steps.map((step) => ({ sign: step.sign, commands: [...step.commands], why: step.why })),
  })),
  besides: [...plan.besides],
})
