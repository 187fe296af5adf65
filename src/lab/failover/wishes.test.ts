import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from './outcome.ts'
import { unmet } from './wishes.ts'
import type { Wishes } from './wishes.ts'

const nobody = { connections: 0, knowsAfterMs: undefined, untold: 0 }
const calm: Outcome = {
  suspectAfterMs: undefined,
  downAfterMs: undefined,
  fresh: { begun: 100, failed: 0, waited: 0, worksAgainAfterMs: 0 },
  ownHung: 0,
  waiting: nobody,
  sending: nobody,
  own: nobody,
  udpAgainAfterMs: undefined,
  udpSilent: 0,
  usedAgainAfterMs: undefined,
  falseAlarms: 0,
  hurt: 0,
}

const rows: readonly (readonly [string, Partial<Outcome>, Wishes, readonly string[]])[] = [
  ['nothing happened and nothing was wished', {}, {}, []],
  ['noticed in time', { suspectAfterMs: 220, downAfterMs: 770 }, { suspectMs: 300, downMs: 800 }, []],
  [
    'noticed too late',
    { suspectAfterMs: 420 },
    { suspectMs: 300 },
    ['suspected after 0.42 s instead of 0.30 s'],
  ],
  ['not noticed at all', {}, { downMs: 800 }, ['down: never']],
  ['called down though it should bear it', { downAfterMs: 5100 }, { downMs: 'never' }, ['down after 5.1 s']],
  [
    'somebody hangs, somebody learns it late',
    {
      waiting: { connections: 2, knowsAfterMs: 3100, untold: 1 },
      own: { connections: 1, knowsAfterMs: 6000, untold: 0 },
    },
    { toldMs: 4000 },
    [
      '1 of the clients that only wait were not told',
      'programs of the box know after 6.0 s instead of 4.0 s',
    ],
  ],
  [
    'ended though there is nowhere to go',
    { sending: { connections: 2, knowsAfterMs: 3100, untold: 0 } },
    { toldMs: 'nobody' },
    ['2 of the clients that send were ended'],
  ],
  [
    'all are left alone',
    { sending: { connections: 2, knowsAfterMs: undefined, untold: 2 } },
    { toldMs: 'nobody' },
    [],
  ],
  [
    'a program of the box hangs in its attempt to connect',
    { ownHung: 1 },
    { toldMs: 4000 },
    ['1 programs of the box hang that were connecting'],
  ],
  ['UDP is silent for ever', { udpSilent: 1 }, { udpMs: 1000 }, ['1 UDP flows stayed silent']],
  ['UDP was never silent', {}, { udpMs: 1000 }, []],
  ['not used again', {}, { backMs: 1000 }, ['used again: never']],
  [
    'a new connection fails: that nobody does is wished always',
    { fresh: { begun: 100, failed: 2, waited: 0, worksAgainAfterMs: 50 } },
    {},
    ['2 new connections failed'],
  ],
  [
    'unless no line is left',
    { fresh: { begun: 100, failed: 2, waited: 0, worksAgainAfterMs: 50 } },
    { fresh: 'may-fail' },
    [],
  ],
  [
    'others are hurt or doubted: that nobody is is wished always',
    { hurt: 1, falseAlarms: 2 },
    {},
    ['2 doubts without a reason', '1 connections of other lines were hurt'],
  ],
]

for (const [name, outcome, wishes, expected] of rows)
  test(name, () => assert.deepEqual(unmet({ ...calm, ...outcome }, wishes), expected))
