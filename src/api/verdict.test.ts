import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegStatus, LineStatus } from '../daemon/control.ts'
import type { LineHealth, LineReport } from '../model/index.ts'
import { VALUES } from './examples.ts'
import { verdict } from './verdict.ts'

// Local times, as the sentence shows them.
const NOW_MS = new Date(2026, 10, 22, 15, 6, 43).getTime()
const AT_14_02_MS = new Date(2026, 10, 22, 14, 2, 11).getTime()

const line = (name: string, change: Partial<LineStatus> = {}): LineStatus => {
  const [first] = VALUES.status.lines
  assert.ok(first?.health)
  const { health: _, ...base } = first
  return { ...base, name, wantedShare: 0.5, ...change }
}
const out = (name: string, state: LineStatus['state'], why?: string): LineStatus =>
  line(name, { state, wantedShare: 0, sinceMs: AT_14_02_MS, ...(why !== undefined && { why }) })

const report = (health: LineHealth, change: Partial<LineReport> = {}): { readonly health: LineReport } => ({
  health: { ...VALUES.report, health, ...change },
})

/** Lines that somebody watches. */
const WATCHED = [
  {
    name: 'all of them answer',
    lines: [line('fiber', report('up')), line('dsl', report('up'))],
    text: 'Internet works over fiber and dsl.',
    level: 'all',
  },
  {
    name: 'one is dead behind a carrier that stands, one is only suspected',
    lines: [
      line('fiber', report('up')),
      { ...out('lte', 'down', 'the provider is silent'), ...report('down') },
      { ...out('starlink', 'suspect', '2 of 5 checks unanswered'), ...report('suspect') },
    ],
    text: 'Internet works over fiber. lte is down since 14:02: the provider is silent. starlink is suspect since 14:02: 2 of 5 checks unanswered.',
    level: 'some',
  },
  {
    name: 'a backup in reserve is as wished',
    lines: [line('fiber', report('up')), line('lte', { ...report('up'), inReserve: true, wantedShare: 0 })],
    text: 'Internet works over fiber.',
    level: 'all',
  },
  {
    name: 'a line that loses packets is named, though it is up',
    lines: [line('fiber', report('up', { degraded: 'lossy', why: '30 % of the probes are lost' }))],
    text: 'Internet works over fiber. fiber works badly: 30 % of the probes are lost.',
    level: 'some',
  },
  {
    name: 'a login page is no Internet',
    lines: [line('hotel', report('up', { blame: 'portal', why: 'a redirect to http://portal.example/' }))],
    text: '1 of 1 line is in use. hotel leads to a login page: a redirect to http://portal.example/.',
    level: 'some',
  },
  {
    name: 'none answers, so all are tried',
    lines: ['fiber', 'dsl'].map((name) => ({
      ...line(name, report('down')),
      ...out(name, 'down', 'no answer'),
      wantedShare: 0.5,
    })),
    text: 'The Internet does not answer; fiber and dsl are used all the same. fiber is down since 14:02: no answer. dsl is down since 14:02: no answer.',
    level: 'none',
  },
  {
    name: 'nobody has answered yet, as just after the start',
    lines: [line('fiber', report('unknown'))],
    text: '1 of 1 line is in use.',
    level: 'all',
  },
] as const

const inIpv6 = (
  state: LegStatus['state'],
  change: Partial<LegStatus> = {},
): { readonly ipv6: LegStatus } => ({
  ipv6: { state, sinceMs: AT_14_02_MS, wantedShare: state === 'up' ? 0.5 : 0, ...change },
})

/** Lines in both families. */
const BOTH_FAMILIES = [
  {
    name: 'IPv6 works where IPv4 does: nothing to say',
    lines: [line('fiber', inIpv6('up')), line('dsl')],
    text: '2 of 2 lines are in use.',
    level: 'all',
  },
  {
    name: 'IPv6 of one line is broken, though the line works',
    lines: [line('fiber', inIpv6('down', { why: 'no IPv6 beyond the gateway' })), line('dsl', inIpv6('up'))],
    text: '2 of 2 lines are in use. IPv6 of fiber is down since 14:02: no IPv6 beyond the gateway.',
    level: 'some',
  },
  {
    name: 'IPv6 works over no line: once, what becomes of it',
    lines: [line('fiber', inIpv6('down', { why: 'no answer' })), line('dsl', inIpv6('suspect'))],
    text: '2 of 2 lines are in use. IPv6 of fiber is down since 14:02: no answer. IPv6 of dsl is suspect since 14:02. IPv6 is refused, so that programs take IPv4 at once.',
    level: 'some',
  },
  {
    name: 'a line that nobody can ask over is left to those who have addresses of it: nothing is refused',
    lines: [line('fiber', inIpv6('unknown', { why: 'no address of the prefix' })), line('dsl')],
    text: '2 of 2 lines are in use. Nothing is known of IPv6 of fiber yet: no address of the prefix.',
    level: 'some',
  },
  {
    name: 'another line that has IPv6 alone carries it: it is not refused',
    lines: [
      line('fiber', inIpv6('down', { why: 'no answer' })),
      line('lte', { address: '2001:db8:2::2', wantedShare: 1 }),
    ],
    text: '2 of 2 lines are in use. IPv6 of fiber is down since 14:02: no answer.',
    level: 'some',
  },
  {
    name: 'a line that is gone is gone in both families, and named once',
    lines: [
      { ...out('fiber', 'down', 'no carrier'), ...inIpv6('down', { why: 'no carrier' }) },
      line('dsl', inIpv6('up')),
    ],
    text: '1 of 2 lines is in use: dsl. fiber is down since 14:02: no carrier.',
    level: 'some',
  },
  {
    name: 'the reverse: IPv4 is broken, IPv6 works',
    lines: [{ ...out('fiber', 'down', 'no answer'), ...inIpv6('up') }, line('dsl')],
    text: '1 of 2 lines is in use: dsl. fiber is down since 14:02: no answer.',
    level: 'some',
  },
  {
    name: 'IPv4 answers nowhere, and IPv6 does: the Internet is there',
    lines: [
      {
        ...line('fiber', report('down')),
        ...out('fiber', 'down', 'no answer'),
        ...inIpv6('up', report('up')),
        wantedShare: 1,
      },
    ],
    text: 'Internet works over fiber, in IPv6 alone. fiber is down since 14:02: no answer.',
    level: 'some',
  },
  {
    name: 'a backup in reserve is so in IPv6 too',
    lines: [
      line('fiber', inIpv6('up')),
      line('lte', {
        role: 'backup',
        inReserve: true,
        wantedShare: 0,
        ...inIpv6('up', { wantedShare: 0 }),
      }),
    ],
    text: '1 of 2 lines is in use: fiber.',
    level: 'all',
  },
] as const

