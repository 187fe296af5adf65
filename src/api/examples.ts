/** One example of each document, shown in the OpenAPI document and held against the schemas by a test. */
import type {
  ApplyOutcome,
  ChannelStatus,
  CheckedText,
  ConfigReport,
  ConnectionsReport,
  DownReport,
  FormerConfigs,
  Happened,
  JournalEntry,
  PastOfLine,
  ProbeOutcome,
  ReportedClients,
  ReportedMonth,
  Status,
  Token,
  TestedChannel,
  TraceAnswer,
  Trial,
  UndoReport,
} from '../daemon/control.ts'
import { mark, ok, tableId, type LineReport } from '../model/index.ts'
import type { PlanReport } from '../plan/index.ts'
import {
  applyDocument,
  configCheckDocument,
  configDocument,
  confirmDocument,
  connectionsDocument,
  inFileOrder,
  downDocument,
  eventDocument,
  eventsDocument,
  formerConfigsDocument,
  linesDocument,
  newTokenDocument,
  notifyDocument,
  notifyTestDocument,
  oneLineDocument,
  planDocument,
  probeDocument,
  statusDocument,
  daemonHealthDocument,
  rightsDocument,
  tokensDocument,
  traceDocument,
  undoDocument,
} from './documents.ts'
import { lineClientsDocument, lineHistoryDocument, lineReportDocument } from './past-documents.ts'
import {
  changedProblem,
  lastLineProblem,
  nothingRememberedProblem,
  nothingToConfirmProblem,
  pendingProblem,
  refusedProblem,
  refusedTextProblem,
  traceProblem,
  unknownChannelProblem,
  unknownLineProblem,
  unwritableProblem,
} from './problems.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 15, 6, 43, 551)
const HOUR_MS = 3_600_000

const report: LineReport = {
  line: 'fiber',
  health: 'up',
  sinceMs: NOW_MS - 12 * 24 * HOUR_MS,
  rttMs: 4.21,
  jitterMs: 0.4,
  lossRatio: 0,
  penalty: 0,
  nextProbeAtMs: NOW_MS + 4000,
  probes: { sent: 51_840, answered: 51_831, bytes: 8_709_120 },
  targets: [
    { target: { kind: 'icmp', address: '1.1.1.1' }, is: 'answers', rttMs: 4.2 },
    { target: { kind: 'dns', address: '8.8.8.8' }, is: 'answers', rttMs: 4.6 },
    { target: { kind: 'https', host: 'example.org', path: '/alive' }, is: 'benched' },
  ],
}

const fiber = {
  name: 'fiber',
  id: 1,
  state: 'up',
  sinceMs: NOW_MS - 12 * 24 * HOUR_MS,
  interface: 'wan1',
  address: '198.51.100.2/28',
  gateway: '198.51.100.1',
  weight: 3,
  role: 'normal',
  metered: false,
  inReserve: false,
  health: report,
  wantedShare: 1,
  newShare: 1,
  newConnections: 88_231,
  openConnections: 1204,
  receivedBytes: 1_204_331_870_112,
  sentBytes: 88_120_442_018,
  downBitsPerSecond: 212_400_000,
  upBitsPerSecond: 38_100_000,
} as const

const dsl = {
  name: 'dsl',
  id: 2,
  state: 'down',
  why: 'no carrier',
  sinceMs: NOW_MS - HOUR_MS,
  interface: 'wan2',
  weight: 1,
  role: 'normal',
  metered: false,
  inReserve: false,
  wantedShare: 0,
  newConnections: 29_410,
  openConnections: 0,
  receivedBytes: 401_220_118_442,
  sentBytes: 29_331_001_377,
  volume: {
    usedBytes: 31_200_000_000,
    month: { name: '2026-11', fromMs: Date.UTC(2026, 10, 1), toMs: Date.UTC(2026, 11, 1) },
  },
} as const

/** With both families, of which one fails. */
const inBoth = {
  ...fiber,
  ipv6: {
    state: 'down',
    why: 'nothing answers beyond the gateway',
    sinceMs: NOW_MS - HOUR_MS,
    address: '2001:db8:1::2',
    gateway: 'fe80::1',
    health: { ...report, health: 'down', sinceMs: NOW_MS - HOUR_MS, targets: [] },
    wantedShare: 0,
  },
} as const

