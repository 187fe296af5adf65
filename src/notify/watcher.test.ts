import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Picture } from './incidents.ts'
import type { Message } from './message.ts'
import { tellOf } from './happening.ts'
import { unwatched, type Watched, type Wishes } from './watched.ts'
import { look } from './watcher.ts'

const S = 1000
const M = 60 * S

const WISHES: Wishes = { on: ['down', 'offline', 'flapping', 'fought', 'undone', 'refused'], afterMs: 30 * S }

const clock = (atMs: number): string => `t${Math.round(atMs / S)}`

type Legs = boolean | undefined | readonly (boolean | undefined)[]

/** `{ fiber: true, lte: [true, false] }`: what works, in IPv4 and IPv6. */
function picture(lines: Readonly<Record<string, Legs>>, drained: readonly string[] = []): Picture {
  return {
    lines: Object.entries(lines).map(([name, works]) => ({
      name,
      isDrained: drained.includes(name),
      legs: (typeof works === 'object' ? works : [works]).map((one, i) => ({
        leg: i === 0 ? name : `${name}/ipv6`,
        works: one,
        ...(one === false && { why: '5 of 5 checks lost' }),
      })),
    })),
  }
}

interface Moment {
  readonly atMs: number
  readonly see: Picture
}

/** What is told when this is seen, looking again whenever that was asked for. */
function story(moments: readonly Moment[], wishes = WISHES, untilMs = 0): string[] {
  let watched: Watched = unwatched('s')
  const told: string[] = []
  const step = (see: Picture, atMs: number): number | undefined => {
    const seen = look(watched, see, wishes, atMs, clock)
    watched = seen.watched
    told.push(...seen.messages.map((message) => `${clock(atMs)} ${message.title}`))
    return seen.nextAtMs
  }
  moments.forEach(({ atMs, see }, i) => {
    const end = moments[i + 1]?.atMs ?? untilMs
    for (let next: number | undefined = atMs; next !== undefined && (next === atMs || next < end);)
      next = step(see, next)
  })
  return told
}

const BOTH = { fiber: true, lte: true }

const ROWS: readonly [name: string, moments: readonly Moment[], told: readonly string[], wishes?: Wishes][] =
  [
    [
      'a line that is down is told after half a minute, and its return at once',
      [
        { atMs: 0, see: picture(BOTH) },
        { atMs: 10 * S, see: picture({ ...BOTH, lte: false }) },
        { atMs: 10 * M, see: picture(BOTH) },
      ],
      ['t40 lte is down', 't600 lte is back after 9 m 50 s'],
    ],
    [
      'what is over sooner is told to nobody',
      [
        { atMs: 0, see: picture(BOTH) },
        { atMs: 10 * S, see: picture({ ...BOTH, lte: false }) },
        { atMs: 39 * S, see: picture(BOTH) },
      ],
      [],
    ],
    [
      'no line works: one message afterwards, and none for each line',
      [
        { atMs: 0, see: picture(BOTH) },
        { atMs: 10 * S, see: picture({ fiber: false, lte: false }) },
        { atMs: 100 * S, see: picture({ fiber: true, lte: false }) },
        { atMs: 100 * S + 400, see: picture(BOTH) },
      ],
      ['t100 You were offline t10-t100'],
    ],
    [
      'one line stays down after that: it is told by itself, and so is its return',
      [
        { atMs: 0, see: picture({ fiber: false, lte: false }) },
        { atMs: 100 * S, see: picture({ fiber: true, lte: false }) },
        { atMs: 200 * S, see: picture(BOTH) },
      ],
      ['t105 You were offline t0-t100', 't105 lte is down', 't200 lte is back after 3 m 20 s'],
    ],
    [
      'a line that was told before is told to be back after all were down',
      [
        { atMs: 0, see: picture({ fiber: true, lte: false }) },
        { atMs: 60 * S, see: picture({ fiber: false, lte: false }) },
        { atMs: 120 * S, see: picture(BOTH) },
      ],
      ['t30 lte is down', 't120 You were offline t60-t120', 't120 lte is back after 2 m'],
    ],
    [
      'all lines gone for a moment only is history',
      [
        { atMs: 0, see: picture({ fiber: false, lte: false }) },
        { atMs: 20 * S, see: picture(BOTH) },
      ],
      [],
    ],
    [
      'a line without IPv6 still works, and that is what is told',
      [
        { atMs: 0, see: picture({ fiber: [true, true], lte: true }) },
        { atMs: 10 * S, see: picture({ fiber: [true, false], lte: true }) },
        { atMs: 100 * S, see: picture({ fiber: [true, true], lte: true }) },
      ],
      ['t40 fiber over IPv6 is down', 't100 fiber over IPv6 is back after 1 m 30 s'],
    ],
    [
      'a line that is down in both families is told once',
      [
        { atMs: 0, see: picture({ fiber: [false, false], lte: true }) },
        { atMs: 100 * S, see: picture({ fiber: [true, true], lte: true }) },
      ],
      ['t30 fiber is down', 't100 fiber is back after 1 m 40 s'],
    ],
    [
      'a line that is drained may be unplugged without a word',
      [
        { atMs: 0, see: picture(BOTH, ['lte']) },
        { atMs: 10 * S, see: picture({ ...BOTH, lte: false }, ['lte']) },
        { atMs: 100 * S, see: picture(BOTH, ['lte']) },
      ],
      [],
    ],
    [
      'undrained and dead it is told',
      [
        { atMs: 0, see: picture({ ...BOTH, lte: false }, ['lte']) },
        { atMs: 100 * S, see: picture({ ...BOTH, lte: false }) },
      ],
      ['t100 lte is down'],
    ],
    [
      'what nobody knows yet is no return: a daemon that was started anew has asked nobody',
      [
        { atMs: 0, see: picture({ ...BOTH, lte: false }) },
        { atMs: 60 * S, see: picture({ ...BOTH, lte: undefined }) },
        { atMs: 70 * S, see: picture({ ...BOTH, lte: false }) },
        { atMs: 120 * S, see: picture(BOTH) },
      ],
      ['t30 lte is down', 't120 lte is back after 2 m'],
    ],
    [
      'a line that leaves the file while it is down leaves no open end',
      [
        { atMs: 0, see: picture({ ...BOTH, lte: false }) },
        { atMs: 60 * S, see: picture({ fiber: true }) },
      ],
      ['t30 lte is down', 't60 lte is a line no more'],
    ],
    [
      'a line that comes and goes is told once, and once more when it stays down',
      [
        ...[0, 1, 2].flatMap((i) => [
          { atMs: i * M, see: picture({ ...BOTH, lte: false }) },
          { atMs: i * M + 10 * S, see: picture(BOTH) },
        ]),
        { atMs: 3 * M, see: picture({ ...BOTH, lte: false }) },
        { atMs: 20 * M, see: picture(BOTH) },
      ],
      ['t130 lte comes and goes', 't780 lte is down', 't1200 lte is back after 17 m'],
    ],
    [
      'a line that was told to be down and then comes and goes is back when that is over, not each time',
      [
        ...[0, 1].flatMap((i) => [
          { atMs: i * M, see: picture({ ...BOTH, lte: false }) },
          { atMs: i * M + 10 * S, see: picture(BOTH) },
        ]),
        { atMs: 2 * M, see: picture({ ...BOTH, lte: false }) },
        { atMs: 3 * M, see: picture(BOTH) },
        { atMs: 4 * M, see: picture({ ...BOTH, lte: false }) },
        { atMs: 5 * M, see: picture(BOTH) },
      ],
      ['t150 lte is down', 't180 lte comes and goes', 't900 lte is back after 3 m'],
    ],
    [
      'a fight over our rules is told once while it lasts',
      [
        {
          atMs: 0,
          see: {
            ...picture(BOTH),
            fight: 'NetworkManager keeps removing our rules: 5 times in 1 min; put back each time',
          },
        },
        {
          atMs: 10 * S,
          see: {
            ...picture(BOTH),
            fight: 'NetworkManager keeps removing our rules: 5 times in 1 min; repairing every 30 s now',
          },
        },
      ],
      ['t0 NetworkManager keeps removing our rules'],
    ],
    [
      'who wants to hear of lines alone hears of each, also when none works',
      [
        { atMs: 0, see: picture({ fiber: false, lte: true }) },
        { atMs: 60 * S, see: picture({ fiber: false, lte: false }) },
        { atMs: 120 * S, see: picture(BOTH) },
      ],
      ['t30 fiber is down', 't90 lte is down', 't120 fiber is back after 2 m', 't120 lte is back after 1 m'],
      { ...WISHES, on: ['down'] },
    ],
  ]

