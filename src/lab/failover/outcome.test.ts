import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomeOf } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { Datagram, LastingConnection, NewConnection, Recorded } from './recorded.ts'

/** The fault on `fiber` begins at 1000 and is mended at 6000; `dsl` has none. */
const recorded = (what: Partial<Recorded>): Recorded => ({
  faultAtMs: 1000,
  mendedAtMs: 6000,
  takingHold: [{ fromMs: 1000, toMs: 1005 }],
  ailingSinceMs: new Map([['fiber', 1000]]),
  newConnections: [],
  lasting: [],
  flows: [],
  changes: [],
  ...what,
})

const begun = (
  startedAtMs: number,
  tookMs: number,
  line: string | undefined,
  from: NewConnection['from'] = 'lan',
): NewConnection => ({
  from,
  startedAtMs,
  tookMs,
  outcome: line === undefined ? { ok: false, error: 'timeout' } : { ok: true, line },
})

const open = (
  line: string,
  kind: LastingConnection['kind'],
  endedAtMs?: number,
  from: LastingConnection['from'] = 'lan',
): LastingConnection => ({
  kind,
  from,
  line,
  openedAtMs: 0,
  ...(endedAtMs !== undefined && { ended: { atMs: endedAtMs, code: 'ECONNRESET' } }),
})

/** One every 20 ms; by which line each was answered, a dash for none. */
const flow = (line: string, answers: string, fromMs = 980): Recorded['flows'][number] => ({
  kind: 'stream',
  from: 'lan',
  line,
  datagrams: answers.split(' ').map((by, i): Datagram => {
    const sentAtMs = fromMs + 20 * i
    return { sentAtMs, ...(by !== '-' && { answer: { atMs: sentAtMs + 5, line: by } }) }
  }),
})

const is = (line: string, state: string, atMs: number): Recorded['changes'][number] => ({
  line,
  state,
  atMs,
  text: '',
})