const drained = {
  ...fiber,
  state: 'draining',
  sinceMs: NOW_MS,
  drain: { sinceMs: NOW_MS, force: false },
  wantedShare: 0,
} as const

const status: Status = {
  version: '0.1.0',
  pid: 611,
  hostname: 'router1',
  startedAtMs: NOW_MS - 12 * 24 * HOUR_MS,
  configFile: '/etc/multihomed/config.yaml',
  configAppliedAtMs: NOW_MS - 72 * HOUR_MS,
  matches: true,
  shareWindowMs: 300_000,
  lines: [fiber, dsl],
  notes: [
    {
      code: 'leftover-default',
      severity: 'note',
      text: 'main has a default route through wan1; our rules come before it',
      help: 'nothing to do',
    },
  ],
}

const plan: PlanReport = {
  stepCount: 1,
  groups: [
    {
      sign: '!',
      subject: 'router',
      title: 'rule 30201 is missing',
      why: ['removed by another program'],
      effect: "connections bound to fiber's own address may leave by dsl",
      steps: [
        {
          sign: '+',
          commands: ['ip rule add pref 30201 from 198.51.100.2 lookup 201 proto 222'],
          why: 'config.yaml:4 gives fiber this address',
        },
      ],
    },
  ],
  besides: [],
  notes: [],
}

const down: DownReport = {
  commands: ['nft delete table inet multihomed', 'ip rule del pref 30222'],
  removed: { rules: 7, routes: 5, nexthops: 3, addresses: 0, tables: 1, queues: 0 },
  loweredLinks: 0,
  restoredSysctls: 6,
  restoredMtus: 0,
  leftHosts: [],
  dryRun: true,
}

const overFiber = {
  share: 1,
  line: 'fiber',
  dev: 'wan1',
  via: '198.51.100.1',
  table: tableId(201),
  seenAs: '198.51.100.2',
  mark: mark(0x100_0000),
} as const

const config = { file: '/etc/multihomed/config.yaml', column: 3 }

const trace: TraceAnswer = {
  from: { asked: '10.0.0.12', address: '10.0.0.12', others: [] },
  to: { asked: 'example.org', address: '203.0.113.80', others: ['203.0.113.81'] },
  port: 443,
  protocol: 'tcp',
  report: {
    origin: { is: 'lan', iif: 'lan0' },
    steps: [
      { question: 'from the LAN', answer: true, why: 'it comes in by lan0', place: { ...config, line: 3 } },
      { question: 'near a line', answer: false, why: 'in no network that only one line reaches' },
      { question: 'met before', answer: true, why: 'on fiber, remembered for 9 m more' },
    ],
    outcome: {
      is: 'line',
      why: 'affinity "pair": a client and a server keep meeting on one line',
      ways: [overFiber],
    },
    ifLost: [
      {
        lines: ['fiber'],
        outcome: { is: 'refused', why: 'no route leads there', ways: [{ share: 1, mark: mark(0) }] },
      },
    ],
  },
  kernel: {
    is: 'same',
    answers: [
      {
        command: 'ip route get 203.0.113.80 from 10.0.0.12 iif lan0 mark 0x1000000',
        says: 'wan1 through 198.51.100.1, table 201',
        agrees: true,
      },
    ],
  },
}

const trial: Trial = { sinceMs: NOW_MS, undoAtMs: NOW_MS + 57_000, formerAtMs: NOW_MS - 72 * HOUR_MS }

const applied: Extract<ApplyOutcome, { is: 'applied' }> = {
  is: 'applied',
  plan,
  tookMs: 38,
  measured: {
    before: [
      { line: 'fiber', works: true, delayMs: 4.2 },
      { line: 'dsl', works: false, why: 'no carrier' },
    ],
    after: [
      { line: 'fiber', works: true, delayMs: 4.1 },
      { line: 'dsl', works: false, why: 'no carrier' },
    ],
  },
  trial,
}

const undo: UndoReport = {
  atMs: NOW_MS,
  why: 'no answer in 60 s',
  formerAtMs: NOW_MS - 72 * HOUR_MS,
  readBack: { rules: 12, routes: 5, nexthops: 3, tables: 1 },
}

