/** One example of each document, shown in the OpenAPI document and held against the schemas by a test. */
import type { DownReport, Status } from '../daemon/control.ts'
import type { PlanReport } from '../plan/index.ts'
import {
  applyDocument,
  downDocument,
  linesDocument,
  oneLineDocument,
  planDocument,
  statusDocument,
} from './documents.ts'
import { lastLineProblem, refusedProblem, unknownLineProblem } from './problems.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 15, 6, 43, 551)
const HOUR_MS = 3_600_000

const fiber = {
  name: 'fiber',
  id: 1,
  state: 'up',
  sinceMs: NOW_MS - 12 * 24 * HOUR_MS,
  interface: 'wan1',
  address: '198.51.100.2/28',
  gateway: '198.51.100.1',
  weight: 3,
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
  wantedShare: 0,
  newConnections: 29_410,
  openConnections: 0,
  receivedBytes: 401_220_118_442,
  sentBytes: 29_331_001_377,
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
  notes: [],
}

const down: DownReport = {
  commands: ['nft delete table inet multihomed', 'ip rule del pref 30222'],
  removed: { rules: 7, routes: 5, nexthops: 3, addresses: 0, tables: 1 },
  loweredLinks: 0,
  restoredSysctls: 6,
  dryRun: true,
}

/** The same before they went on the wire. */
export const VALUES = { status, drained, plan, down }

export const EXAMPLES = {
  status: statusDocument(status, NOW_MS),
  lines: linesDocument(status, NOW_MS),
  line: oneLineDocument(status, fiber, NOW_MS),
  plan: planDocument(plan, NOW_MS),
  apply: applyDocument(plan, 38, NOW_MS),
  down: downDocument(down, NOW_MS),
  drained: oneLineDocument(status, drained, NOW_MS),
  unknownLine: unknownLineProblem('fibre', [fiber, dsl]),
  lastLine: lastLineProblem('fiber', [dsl], NOW_MS),
  refused: refusedProblem({
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
  }),
}