const rows: readonly (readonly [string, Partial<Recorded>, (outcome: Outcome) => unknown, unknown])[] = [
  [
    'what the daemon says counts from the fault on, doubt and certainty apart',
    { changes: [is('fiber', 'suspect', 1200), is('fiber', 'down', 1700)] },
    ({ suspectAfterMs, downAfterMs, falseAlarms }) => [suspectAfterMs, downAfterMs, falseAlarms],
    [200, 700, 0],
  ],
  [
    'certainty at once is doubt too',
    { changes: [is('fiber', 'down', 1008)] },
    ({ suspectAfterMs, downAfterMs }) => [suspectAfterMs, downAfterMs],
    [8, 8],
  ],
  [
    'a fault of two lines is noticed when it is noticed on each, counted from its own beginning',
    {
      ailingSinceMs: new Map([
        ['fiber', 1000],
        ['dsl', 3000],
      ]),
      changes: [is('fiber', 'suspect', 1200), is('fiber', 'down', 1700), is('dsl', 'suspect', 3300)],
    },
    ({ suspectAfterMs, downAfterMs, falseAlarms }) => [suspectAfterMs, downAfterMs, falseAlarms],
    [300, undefined, 0],
  ],
  [
    'with a second fault it works again once the later one is overcome, each counted from its own beginning',
    {
      ailingSinceMs: new Map([
        ['fiber', 1000],
        ['dsl', 3000],
      ]),
      newConnections: [begun(1100, 1030, 'dsl'), begun(3250, 1030, 'lte')],
      lasting: [open('fiber', 'upload', 4000), open('dsl', 'upload', 5900)],
    },
    ({ fresh, sending }) => [fresh.worksAgainAfterMs, sending.knowsAfterMs],
    [250, 3000],
  ],
  [
    'a line that nothing ails is doubted, and the other one too early: two false alarms',
    { changes: [is('dsl', 'suspect', 1500), is('dsl', 'up', 1600), is('fiber', 'suspect', 900)] },
    ({ falseAlarms, suspectAfterMs }) => [falseAlarms, suspectAfterMs],
    [2, undefined],
  ],
  [
    'new connections: who failed, who had to send again, and when the last of them began',
    {
      newConnections: [
        begun(990, 3000, undefined), // under way: nobody can save it
        begun(1003, 3000, undefined), // perhaps as well
        begun(1010, 3, 'dsl'),
        begun(1060, 1030, 'dsl'),
        begun(1110, 5000, undefined),
        begun(1160, 3, 'dsl'),
        begun(6100, 1200, 'fiber'), // the fault is over
      ],
    },
    ({ fresh }) => fresh,
    { begun: 4, failed: 1, waited: 1, worksAgainAfterMs: 110 },
  ],
  [
    'of the box itself: who was told that it is over may try again, who hangs is counted, and neither for the LAN',
    {
      newConnections: [begun(1060, 5003, undefined, 'box'), begun(1310, 700, undefined, 'box')],
    },
    ({ fresh, ownHung }) => [fresh.begun, ownHung],
    [0, 1],
  ],
  [
    'who only waits, who sends and what is the box’s own are told apart, and who was never told is counted',
    {
      lasting: [
        open('fiber', 'download', 4050),
        open('fiber', 'download', 4070),
        open('fiber', 'upload', 4020),
        open('fiber', 'keep-alive'),
        open('fiber', 'download', 4001, 'box'),
        open('dsl', 'download'),
      ],
    },
    ({ waiting, sending, own, hurt }) => [waiting, sending, own, hurt],
    [
      { connections: 2, knowsAfterMs: 3070, untold: 0 },
      { connections: 2, knowsAfterMs: 3020, untold: 1 },
      { connections: 1, knowsAfterMs: 3001, untold: 0 },
      0,
    ],
  ],
  [
    'ended before the fault: not stranded by it; ended after the mending: not told in time',
    { lasting: [open('fiber', 'download', 500), open('fiber', 'download', 6500)] },
    ({ waiting }) => waiting,
    { connections: 1, knowsAfterMs: undefined, untold: 1 },
  ],
  [
    'a connection of another line that ended was hurt, whenever that was',
    { lasting: [open('dsl', 'upload', 7000)] },
    ({ hurt }) => hurt,
    1,
  ],
  [
    'a UDP flow is silent until the first answer behind the first loss',
    { flows: [flow('fiber', 'fiber fiber - - - dsl dsl')] },
    ({ udpAgainAfterMs, udpSilent, hurt }) => [udpAgainAfterMs, udpSilent, hurt],
    [80, 0, 0],
  ],
  [
    'a UDP flow that stays silent has no time; one that lost nothing was never silent',
    { flows: [flow('fiber', 'fiber fiber - - - - -'), flow('fiber', 'fiber fiber fiber')] },
    ({ udpAgainAfterMs, udpSilent }) => [udpAgainAfterMs, udpSilent],
    [undefined, 1],
  ],
  [
    'a UDP flow of another line may lose a datagram, not three in a row, and may not move',
    {
      flows: [
        flow('dsl', 'dsl dsl - - dsl dsl'),
        flow('dsl', 'dsl dsl - - - dsl'),
        flow('dsl', 'dsl dsl fiber dsl'),
      ],
    },
    ({ hurt }) => hurt,
    2,
  ],
  [
    'what is answered a moment later is no loss: the last ones may still be on their way',
    { flows: [flow('dsl', 'dsl dsl dsl - -')] },
    ({ hurt }) => hurt,
    0,
  ],
  [
    'used again: the first connection that went over it, of those that began after the mending',
    {
      newConnections: [
        begun(5990, 5, 'fiber'),
        begun(9200, 5, 'fiber'),
        begun(9100, 200, 'fiber'),
        begun(6100, 5, 'dsl'),
      ],
    },
    ({ usedAgainAfterMs }) => usedAgainAfterMs,
    3100,
  ],
  [
    'not used again until the end: no time',
    { newConnections: [begun(6100, 5, 'dsl')] },
    ({ usedAgainAfterMs }) => usedAgainAfterMs,
    undefined,
  ],
  [
    'a fault of no line at all needs nobody to come back',
    { ailingSinceMs: new Map(), newConnections: [begun(6100, 5, 'dsl')] },
    ({ usedAgainAfterMs, suspectAfterMs }) => [usedAgainAfterMs, suspectAfterMs],
    [undefined, undefined],
  ],
]

for (const [name, what, read, expected] of rows)
  test(name, () => assert.deepEqual(read(outcomeOf(recorded(what))), expected))