const entries: readonly JournalEntry[] = [
  {
    id: 41,
    atMs: NOW_MS - HOUR_MS - 95,
    kind: 'suspect',
    line: 'dsl',
    text: 'no answer from 3 of 6 targets while the gateway answers: the provider',
  },
  {
    id: 42,
    atMs: NOW_MS - HOUR_MS,
    kind: 'down',
    line: 'dsl',
    text: 'no answer from 6 of 6 targets while the gateway answers: the provider',
    because: 41,
  },
  {
    id: 43,
    atMs: NOW_MS - HOUR_MS + 6,
    kind: 'steered',
    line: 'dsl',
    text: 'new connections go to fiber',
    because: 42,
  },
]

const history: Happened = {
  run: '5e1f3a9c07d2',
  entries: entries.map((entry) => ({ ...entry, run: '5e1f3a9c07d2' })),
  isCut: false,
}

const past: PastOfLine = {
  main: {
    stepMs: 300_000,
    points: [
      {
        atMs: NOW_MS - HOUR_MS - (NOW_MS % 300_000),
        watchedMs: 300_000,
        downMs: 48_000,
        suspectMs: 600,
        delayMs: { min: 3.1, p10: 3.9, median: 4.2, p90: 6, max: 88 },
        jitterMs: { min: 0.1, p10: 0.2, median: 0.4, p90: 1.1, max: 9 },
        lossRatio: { mean: 0.002, max: 0.125 },
        receivedBytes: 7_965_000_000,
        sentBytes: 1_428_750_000,
        peakDownBitsPerSecond: 312_400_000,
        peakUpBitsPerSecond: 48_100_000,
        chosen: 1204,
        chosenShare: 0.75,
      },
    ],
    outages: [
      {
        fromMs: NOW_MS - HOUR_MS,
        toMs: NOW_MS - HOUR_MS + 48_000,
        isCut: false,
        why: 'no answer from 6 of 6 targets while the gateway answers: the provider',
        released: 112,
      },
    ],
  },
}

const DAY_MS = 24 * HOUR_MS
const ofClients: ReportedClients = {
  month: { name: '2026-11', fromMs: Date.UTC(2026, 10, 1), toMs: Date.UTC(2026, 11, 1) },
  untilMs: NOW_MS,
  isCounted: true,
  clients: [
    { client: '10.0.0.21', receivedBytes: 9_120_000_000, sentBytes: 402_000_000 },
    { client: '10.0.0.34', receivedBytes: 3_870_551_000, sentBytes: 1_100_200_000 },
    { client: '', receivedBytes: 3_100_000, sentBytes: 512_400 },
  ],
}

const month: ReportedMonth = {
  hostname: 'router1',
  interface: 'wan2',
  billingDay: 1,
  report: {
    month: { name: '2026-11', fromMs: Date.UTC(2026, 10, 1), toMs: Date.UTC(2026, 11, 1) },
    untilMs: NOW_MS,
    days: [
      { day: '2026-11-21', receivedBytes: 8_204_551_000, sentBytes: 911_200_400 },
      { day: '2026-11-22', receivedBytes: 5_120_000_000, sentBytes: 640_000_000 },
    ],
    receivedBytes: 13_324_551_000,
    sentBytes: 1_551_200_400,
    main: {
      watchedMs: 20 * DAY_MS,
      unwatchedMs: NOW_MS - Date.UTC(2026, 10, 21),
      downMs: 48_000 + 3_840_000,
      suspectMs: 9100,
      availability: 1 - 3_888_000 / (20 * DAY_MS),
      delayMs: { min: 11.2, p10: 13.4, median: 14.6, p90: 21, max: 240 },
      jitterMs: { min: 0.2, p10: 0.6, median: 1.2, p90: 4.1, max: 80 },
      lossRatio: { mean: 0.0012, max: 0.4 },
      peakDownBitsPerSecond: 98_400_000,
      peakUpBitsPerSecond: 38_100_000,
      outages: [
        {
          fromMs: Date.UTC(2026, 10, 3, 3, 11, 20),
          toMs: Date.UTC(2026, 10, 3, 3, 12, 8),
          isCut: false,
          why: 'no answer from 6 of 6 targets while the gateway answers: the provider',
          released: 3,
        },
        {
          fromMs: NOW_MS - 3_840_000,
          isCut: false,
          why: 'no carrier',
          released: 112,
        },
      ],
    },
  },
}

