import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_RELEASE } from '../model/index.ts'
import { decideEndings, type ProgressByLine, type LineNow } from './endings.ts'

const fiber: LineNow = {
  name: 'fiber',
  family: 'ipv4',
  isGone: false,
  isUnplugged: false,
  isBackup: false,
  health: 'up',
  isRefuge: true,
  isAvoided: false,
  isReleased: false,
  isReturning: false,
  isInReserve: false,
  release: DEFAULT_RELEASE,
  failback: { is: 'leave' },
}
const dsl: LineNow = { ...fiber, name: 'dsl' }
const fiber6: LineNow = { ...fiber, name: 'fiber/ipv6', family: 'ipv6' }
const dsl6: LineNow = { ...fiber6, name: 'dsl/ipv6' }
const DOWN = { health: 'down', isRefuge: false, isAvoided: true } as const
const UNPLUGGED = { isGone: true, isUnplugged: true, isRefuge: false, isAvoided: true } as const
const RESERVE = { isBackup: true, isInReserve: true, isRefuge: false, isAvoided: true } as const
const BOTH = [fiber, dsl] as const

type Moment = readonly [atMs: number, lines: readonly LineNow[]]

interface Row {
  readonly name: string
  readonly moments: readonly Moment[]
  /** What is ordered at each moment. */
  readonly orders: readonly string[]
}