const ROWS = [
  {
    name: 'all lines carry new connections',
    lines: [line('fiber'), line('dsl')],
    text: '2 of 2 lines are in use.',
    level: 'all',
  },
  {
    name: 'the only line',
    lines: [line('fiber')],
    text: '1 of 1 line is in use.',
    level: 'all',
  },
  {
    name: 'one of two is out: which, since when, why',
    lines: [out('fiber', 'down', 'no carrier'), line('dsl')],
    text: '1 of 2 lines is in use: dsl. fiber is down since 14:02: no carrier.',
    level: 'some',
  },
  {
    name: 'two of three',
    lines: [line('a'), out('b', 'absent', 'there is no interface wan2'), line('c')],
    text: '2 of 3 lines are in use: a and c. b is absent since 14:02: there is no interface wan2.',
    level: 'some',
  },
  {
    name: 'none in use names every cause',
    lines: [out('fiber', 'down', 'no carrier'), out('dsl', 'down', 'no gateway is known.')],
    text: 'No line is in use. fiber is down since 14:02: no carrier. dsl is down since 14:02: no gateway is known.',
    level: 'none',
  },
  {
    name: 'a line that drains or is only just known gets no praise',
    lines: [line('a'), out('b', 'draining'), out('c', 'unknown')],
    text: '1 of 3 lines is in use: a. b is draining since 14:02. Nothing is known of c yet.',
    level: 'some',
  },
  {
    name: 'a drained line that has to be used says so',
    lines: [
      line('a', {
        state: 'draining',
        sinceMs: AT_14_02_MS,
        why: 'used all the same, for no other line is usable',
      }),
      out('b', 'down', 'no carrier'),
    ],
    text: '1 of 2 lines is in use: a. a is draining since 14:02: used all the same, for no other line is usable. b is down since 14:02: no carrier.',
    level: 'some',
  },
  {
    name: 'a line that is down does not hide that it is drained too',
    lines: [line('a'), { ...out('b', 'down', 'no carrier'), drain: { sinceMs: AT_14_02_MS, force: false } }],
    text: '1 of 2 lines is in use: a. b is down since 14:02: no carrier; drained since 14:02.',
    level: 'some',
  },
  {
    name: 'a suspect line that still has to carry everything is named',
    lines: [line('a', { state: 'suspect', sinceMs: AT_14_02_MS })],
    text: '1 of 1 line is in use. a is suspect since 14:02.',
    level: 'some',
  },
  {
    name: 'up, and yet nothing is given to it',
    lines: [line('a'), line('b', { wantedShare: 0 })],
    text: '1 of 2 lines is in use: a. b is up but gets no new connections.',
    level: 'some',
  },
] as const

for (const { name, lines, text, level } of [...WATCHED, ...BOTH_FAMILIES, ...ROWS]) {
  test(`verdict: ${name}`, () => {
    assert.deepEqual(verdict({ lines, matches: true }, NOW_MS), { text, level })
  })
}

test('verdict: a kernel that is not as wished is said first and is never "all"', () => {
  const { text, level } = verdict(
    { lines: [line('fiber')], matches: false, trouble: 'ip rule add: permission denied' },
    NOW_MS,
  )
  assert.equal(
    text,
    'The kernel is not as the configuration wishes: ip rule add: permission denied. 1 of 1 line is in use.',
  )
  assert.equal(level, 'some')
})

test('verdict: never says that the Internet works where nobody has asked it', () => {
  for (const { lines } of ROWS) {
    assert.doesNotMatch(verdict({ lines, matches: true }, NOW_MS).text, /internet|works/i)
  }
})