const probe: Extract<ProbeOutcome, { is: 'done' }> = {
  is: 'done',
  line: 'lte',
  evidence: [
    { about: 'link', what: 'wan3', is: 'good' },
    { about: 'address', what: '192.168.8.100/24', is: 'good' },
    { about: 'gateway', target: { kind: 'arp', address: '192.168.8.1' }, is: 'good', delayMs: 1.21 },
    {
      about: 'internet',
      target: { kind: 'icmp', address: '1.1.1.1' },
      is: 'bad',
      said: 'no answer within 2000 ms',
    },
    {
      about: 'page',
      target: { kind: 'http', host: '1.1.1.1', path: '/' },
      is: 'false',
      delayMs: 3.4,
      said: 'a redirect to http://portal.example/',
    },
  ],
}

const channels: readonly ChannelStatus[] = [
  {
    name: 'phone',
    kind: 'ntfy',
    waiting: 0,
    failures: 0,
    last: {
      atMs: NOW_MS - HOUR_MS + 30_000,
      title: 'dsl is down',
      line: 'fiber',
      isDelivered: true,
      answer: 'HTTP 200',
    },
  },
  { name: 'sms', kind: 'command', waiting: 1, nextAtMs: NOW_MS + 240_000, failures: 0 },
]

const tested: readonly TestedChannel[] = [
  {
    name: 'phone',
    kind: 'ntfy',
    title: 'A test of multihomed',
    body: 'Whoever reads this hears from router1 when something must be known.',
    line: 'fiber',
    isDelivered: true,
    answer: 'HTTP 200',
    tookMs: 84.2,
  },
]

const [, lost] = entries
if (lost === undefined) throw new Error('the example has no second event')

const connections: ConnectionsReport = {
  open: 1204,
  closing: 804,
  clients: [
    {
      address: '10.0.0.7',
      open: 1204,
      closing: 804,
      bitsPerSecond: 4_210_000,
      lines: new Map([
        ['fiber', { open: 1143, closing: 800 }],
        ['dsl', { open: 61, closing: 4 }],
      ]),
    },
  ],
  connections: [
    {
      family: 'ipv4',
      protocol: 'tcp',
      state: 'open',
      line: 'fiber',
      client: { address: '10.0.0.7', port: 51_234 },
      server: { address: '203.0.113.80', port: 443 },
      begun: 'inside',
      seenAs: { address: '198.51.100.2', port: 51_234 },
      bytes: { sent: 12_345, received: 678_901 },
    },
  ],
  next: '0 10.0.0.7 203.0.113.80 tcp 443 51234 198.51.100.2 51234',
}

const tokens: readonly Token[] = [
  { name: 'desk', right: 'change', createdAtMs: NOW_MS - HOUR_MS },
  { name: 'wall', right: 'read', createdAtMs: NOW_MS },
]
const [desk] = tokens
if (desk === undefined) throw new Error('the example has no token')

const configText = `lan: { interfaces: [lan0] }
lines:
  fiber: { interface: wan1, weight: 3 }
  dsl: { interface: wan2 }
`
const [configVersion, triedVersion] = ['5f'.repeat(32), 'a0'.repeat(32)] as const

const configReport: ConfigReport = {
  file: '/etc/multihomed/config.yaml',
  inFile: ok({ text: configText, version: configVersion }),
  running: { text: configText, version: configVersion, sinceMs: NOW_MS - 72 * HOUR_MS },
}

const formerConfigs: FormerConfigs = {
  accepted: [{ text: configText, version: configVersion, atMs: NOW_MS - 72 * HOUR_MS }],
  tried: [
    {
      text: configText.replace('3', '5'),
      version: triedVersion,
      atMs: NOW_MS - HOUR_MS,
      why: 'no answer in 60 s',
    },
  ],
}

