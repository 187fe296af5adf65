/** The texts, whole: what a person sees. A change here is a change of the product. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  CheckDocument,
  DoctorDocument,
  DownDocument,
  LineDocument,
  NoteDocument,
  PlanDocument,
  StatusDocument,
} from '../api/contract.ts'
import { EXAMPLES } from '../api/fake.ts'
import { applyText } from './apply.ts'
import { checkText } from './check.ts'
import { doctorText } from './doctor.ts'
import { downText } from './down-text.ts'
import { failureText, offlineFailure } from './failure.ts'
import { notesText } from './notes-text.ts'
import { planText } from './plan-text.ts'
import { screenFor } from './screen.ts'
import { oneLineText, statusText, verdictText } from './status-text.ts'
import { measuredText } from './trial-text.ts'

const piped = { write: () => true }
const screen = screenFor(piped, { LANG: 'C.UTF-8' }, { color: 'never', ascii: false })
const coloured = screenFor(piped, { LANG: 'C.UTF-8' }, { color: 'always', ascii: false })

const status: StatusDocument = {
  ...EXAMPLES.status,
  verdict: { text: '1 of 2 lines is in use: fiber. dsl is down since 14:06: no carrier.', level: 'some' },
}

const STATUS = `\
multihomed 0.1.0 on router1, running 12 d, config applied 3 d ago

1 of 2 lines is in use: fiber. dsl is down since 14:06: no carrier.

  LINE   STATE  FOR   NEW/WANT    DELAY  LOSS  DOWN/UP Mbit/s  OPEN
● fiber  up     12 d  100/100 %  4.2 ms   0 %    212.4 / 38.1  1204
✖ dsl    DOWN   1 h   -               -     -               -     0

  LINE   WEIGHT  INTERFACE  ADDRESS          GATEWAY
  fiber       3  wan1       198.51.100.2/28  198.51.100.1
  dsl         1  wan2       -                -

note[MH511]: main has a default route through wan1; our rules come before it
    = help: nothing to do`

test('status', () => {
  assert.equal(statusText(status, screen), STATUS)
})

test('colour changes nothing that is printed', () => {
  const text = statusText(status, coloured)
  assert.match(text, /\u001b\[32m● fiber {2}up *\u001b\[39m/) // oxlint-disable-line no-control-regex
  assert.match(text, /\u001b\[31m/) // oxlint-disable-line no-control-regex
  assert.equal(text.replace(/\u001b\[\d+m/g, ''), STATUS) // oxlint-disable-line no-control-regex
})

test('status fits 80 columns, whatever the names, states and numbers', () => {
  const states = ['up', 'suspect', 'draining', 'absent', 'unknown', 'down'] as const
  const lines = states.map((state, i): LineDocument => ({
    ...EXAMPLES.line.line,
    name: `${'provider-number-with-a-very-long-name'.slice(0, 8 + 6 * i)}${i}`,
    state,
    interface: 'enp129s0f0np0x',
    address: '198.151.100.222/28',
    gateway: '198.151.100.221',
    weight: 1000,
    openConnections: 262_144,
    downBitsPerSecond: 9_999_900_000,
    upBitsPerSecond: 9_999_900_000,
    since: '2026-11-21T14:06:43.551Z',
  }))
  const long = 'a sentence that goes on for quite a while and then for a while more, '.repeat(3)
  const notes: NoteDocument[] = [
    { code: 'MH510', name: 'vpn-catches', severity: 'warning', text: long, help: long },
  ]
  const text = statusText({ ...status, verdict: { text: long, level: 'some' }, lines, notes }, screen)
  assert.deepEqual(
    text.split('\n').filter((line) => line.length > 80),
    [],
  )
  assert.match(text, /draining .* {3}10000 \/ 10000 {2}262144/)
})

const NOW = EXAMPLES.status.time
const later = (ms: number): string => new Date(Date.parse(NOW) + ms).toISOString()
const watched = (name: string, change: Partial<NonNullable<LineDocument['health']>>): LineDocument => {
  const { health, ...line } = EXAMPLES.line.line
  assert.ok(health)
  return { ...line, name, newShareRatio: 0, wantedShareRatio: 0, health: { ...health, ...change } }
}

test('lines of every health: delay, loss, what was ended, when they are asked again', () => {
  const lines: LineDocument[] = [
    { ...watched('fiber', { degraded: 'lossy', lossRatio: 0.3 }), newShareRatio: 1, wantedShareRatio: 1 },
    {
      ...watched('starlink', { state: 'suspect', delayMs: 88, lossRatio: 0.12 }),
      state: 'suspect',
      since: later(-3000),
    },
    {
      ...watched('dsl', { state: 'down', nextProbeAt: later(400) }),
      state: 'down',
      since: later(-3_840_000),
      released: { at: NOW, told: 112, ended: 3 },
    },
    { ...watched('lte', {}), inReserve: true },
  ]
  const [, , table = '', , remarks] = statusText({ ...status, lines, notes: [] }, screen).split('\n\n')
  assert.equal(
    table,
    `\
  LINE      STATE    FOR      NEW/WANT    DELAY  LOSS  DOWN/UP Mbit/s  OPEN
● fiber     lossy    12 d     100/100 %  4.2 ms  30 %    212.4 / 38.1  1204
▲ starlink  suspect  3 s      -           88 ms  12 %    212.4 / 38.1  1204
✖ dsl       DOWN     1 h 4 m  -               -     -    212.4 / 38.1  1204
● lte       reserve  12 d     -          4.2 ms   0 %    212.4 / 38.1  1204`,
  )
  assert.equal(
    remarks,
    `\
! starlink  asked again in 4 s
! dsl       115 connections ended, 3 of them this box's own, so that programs
            connect anew; asked again several times a second
! lte       in reserve: it takes over when no other line works`,
  )
})

test('a state that only a newer daemon knows is shown by its own word', () => {
  const line = { ...EXAMPLES.line.line, state: 'resting' as LineDocument['state'] } // as a newer daemon would
  assert.match(statusText({ ...status, lines: [line] }, screen), /○ fiber {2}resting/)
})

test('the speeds of all lines keep their slashes in one column', () => {
  const slow = { ...EXAMPLES.line.line, name: 'dsl', downBitsPerSecond: 400_000, upBitsPerSecond: 100_000 }
  const text = statusText({ ...status, lines: [EXAMPLES.line.line, slow] }, screen)
  assert.match(text, /212\.4 \/ 38\.1 .*\n.* {2}0\.4 \/ {2}0\.1 /)
})

test('lines that share an interface: whose bytes these are', () => {
  const dsl: LineDocument = { ...EXAMPLES.line.line, name: 'dsl', sharesInterfaceWith: ['fiber'] }
  const fiber: LineDocument = { ...EXAMPLES.line.line, sharesInterfaceWith: ['dsl'] }
  const text = statusText({ ...status, lines: [fiber, dsl], notes: [] }, screen)
  assert.match(text, /\n\nDOWN\/UP of fiber and dsl is counted by wan1, for all of them together\.$/)
  const one = oneLineText({ ...EXAMPLES.line, line: dsl }, screen)
  assert.match(one, /1\.2 TB received, 88 GB sent, fiber\s+on\s+wan1\s+included$/)
})

const leftover = (by: string): NoteDocument => ({
  code: 'MH511',
  name: 'leftover-default',
  severity: 'note',
  text: `a default route by ${by} is in the main table (DHCP's or the admin's); it does no harm, the lines come first`,
})
const vpn: NoteDocument = { code: 'MH510', name: 'vpn-catches', severity: 'warning', text: 'a VPN' }

const LEFTOVERS: readonly { name: string; notes: NoteDocument[]; shown: string }[] = [
  {
    name: 'one for each of three lines',
    notes: [leftover('wan1 through 198.51.100.1'), vpn, leftover('wan2 through 192.0.2.1'), leftover('ppp0')],
    shown: `\
note[MH511]: a default route by wan1 through 198.51.100.1, wan2 through
    192.0.2.1 and ppp0 is in the main table (DHCP's or the admin's); it does no
    harm, the lines come first
warning[MH510]: a VPN
    = help: multihome explain MH510`,
  },
  {
    name: 'two by one line',
    notes: [leftover('wan1 through 198.51.100.1'), leftover('wan1 through 198.51.100.2')],
    shown: `\
note[MH511]: a default route by wan1 through 198.51.100.1 and 198.51.100.2 is in
    the main table (DHCP's or the admin's); it does no harm, the lines come
    first`,
  },
  {
    name: 'twice the same',
    notes: [leftover('wan1'), leftover('wan1')],
    shown: `\
note[MH511]: a default route by wan1 is in the main table (DHCP's or the
    admin's); it does no harm, the lines come first`,
  },
]
for (const { name, notes, shown } of LEFTOVERS) {
  test(`default routes left in main are told in one sentence: ${name}`, () => {
    assert.equal(notesText(notes, screen), shown)
  })
}

const [inBoth, withoutIpv6] = EXAMPLES.lines.lines
assert.ok(inBoth?.ipv6 && withoutIpv6)
const { ipv6 } = inBoth

test('lines in both families: how IPv6 of each does, and where it goes', () => {
  const dsl: LineDocument = {
    ...watched('dsl', {}),
    ipv6: {
      ...ipv6,
      state: 'up',
      address: '2001:db8:1234:5678:5054:ff:fe12:3456',
      gateway: 'fe80::5054:ff:fe12:3456',
      wantedShareRatio: 1,
    },
  }
  const text = statusText({ ...status, lines: [inBoth, dsl, withoutIpv6], notes: [] }, screen)
  const [, , , , table, remarks] = text.split('\n\n')
  assert.equal(
    table,
    `\
  LINE   IPv6  ADDRESS                               GATEWAY
✖ fiber  DOWN  2001:db8:1::2                         fe80::1
● dsl    up    2001:db8:1234:5678:5054:ff:fe12:3456  fe80::5054:ff:fe12:3456`,
  )
  assert.equal(remarks, '! fiber  IPv6: asked again in 4 s')
})

test('a line with a quota: how much of it is used, and on which day', () => {
  const volume = { usedBytes: 31_200_000_000, quotaBytes: 50_000_000_000, from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' } // prettier-ignore
  const text = statusText({ ...status, lines: [{ ...watched('dsl', {}), volume }], notes: [] }, screen)
  assert.match(text, /^! dsl  31 GB of 50 GB used, day 22 of 30$/m)
})

test('lines LINE in both families: IPv6 by itself, behind the rest', () => {
  const [, shown] = oneLineText({ ...EXAMPLES.line, line: inBoth }, screen).split('\n\n')
  assert.equal(
    shown,
    `\
IPv6      DOWN for 1 h: nothing answers beyond the gateway
reached   wan1 through fe80::1
address   2001:db8:1::2
new       gets none now
quality   delay 4.2 ms ± 0.4 ms, loss 0 %
probes    51831 of 51840 answered, 8.7 MB both ways; next in 4 s`,
  )
})

test('what was measured over both families of a line says so', () => {
  const measure = { line: 'fiber', works: true, delayMs: 4.2 }
  const tried = { ...EXAMPLES.tried, before: [measure, { ...measure, family: 'ipv6' as const }], notes: [] }
  assert.match(measuredText(tried, screen), /^before {3}fiber 4 ms {4}fiber over IPv6 4 ms {3,}2 of 2 work$/m)
})

test('status --check is the verdict alone', () => {
  assert.equal(verdictText(status, screen), status.verdict.text)
})

test('lines LINE, up', () => {
  assert.equal(
    oneLineText(EXAMPLES.line, screen),
    `\
● fiber
state     up for 12 d
reached   wan1 through 198.51.100.1
address   198.51.100.2/28
new       weight 3, 100 % wanted, 100 % in the last 5 m; chosen 88231 times for
          the LAN since the table exists
quality   delay 4.2 ms ± 0.4 ms, loss 0 %
checks    icmp/1.1.1.1 4.2 ms, dns/8.8.8.8 4.6 ms, https://example.org/alive
          silent, left out
probes    51831 of 51840 answered, 8.7 MB both ways; next in 4 s
open      1204 connections
traffic   down 212.4, up 38.1 Mbit/s; 1.2 TB received, 88 GB sent`,
  )
})

test('lines LINE, down: the cause, and no number that is not known', () => {
  const dsl = EXAMPLES.lines.lines[1]
  assert.ok(dsl)
  assert.equal(
    oneLineText({ ...EXAMPLES.line, line: { ...dsl, openConnections: null } }, screen),
    `\
✖ dsl
state     DOWN for 1 h: no carrier
reached   wan2
address   none
new       weight 1, gets none now; chosen 29410 times for the LAN since the
          table exists
open      not known
traffic   401 GB received, 29 GB sent`,
  )
})

test('lines LINE, whose cable is out: nobody is asked, and what was answered before is said of nobody', () => {
  const { health, ...line } = EXAMPLES.line.line
  assert.ok(health)
  const targets = health.targets.map((one) => ({ ...one, state: 'unknown' as const, delayMs: null }))
  const held = { ...line, health: { ...health, delayMs: null, lossRatio: null, penalty: 1.2, targets } }
  assert.match(
    oneLineText({ ...EXAMPLES.line, line: held }, screen),
    /; went down 1 time lately, .*\nchecks    not asked: icmp\/1\.1\.1\.1, dns\/8\.8\.8\.8, https:/s,
  )
})

const plan: PlanDocument = {
  ...EXAMPLES.plan,
  stepCount: 7,
  groups: [
    {
      sign: '+',
      subject: 'starlink',
      title: 'new line on enp4s0, weight 2',
      why: ['config.yaml:14 is new'],
      effect: 'new connections: fiber 75 → 50 %, lte 25 → 17 %, starlink 0 → 33 %, and so on',
      steps: [
        {
          sign: '+',
          commands: ['sysctl -w net/ipv4/conf/enp4s0/rp_filter=2'],
          why: 'config.yaml:14 is new',
        },
        {
          sign: '+',
          commands: ['ip route add default via 100.64.0.1 dev enp4s0 table 203 proto 222'],
          why: 'config.yaml:16 names the gateway',
        },
        {
          sign: '~',
          commands: Array.from({ length: 10 }, (_, i) => `nft line ${2 * i + 1}\nnft line ${2 * i + 2}`),
          why: 'config.yaml:16 names the gateway',
        },
      ],
    },
    {
      sign: '!',
      subject: 'router',
      title: 'rule 30201 is missing',
      why: ['removed by another program', 'config.yaml:4 wants it'],
      effect: '',
      steps: [{ sign: '+', commands: ['ip rule add pref 30201'], why: 'config.yaml:4 wants it' }],
    },
  ],
  notes: EXAMPLES.status.notes,
}

test('plan: effect first, then the commands, each under its reason', () => {
  assert.equal(
    planText(plan, screen, 'some'),
    `\
1 new line, 1 repair: 7 steps.

+ starlink   new line on enp4s0, weight 2
    why     config.yaml:14 is new
    effect  new connections: fiber 75 → 50 %, lte 25 → 17 %, starlink 0 → 33 %,
            and so on
    + sysctl -w net/ipv4/conf/enp4s0/rp_filter=2
    # config.yaml:16 names the gateway
    + ip route add default via 100.64.0.1 dev enp4s0 table 203 proto 222
    ~ nft line 1
      nft line 2
    ~ nft line 3
      nft line 4
    ~ nft line 5
      nft line 6
    ~ nft line 7
      nft line 8
    ~ nft line 9
      nft line 10
    ~ nft line 11
      nft line 12
      … 8 more lines: --all
! router     rule 30201 is missing
    why     removed by another program
            config.yaml:4 wants it
    # config.yaml:4 wants it
    + ip rule add pref 30201

note[MH511]: main has a default route through wan1; our rules come before it
    = help: nothing to do`,
  )
})

test('plan --short has every effect and cause and no command', () => {
  assert.equal(
    planText({ ...plan, notes: [] }, screen, 'short'),
    `\
1 new line, 1 repair: 7 steps.

+ starlink   new line on enp4s0, weight 2
    why     config.yaml:14 is new
    effect  new connections: fiber 75 → 50 %, lte 25 → 17 %, starlink 0 → 33 %,
            and so on
! router     rule 30201 is missing
    why     removed by another program
            config.yaml:4 wants it`,
  )
})

test('plan --all leaves nothing out of a long nft transaction', () => {
  const text = planText(plan, screen, 'all')
  assert.match(text, /nft line 20\n/)
  assert.doesNotMatch(text, /more lines/)
})

test('plan with nothing to do says so', () => {
  assert.equal(
    planText({ stepCount: 0, groups: [], besides: [], notes: [] }, screen, 'some'),
    'Nothing to do: this box is as the configuration wishes.',
  )
})

const BESIDES = ['health is new (config.yaml:12): nobody is asked over any line']

test('what changes in the daemon alone is told, with steps and without', () => {
  const text = planText({ stepCount: 0, groups: [], besides: BESIDES, notes: [] }, screen, 'some')
  assert.equal(text, `In the kernel nothing changes; what does is below.\n\n  ${BESIDES.join()}`)
  assert.match(
    planText({ ...plan, besides: BESIDES }, screen, 'short'),
    /\n\nBesides, without a step:\n {2}health is new/,
  )
  const applied = { ...EXAMPLES.apply, stepCount: 0, groups: [], besides: BESIDES }
  assert.match(
    applyText(applied, screen),
    /^Taken\. In the kernel nothing changes; what does is below\.\n\n {2}health is new/,
  )
})

test('apply tells effects and time', () => {
  assert.equal(
    applyText(EXAMPLES.apply, screen),
    `\
Applied in 38 ms.
1 repair: 1 step.

! router     rule 30201 is missing
    why     removed by another program
    effect  connections bound to fiber's own address may leave by dsl`,
  )
})

test('down --dry-run: what would go, and with which commands', () => {
  assert.equal(
    downText(EXAMPLES.down, screen, { daemon: true }),
    `\
Would remove 7 rules, 5 routes, 3 nexthops, 1 nft table; put back 6 sysctls. The
daemon would end.

  nft delete table inet multihomed
  ip rule del pref 30222`,
  )
})

test('down: what went', () => {
  assert.equal(
    downText({ ...EXAMPLES.down, dryRun: false, restoredSysctls: 1 }, screen, { daemon: false }),
    `\
Removed 7 rules, 5 routes, 3 nexthops, 1 nft table; put back 1 sysctl. Nothing
of ours is left.`,
  )
})

test('down: addresses that it had put on and interfaces that it had switched on are told too', () => {
  const { removed } = EXAMPLES.down
  const raised = { ...EXAMPLES.down, dryRun: false, removed: { ...removed, addresses: 2 }, loweredLinks: 1 }
  assert.equal(
    downText(raised, screen, { daemon: false }),
    `\
Removed 7 rules, 5 routes, 3 nexthops, 2 addresses, 1 nft table; switched off 1
interface; put back 6 sysctls. Nothing of ours is left.`,
  )
})

test('down: whom it told besides, and who could not be', () => {
  const told: DownDocument = {
    ...EXAMPLES.down,
    dryRun: false,
    leftHosts: ['lan0', 'lan1'],
    resolversBack: 'resolved',
    untold: ['hosts on lan1 are not told that we leave: ENETDOWN'],
  }
  assert.equal(
    downText(told, screen, { daemon: false }),
    `\
Removed 7 rules, 5 routes, 3 nexthops, 1 nft table; put back 6 sysctls; told
hosts on lan0 and lan1 to look for another router; gave systemd-resolved its
resolvers back. Nothing of ours is left. Yet hosts on lan1 are not told that we
leave: ENETDOWN.`,
  )
})

const SETTINGS_LEFT = [
  { key: 'net/ipv4/ip_forward', value: '1' },
  { key: 'net/ipv4/conf/wan1/rp_filter', value: '2' },
]

test('down without a memory: what stays is named, and nobody claims that nothing is left', () => {
  const forgetful = { ...EXAMPLES.down, dryRun: false, restoredSysctls: 0, settingsLeft: SETTINGS_LEFT }
  assert.equal(
    downText(forgetful, screen, { daemon: false }),
    `\
Removed 7 rules, 5 routes, 3 nexthops, 1 nft table. How the box was before is
not known here (neither --state-dir nor the folder of --socket remembers it):
net.ipv4.ip_forward = 1 and net.ipv4.conf.wan1.rp_filter = 2 stay, and so do
addresses that were put on and interfaces that were switched on.`,
  )
})

test('down where there is nothing', () => {
  const nothing = {
    ...EXAMPLES.down,
    commands: [],
    removed: { rules: 0, routes: 0, nexthops: 0, addresses: 0, tables: 0, queues: 0 },
    restoredSysctls: 0,
  }
  for (const dryRun of [true, false]) {
    assert.equal(
      downText({ ...nothing, dryRun }, screen, { daemon: false }),
      'Nothing of multihomed is on this box.',
    )
  }
})

const warning = EXAMPLES.status.notes[0]
const CHECKS: readonly {
  name: string
  ok: boolean
  pictures: string
  notes: NoteDocument[]
  shown: string
}[] = [
  {
    name: 'right, but another program stands in the way',
    ok: false,
    pictures: '',
    notes: [{ code: 'MH501', name: 'foreign-table', severity: 'error', text: 'table 201 is taken' }],
    shown: `\
error[MH501]: table 201 is taken
    = help: multihome explain MH501

/c.yaml is right, but nothing is done on this box until that is settled.`,
  },
  { name: 'right', ok: true, pictures: '', notes: [], shown: '/c.yaml is right.' },
  {
    name: 'a warning',
    ok: true,
    pictures: '',
    notes: warning === undefined ? [] : [{ ...warning, severity: 'warning' }],
    shown: `\
warning[MH511]: main has a default route through wan1; our rules come before it
    = help: nothing to do

/c.yaml can be used: 1 warning.`,
  },
]
for (const { name, ok, pictures, notes, shown } of CHECKS) {
  test(`check: ${name}`, () => {
    const check: CheckDocument = { api: 'v1', kind: 'Check', time: '', ok, problems: [], notes, watching: [] }
    assert.equal(checkText(check, pictures, '/c.yaml', screen), shown)
  })
}

test('check tells what watching costs in a month, and says but once what several lines have in common', () => {
  const noticed =
    'a silent failure is noticed within 0.4 s while in use; while idle, when the next probe goes unanswered'
  const watching: CheckDocument['watching'] = [
    {
      line: 'fiber',
      families: ['ipv4'],
      idleBytesPerMonth: 29_100_000,
      busyBytesPerMonth: 204_000_000,
      noticed,
    },
    { line: 'dsl', families: ['ipv4', 'ipv6'], idleBytesPerMonth: 59_100_000, busyBytesPerMonth: 404_000_000, noticed }, // prettier-ignore
    {
      line: 'lte',
      families: ['ipv4'],
      idleBytesPerMonth: 0,
      busyBytesPerMonth: 0,
      noticed: 'a silent failure is not noticed',
    },
  ]
  const check: CheckDocument = {
    api: 'v1',
    kind: 'Check',
    time: '',
    ok: true,
    problems: [],
    notes: [],
    watching,
  }
  assert.equal(
    checkText(check, '', '/c.yaml', screen),
    `\
What our questions cost in a month, both ways, and what they give:
  LINE                 IDLE  IN USE
  fiber               29 MB  204 MB
  dsl, IPv4 and IPv6  59 MB  404 MB
  lte                   0 B     0 B
fiber, dsl: a silent failure is noticed within 0.4 s while in use; while idle,
  when the next probe goes unanswered.
lte: a silent failure is not noticed.

/c.yaml is right.`,
  )
})

test('a refused file: its own pictures; of a running configuration is only spoken where one runs', () => {
  const problem = { code: 'MH203', severity: 'error', message: 'm', file: 'f', line: 9, column: 5 } as const
  const failure = offlineFailure(
    {
      code: 'config',
      text: 'error[MH203]: …\n1 error.',
      problems: [problem],
    },
    'plan',
  )
  assert.equal(failureText(failure, screen), 'error[MH203]: …\n1 error.')
})

test('doctor: what is to fix, what to know, what is well, and what nobody could see', () => {
  const doctor: DoctorDocument = {
    api: 'v1',
    kind: 'Doctor',
    time: '',
    toFix: 1,
    notes: 2,
    findings: [
      {
        severity: 'fix',
        name: 'multi-wan',
        text: 'another load balancer (chain ip mangle mwan3_hook): it chooses lines too, and its rules may come before ours',
        help: 'one of the two: switch it off and take its rules away, or stop multihomed',
      },
      {
        severity: 'note',
        name: 'ufw',
        text: 'ufw (chain ip filter ufw-user-input): what it drops stays dropped',
      },
      { severity: 'note', name: 'file', code: 'MH203', text: 'config.yaml:9: a word' },
      { severity: 'ok', name: 'kernel', text: 'kernel 6.1 has all that is used of it' },
    ],
    unseen: ['nft tables of other programs: that takes root'],
  }
  assert.equal(
    doctorText(doctor, screen),
    `\
FIX   another load balancer (chain ip mangle mwan3_hook): it chooses lines too,
      and its rules may come before ours
      → one of the two: switch it off and take its rules away, or stop
        multihomed
note  ufw (chain ip filter ufw-user-input): what it drops stays dropped
note  config.yaml:9: a word
ok    kernel 6.1 has all that is used of it

Not seen: nft tables of other programs: that takes root.

1 to fix, 2 notes. Nothing was changed.`,
  )
})