const ROWS: readonly Row[] = [
  {
    name: 'nobody is ended because a line is suspected',
    moments: [[0, [{ ...fiber, health: 'suspect', isRefuge: false, isAvoided: true }, dsl]]],
    orders: [''],
  },
  {
    name: 'the only IPv6 died: whoever hangs on it is told and takes IPv4, even of the same line, which goes on',
    moments: [
      [0, [fiber, { ...fiber6, ...DOWN }]],
      [9000, [fiber, { ...fiber6, ...DOWN, isReleased: true }]],
    ],
    orders: [
      'fiber/ipv6 forget-unanswered, fiber/ipv6 forget-services',
      'fiber/ipv6 forget-fleeting, fiber/ipv6 release, fiber/ipv6 tell',
    ],
  },
  {
    name: 'IPv4 that died with nowhere to go in IPv4 is left alone though IPv6 works: what it reaches IPv6 may not',
    moments: [
      [0, [{ ...fiber, ...DOWN }, fiber6, dsl6]],
      [9000, [{ ...fiber, ...DOWN }, fiber6, dsl6, dsl]],
    ],
    orders: ['', 'fiber forget-unanswered, fiber forget-services, fiber forget-fleeting, fiber release'],
  },
  {
    name: 'a line that answers again keeps its connections, and ends them at once when that was nothing',
    moments: [
      [0, [{ ...fiber, ...DOWN }, dsl]],
      [2900, [{ ...fiber, ...DOWN, isReturning: true }, dsl]],
      [4000, [{ ...fiber, ...DOWN, isReturning: true }, dsl]],
      [5000, [{ ...fiber, ...DOWN }, dsl]],
    ],
    orders: ['fiber forget-unanswered, fiber forget-services', 'fiber forget-fleeting', '', 'fiber release'],
  },
  {
    name: 'nothing is ended before new connections avoid the line',
    moments: [
      [0, [{ ...fiber, ...DOWN, isAvoided: false }, dsl]],
      [10, [{ ...fiber, ...DOWN }, dsl]],
    ],
    orders: ['', 'fiber forget-unanswered, fiber forget-services'],
  },
  {
    name: 'nothing is ended while there is nowhere to go, and it is made up for when there is',
    moments: [
      [
        0,
        [
          { ...fiber, ...DOWN },
          { ...dsl, ...DOWN },
        ],
      ],
      [
        9000,
        [
          { ...fiber, ...DOWN },
          { ...dsl, ...DOWN },
        ],
      ],
      [9500, [{ ...fiber, ...DOWN }, dsl]],
    ],
    orders: ['', '', 'fiber forget-unanswered, fiber forget-services, fiber forget-fleeting, fiber release'],
  },
  {
    name: 'a line that fell silent: a SYN begins anew at once, a call waits, TCP is released last and told once that holds',
    moments: [
      [0, [{ ...fiber, ...DOWN }, dsl]],
      [499, [{ ...fiber, ...DOWN }, dsl]],
      [500, [{ ...fiber, ...DOWN }, dsl]],
      [2999, [{ ...fiber, ...DOWN }, dsl]],
      [3000, [{ ...fiber, ...DOWN }, dsl]],
      [3010, [{ ...fiber, ...DOWN }, dsl]],
      [3020, [{ ...fiber, ...DOWN, isReleased: true }, dsl]],
      [9000, [{ ...fiber, ...DOWN, isReleased: true }, dsl]],
    ],
    orders: [
      'fiber forget-unanswered, fiber forget-services',
      '',
      'fiber forget-fleeting',
      '',
      'fiber release',
      '',
      'fiber tell',
      '',
    ],
  },
  {
    name: 'without a carrier there is nothing to wait for',
    moments: [
      [0, [{ ...fiber, ...UNPLUGGED }, dsl]],
      [5, [{ ...fiber, ...UNPLUGGED, isReleased: true }, dsl]],
    ],
    orders: [
      'fiber forget-unanswered, fiber forget-services, fiber forget-fleeting, fiber release',
      'fiber tell',
    ],
  },
  {
    name: 'a cable that is pulled after the line fell silent ends the wait',
    moments: [
      [0, [{ ...fiber, ...DOWN }, dsl]],
      [100, [{ ...fiber, ...DOWN, ...UNPLUGGED }, dsl]],
    ],
    orders: ['fiber forget-unanswered, fiber forget-services', 'fiber forget-fleeting, fiber release'],
  },
  {
    name: 'release: never leaves TCP alone',
    moments: [
      [0, [{ ...fiber, ...DOWN, release: { ...DEFAULT_RELEASE, afterMs: 'never' } }, dsl]],
      [600_000, [{ ...fiber, ...DOWN, release: { ...DEFAULT_RELEASE, afterMs: 'never' } }, dsl]],
    ],
    orders: ['fiber forget-unanswered, fiber forget-services', 'fiber forget-fleeting'],
  },
  {
    name: 'repick: false leaves what is no TCP alone',
    moments: [[3000, [{ ...fiber, ...UNPLUGGED, release: { ...DEFAULT_RELEASE, repick: false } }, dsl]]],
    orders: ['fiber release'],
  },
  {
    name: 'a line that is back tells nobody any more, and its next failure is a new one',
    moments: [
      [0, [{ ...fiber, ...UNPLUGGED }, dsl]],
      [10, [{ ...fiber, isReleased: true }, dsl]],
      [20, BOTH],
      [30, [{ ...fiber, ...UNPLUGGED }, dsl]],
    ],
    orders: [
      'fiber forget-unanswered, fiber forget-services, fiber forget-fleeting, fiber release',
      'fiber recall',
      '',
      'fiber forget-unanswered, fiber forget-services, fiber forget-fleeting, fiber release',
    ],
  },
  {
    name: 'a line that is back before its time releases nobody, and is not recalled',
    moments: [
      [0, [{ ...fiber, ...DOWN }, dsl]],
      [1000, BOTH],
      [9000, BOTH],
    ],
    orders: ['fiber forget-unanswered, fiber forget-services', '', ''],
  },
  {
    name: 'connections on a backup line stay by default when better lines are back',
    moments: [
      [0, [fiber, { ...dsl, ...RESERVE }]],
      [9e6, [fiber, { ...dsl, ...RESERVE }]],
    ],
    orders: ['', ''],
  },
  {
    name: 'failback: drain moves them after its time, once',
    moments: [
      [0, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
      [599_999, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
      [600_000, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
      [700_000, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
    ],
    orders: ['', '', 'dsl move', ''],
  },
  {
    name: 'failback: move moves them at once',
    moments: [[0, [fiber, { ...dsl, ...RESERVE, failback: { is: 'move' } }]]],
    orders: ['dsl move'],
  },
  {
    name: 'a backup line that was used again in between is drained anew',
    moments: [
      [0, [fiber, { ...dsl, ...RESERVE, failback: { is: 'move' } }]],
      [
        10,
        [
          { ...fiber, ...DOWN },
          { ...dsl, isBackup: true, failback: { is: 'move' } },
        ],
      ],
      [20, [fiber, { ...dsl, ...RESERVE, failback: { is: 'move' } }]],
    ],
    orders: ['dsl move', 'fiber forget-unanswered, fiber forget-services, dsl recall', 'dsl move'],
  },
  {
    name: 'a doubt of the normal line does not put off for ever that a costly backup is drained',
    moments: [
      [0, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
      [
        590_000,
        [
          { ...fiber, health: 'suspect', isRefuge: false, isAvoided: true },
          { ...dsl, isBackup: true },
        ],
      ],
      [590_200, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
      [600_000, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
    ],
    orders: ['', '', '', 'dsl move'],
  },
  {
    name: 'nor does a doubt of the backup itself',
    moments: [
      [0, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
      [590_000, [fiber, { ...dsl, isBackup: true, health: 'suspect', isRefuge: false, isAvoided: true }]],
      [600_000, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
    ],
    orders: ['', '', 'dsl move'],
  },
  {
    name: 'a backup that stood in for long is given its whole time again',
    moments: [
      [0, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
      [
        500_000,
        [
          { ...fiber, ...DOWN },
          { ...dsl, isBackup: true },
        ],
      ],
      [900_000, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
      [1_499_000, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
      [1_500_000, [fiber, { ...dsl, ...RESERVE, failback: { is: 'drain', deadlineMs: 600_000 } }]],
    ],
    orders: ['', 'fiber forget-unanswered, fiber forget-services', '', '', 'dsl move'],
  },
  {
    name: 'an address that is back in a moment costs nothing; one that stays away is a dead line',
    moments: [
      [0, [{ ...fiber, ...UNPLUGGED, isUnplugged: false }, dsl]],
      [400, BOTH],
      [1000, [{ ...fiber, ...UNPLUGGED, isUnplugged: false }, dsl]],
      [4000, [{ ...fiber, ...UNPLUGGED, isUnplugged: false }, dsl]],
    ],
    orders: [
      '',
      '',
      '',
      'fiber forget-unanswered, fiber forget-services, fiber forget-fleeting, fiber release',
    ],
  },
]

for (const { name, moments, orders } of ROWS) {
  test(name, () => {
    let progress: ProgressByLine = new Map()
    const told = moments.map(([atMs, lines]) => {
      const decision = decideEndings(progress, lines, atMs)
      progress = decision.progress
      return decision.orders.map((order) => `${order.line} ${order.do}`).join(', ')
    })
    assert.deepEqual(told, orders)
  })
}

test('it is woken when the next thing is due, and never without one', () => {
  const down = [{ ...fiber, ...DOWN }, dsl]
  const first = decideEndings(new Map(), down, 1000)
  assert.equal(first.wakeAtMs, 1500)
  const second = decideEndings(first.progress, down, 1500)
  assert.equal(second.wakeAtMs, 4000)
  const third = decideEndings(second.progress, down, 4000)
  assert.equal(third.wakeAtMs, undefined)
})