const checkedText: CheckedText = {
  ok: true,
  text: '',
  problems: [],
  notes: [],
  watching: [
    {
      line: 'fiber',
      families: ['ipv4'],
      idleBytesPerMonth: 29_000_000,
      busyBytesPerMonth: 204_000_000,
      noticed: 'silence is noticed within 0.3 s while it is in use',
    },
  ],
  plan,
}

/** The same before they went on the wire. */
export const VALUES = {
  channels,
  tested,
  history,
  past,
  month,
  ofClients,
  probe,
  connections,
  report,
  tokens,
  status,
  inBoth,
  drained,
  plan,
  applied,
  trial,
  undo,
  down,
  trace,
  configReport,
  formerConfigs,
  checkedText,
}

const taken = { memoryBytes: 98_304_000, cpu: { user: 3_100_000, system: 1_200_000 } }

const refused = {
  is: 'refused',
  text: 'error[MH203]: "wieght" is not a key of a line',
  problems: [
    {
      code: 'MH203',
      severity: 'error',
      message: '"wieght" is not a key of a line',
      file: '/etc/multihomed/config.yaml',
      line: 9,
      column: 5,
      help: 'did you mean "weight"?',
    },
  ],
} as const

export const EXAMPLES = {
  status: statusDocument(status, NOW_MS),
  lines: linesDocument({ ...status, lines: [inBoth, dsl] }, NOW_MS),
  line: oneLineDocument(status, fiber, NOW_MS),
  plan: planDocument(plan, NOW_MS),
  apply: applyDocument({ is: 'applied', plan, tookMs: 38 }, NOW_MS),
  tried: applyDocument(applied, NOW_MS),
  config: configDocument(configReport, NOW_MS),
  formerConfigs: formerConfigsDocument(formerConfigs, NOW_MS),
  configCheck: configCheckDocument(checkedText, NOW_MS),
  changed: changedProblem(),
  unwritable: unwritableProblem({
    why: '/etc/multihomed is read-only for the daemon',
    help: 'ReadWritePaths=/etc/multihomed in the unit (sudo systemctl edit multihomed)',
  }),
  confirm: confirmDocument(NOW_MS),
  undo: undoDocument(undo, NOW_MS),
  pending: pendingProblem(trial, NOW_MS),
  tooLate: nothingToConfirmProblem({ is: 'nothing', undone: undo }, NOW_MS),
  down: downDocument(down, NOW_MS),
  drained: oneLineDocument(status, drained, NOW_MS),
  unknownLine: unknownLineProblem('fibre', [fiber, dsl]),
  lastLine: lastLineProblem('fiber', { is: 'last-line', works: true, others: [dsl] }, NOW_MS),
  probe: probeDocument(probe, NOW_MS),
  notify: notifyDocument(channels, NOW_MS),
  notifyTest: notifyTestDocument(tested, NOW_MS),
  unknownChannel: unknownChannelProblem('fone', ['phone', 'sms']),
  events: eventsDocument(history, NOW_MS),
  lineHistory: lineHistoryDocument(
    'fiber',
    { fromMs: NOW_MS - DAY_MS, toMs: NOW_MS, points: 300 },
    past,
    NOW_MS,
  ),
  lineClients: lineClientsDocument('dsl', ofClients, NOW_MS),
  lineReport: lineReportDocument('dsl', month, NOW_MS),
  nothingRemembered: nothingRememberedProblem(
    'nothing is remembered: history is off, or its file cannot be read',
  ),
  event: eventDocument(lost, { hostname: 'router1', state: 'down' }),
  trace: traceDocument(trace, NOW_MS),
  connections: inFileOrder(connectionsDocument(connections, NOW_MS), ['fiber', 'dsl']),
  tokens: tokensDocument(tokens, NOW_MS),
  newToken: newTokenDocument(desk, 'multihomed_Xq3…', NOW_MS),
  rights: rightsDocument('change', NOW_MS),
  health: daemonHealthDocument(status, taken, NOW_MS),
  unhealthy: daemonHealthDocument(
    { ...status, matches: false, trouble: 'nft: Operation not permitted' },
    taken,
    NOW_MS,
  ),
  noSuchName: traceProblem({ is: 'no-such-name', name: 'exmaple.org', said: 'there is no such name' }),
  refused: refusedProblem(refused),
  refusedText: refusedTextProblem(refused),
}