for (const [name, moments, told, wishes] of ROWS) {
  test(name, () => assert.deepEqual(story(moments, wishes, 30 * M), told))
}

const messagesOf = (moments: readonly Moment[]): Message[] => {
  let watched = unwatched('s')
  return moments.flatMap(({ atMs, see }) => {
    const seen = look(watched, see, WISHES, atMs, clock)
    watched = seen.watched
    return seen.messages
  })
}

test('a message says since when, why, who carries everything, and how often this week', () => {
  const outage = (atMs: number): Moment[] => [
    { atMs, see: picture({ fiber: true, lte: false, dsl: true }) },
    { atMs: atMs + 31 * S, see: picture({ fiber: true, lte: false, dsl: true }) },
    { atMs: atMs + 20 * M, see: picture({ fiber: true, lte: true, dsl: true }) },
  ]
  const [down, back, , again] = messagesOf([...outage(0), ...outage(100 * M)])
  assert.equal(down?.body, 'Since t0: 5 of 5 checks lost. fiber and dsl carry everything.')
  assert.equal(back?.thread, down?.thread)
  assert.equal(back?.body, 'It takes new connections again.')
  assert.equal(again?.body, 'Second outage this week, 40 m in all.')
})

test('after being offline a message says who came back first, and wakes people', () => {
  const [message] = messagesOf([
    { atMs: 0, see: picture({ fiber: false, lte: false, dsl: false }) },
    { atMs: 449 * S, see: picture({ fiber: true, lte: false, dsl: false }) },
    { atMs: 449 * S + 400, see: picture({ fiber: true, lte: true, dsl: false }) },
    { atMs: 460 * S, see: picture({ fiber: true, lte: true, dsl: false }) },
  ])
  assert.equal(message?.body, '7 m 29 s. fiber came back first, lte 0.4 s later. dsl is still down.')
  assert.equal(message?.urgent, true)
})

test('a line that works badly is told where that is wished, unless it is down', () => {
  const bad = { kind: 'degraded', line: 'lte', text: 'a tenth of what is sent is lost', atMs: 0 } as const
  const on = ['degraded', 'down'] as const
  assert.deepEqual(tellOf(unwatched('s'), bad, WISHES).messages, [])
  assert.equal(tellOf(unwatched('s'), bad, { on }).messages[0]?.title, 'lte works badly')
  const { watched } = look(unwatched('s'), picture({ ...BOTH, lte: false }), { ...WISHES, on }, 0, clock)
  assert.deepEqual(tellOf(watched, bad, { on }).messages, [])
})
