/** `multihome init` from the outside: what is asked, what is written, what is said. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { InitSchema } from '../api/contract.ts'
import type { Proposal } from '../api/documents.ts'
import { fail, ok } from '../model/index.ts'
import { runCommand } from './index.ts'
import type { NewFile, Offline, Surroundings } from './surroundings.ts'

const SEEN: Proposal = {
  interfaces: [
    { name: 'enp1s0', address: '198.51.100.2/24', gateway: '198.51.100.1', internet: 'yes, 4 ms', looksLike: 'a line' },
    { name: 'enp2s0', address: '192.168.8.100/24', gateway: '192.168.8.1', internet: 'yes, 41 ms, NAT', looksLike: 'a line, mobile' },
    { name: 'enp3s0', address: '10.0.0.1/24', internet: '34 clients seen', looksLike: 'your network' },
    { name: 'wg0', address: '10.9.0.1/24', looksLike: 'VPN, left alone' },
  ], // prettier-ignore
  lines: [
    { name: 'wan1', interface: 'enp1s0', found: '198.51.100.2/24 by 198.51.100.1', taken: true },
    {
      name: 'mobile',
      interface: 'enp2s0',
      found: '192.168.8.100/24 by 192.168.8.1 (DHCP)',
      taken: true,
      byVolume: true,
    },
  ],
  lan: ['enp3s0'],
  remarks: ['enp4s0 has a cable but no address.'],
}
const ROUTERLESS: Proposal = {
  ...SEEN,
  lines: [
    ...SEEN.lines.slice(0, 1),
    {
      name: 'wan2',
      interface: 'eth5',
      found: '203.0.113.9/24',
      taken: false,
      asksGateway: { guess: '203.0.113.1' },
    },
  ],
}

const FILE = '/etc/multihomed/config.yaml'
const NEW = { is: 'writable', path: FILE, beside: false } as const

interface Circumstances {
  readonly seen?: Proposal
  readonly place?: NewFile
  readonly offline?: Partial<Offline>
  /** What somebody types; when it is all used up, that person is gone. Absent: nobody is there. */
  readonly typed?: readonly string[]
  readonly hasServiceUnit?: true
  readonly columns?: number
}

interface Outcome {
  readonly exitCode: number
  readonly out: string
  readonly err: string
  /** Text by path. */
  readonly written: Readonly<Record<string, string>>
}

async function init(
  words: string,
  { seen = SEEN, place = NEW, offline, typed, hasServiceUnit, columns }: Circumstances = {},
): Promise<Outcome> {
  const shown = { out: '', err: '' }
  const written: Record<string, string> = {}
  const answers = [...(typed ?? [])]
  const never = (): never => assert.fail('init needs no such thing')
  const surroundings: Surroundings = {
    argv: ['init', ...words.split(' ').filter((word) => word !== '')],
    env: { LANG: 'C.UTF-8', MULTIHOMED_SOCKET: '/nonexistent/daemon.sock' },
    stdin: new PassThrough(),
    stdout: {
      write: (text: string) => (shown.out += text),
      ...(columns !== undefined && { columns, isTTY: true }),
    },
    stderr: { write: (text: string) => (shown.err += text) },
    version: '1.2.3',
    nowMs: () => Date.UTC(2026, 10, 22),
    offline: () =>
      Promise.resolve({
        checkOffline: never,
        examineOffline: never,
        gatherReport: never,
        planOffline: never,
        downOffline: never,
        lookAround: () => Promise.resolve(ok(seen)),
        whereToWrite: () => Promise.resolve(place),
        writeNew: (path, text) => {
          written[path] = text
          return Promise.resolve(ok(undefined))
        },
        ...offline,
      }),
    run: never,
    lab: never,
    terminal: never,
    person: () =>
      Promise.resolve(
        typed && {
          ask: (question) => {
            const answer = answers.shift()
            shown.out += `${question}${answer ?? ''}\n`
            return Promise.resolve(answer)
          },
          leave: () => undefined,
        },
      ),
    labCompletion: never,
    configSchema: never,
    makeControlGroup: never,
    interruption: never,
    hasServiceUnit: () => hasServiceUnit === true,
  }
  const exitCode = await runCommand(surroundings)
  return { exitCode, ...shown, written }
}

const TABLE = `\
  INTERFACE  ADDRESS           GATEWAY       INTERNET?        LOOKS LIKE
  enp1s0     198.51.100.2/24   198.51.100.1  yes, 4 ms        a line
  enp2s0     192.168.8.100/24  192.168.8.1   yes, 41 ms, NAT  a line, mobile
  enp3s0     10.0.0.1/24       -             34 clients seen  your network
  wg0        10.9.0.1/24       -             -                VPN, left alone

enp4s0 has a cable but no address.

`

const managed = (dev: string): Proposal => ({
  ...SEEN,
  interfaces: [
    {
      name: 'wan1',
      address: '198.51.100.2/24',
      gateway: '198.51.100.1',
      internet: 'yes, 41 ms',
      looksLike: 'a line, DHCP by NetworkManager, and IPv6',
    },
    { name: dev, address: '10.0.0.1/24', looksLike: 'your network' },
  ],
  remarks: [],
})

for (const [dev, columns, table] of [
  [
    'lan0',
    80,
    `\
  INTERFACE  ADDRESS          GATEWAY       INTERNET?   LOOKS LIKE
  wan1       198.51.100.2/24  198.51.100.1  yes, 41 ms  a line, DHCP by
                                                        NetworkManager, and IPv6
  lan0       10.0.0.1/24      -             -           your network
`,
  ],
  [
    'enx0011223344f',
    72,
    `\
  INTERFACE       ADDRESS          GATEWAY       INTERNET?
  wan1            198.51.100.2/24  198.51.100.1  yes, 41 ms
    a line, DHCP by NetworkManager, and IPv6
  enx0011223344f  10.0.0.1/24      -             -
    your network
`,
  ],
] as const) {
  test(`in ${columns} columns whoever looks after a line is told by his whole name, beside ${dev}`, async () => {
    const { out } = await init('--color never', { seen: managed(dev), columns })
    assert.equal(out.slice(0, table.length), table)
  })
}

const CONFIG = /lan:\n {2}interfaces: \[enp3s0\]\n[^]*wan1: #[^]*mobile: #/

test('--yes: everything is taken as proposed, nothing is asked, and the next command is told', async () => {
  const { exitCode, out, written } = await init('--yes', { typed: [] })
  assert.equal(exitCode, 0)
  assert.match(written[FILE] ?? '', CONFIG)
  assert.equal(
    out,
    `${TABLE}Written: ${FILE} (22 lines, commented). Nothing changed yet.\nNext: sudo multihome plan, then sudo multihome run.\n`,
  )
})

test('in a script without --yes it only tells: what would be written, and how to have it', async () => {
  const { exitCode, out, written } = await init('')
  assert.deepEqual([exitCode, written], [0, {}])
  assert.ok(out.startsWith(`${TABLE}Proposed:\n\n  # Several`), out)
  assert.match(out, /\n\nNothing was written\. To have it in \S+: sudo multihome\s+init --yes/)
})

test('whoever named another file is told how to have it in that one', async () => {
  const { out } = await init('--out /tmp/x.yaml')
  assert.match(
    out,
    /\n\nNothing was written\. To have it there: sudo multihome init --yes --out\s+\/tmp\/x\.yaml;/,
  )
})

test('somebody who presses Enter all the time gets what is proposed', async () => {
  const { exitCode, out, written } = await init('', { typed: ['', '', '', '', ''], hasServiceUnit: true })
  assert.equal(exitCode, 0)
  assert.match(written[FILE] ?? '', CONFIG)
  assert.ok(out.startsWith(`Looking at this box …\n\n${TABLE}Enter takes the answer in brackets`), out)
  assert.match(
    out,
    /Name for enp1s0\? \[wan1\] › \nName for enp2s0\? \[mobile\] › \nIs mobile flat, .*\? \[volume\] › \nInterfaces .*\? \[enp3s0\] › \n/,
  )
  assert.match(out, /Next: sudo multihome plan, then sudo systemctl start multihomed\.\n$/)
})

test('somebody who knows better is followed: names, networks, weights', async () => {
  const { written } = await init('', { typed: ['fiber', 'lte', 'flat', 'enp3s0 br0', '3:1', 'y'] })
  const text = written[FILE] ?? ''
  assert.match(text, /interfaces: \[enp3s0, br0\][^]*fiber: #[^]*weight: 3[^]*lte: #[^]*weight: 1\n/)
})

test('an answer that cannot be is asked for again, with the reason', async () => {
  const typed = [
    'main',
    'fiber',
    'Fiber',
    'lte',
    'free',
    'flat',
    'enp1s0',
    'lan0',
    '3',
    '0 1',
    '2 1',
    'maybe',
    'yes',
  ]
  const { out, written } = await init('', { typed })
  for (const reason of [
    /"main" cannot be the name of a line\. Name for enp1s0\?/,
    /Another line is called Fiber\. Name for enp2s0\?/,
    /Neither flat nor volume\. Is lte/,
    /enp1s0 is the line fiber\. Interfaces/,
    /Not 2 numbers from 1 to 1000\. How/,
  ])
    assert.match(out, reason)
  assert.match(written[FILE] ?? '', /\[lan0\][^]*fiber:[^]*weight: 2/)
})

test('a line that is left out stays in the file as a comment', async () => {
  const { written } = await init('', { typed: ['-', '', '', '-', ''] })
  assert.match(written[FILE] ?? '', /# lan:\n[^]* {2}# wan1: #[^]* {2}mobile: #/)
})

test('a router that nobody told is asked for, and written', async () => {
  const typed = ['', 'second', 'nobody', '', '', '', '']
  const { out, written } = await init('', { seen: ROUTERLESS, typed })
  assert.match(out, /Name for eth5\? \[-\] › second\n.*router on eth5\? \[203\.0\.113\.1\] › nobody\n/)
  assert.match(out, /nobody is no address such as 198\.51\.100\.1\. Which/)
  assert.match(
    written[FILE] ?? '',
    / {2}second: #.*\n {4}interface: eth5\n {4}weight: 1\n {4}gateway: 203\.0\.113\.1\n/,
  )
})

test('in a script such a line is a comment with room for its router', async () => {
  const { written } = await init('--yes', { seen: ROUTERLESS })
  assert.match(written[FILE] ?? '', / {2}# wan2: [^]* {2}# {3}gateway: 203\.0\.113\.1\n/)
})

for (const [how, typed] of Object.entries({
  'goes away': ['fiber'],
  'says no': ['', '', '', '', 'n'],
  'leaves out every line': ['-', '-', ''],
})) {
  test(`somebody who ${how} gets no file`, async () => {
    const { exitCode, out, written } = await init('', { typed })
    assert.deepEqual([exitCode, written], [0, {}])
    assert.match(out, /\n\nNothing was written\.\n$/)
  })
}

const PLACES: Record<string, { place: NewFile; exitCode: number; says: RegExp }> = {
  "without the right to write: looking was not in vain, and the file can be copied": {
    place: { is: 'not-permitted' },
    exitCode: 5,
    says: /Proposed:\n[^]*\n\nLooking is done; writing \S+ needs sudo\.\nNext: sudo multihome init\n$/,
  },
  'the same file is there': {
    place: { is: 'there' },
    exitCode: 0,
    says: /address\.\n\n\S+ says just this already\. Nothing was written\.\n$/,
  },
  "somebody's file is there, and a former proposal": {
    place: { is: 'taken', path: `${FILE}.new` },
    exitCode: 1,
    says: /config\.yaml is there and stays as it is, and so is\s+\S+\.new of an earlier time\. Move/,
  },
  'a folder is in the way': {
    place: { is: 'impossible', why: 'it is a folder' },
    exitCode: 1,
    says: /config\.yaml cannot be written: it is a folder\.\n$/,
  },
} // prettier-ignore
for (const [what, { place, exitCode, says }] of Object.entries(PLACES)) {
  test(`${what}: said before a question is asked, too`, async () => {
    for (const circumstances of [{ place }, { place, typed: [] }]) {
      const outcome = await init(circumstances.typed === undefined ? '--yes' : '', circumstances)
      assert.deepEqual([outcome.exitCode, outcome.written], [exitCode, {}])
      assert.match(outcome.out, says)
    }
  })
}

test("somebody's file stays; the proposal lies beside it, with how to compare", async () => {
  const place = { is: 'writable', path: `${FILE}.new`, beside: true } as const
  const { out, written } = await init('', { place, typed: ['', '', '', '', ''] })
  assert.deepEqual(Object.keys(written), [`${FILE}.new`])
  assert.match(out, /config\.yaml is there and stays as it is: this will be\s+\S+\.new\.\nEnter takes/)
  assert.match(out, /\nCompare: diff -u \S+yaml \S+yaml\.new\nTake it: mv \S+yaml\.new \S+yaml\n$/)
})

test('another file is proposed to plan, not to a daemon that does not read it', async () => {
  const place = { is: 'writable', path: './my.yaml', beside: false } as const
  const { out } = await init('--yes --out ./my.yaml', { place })
  assert.match(out, /Written: \.\/my\.yaml .*\nNext: sudo multihome plan \.\/my\.yaml\n$/)
})

test('a box without any line: a sentence, and a failure that a script notices', async () => {
  const seen = { ...SEEN, lines: [], remarks: ['No interface here leads to the Internet.'] }
  for (const typed of [undefined, ['']]) {
    const { exitCode, out } = await init('', { seen, ...(typed && { typed }) })
    assert.equal(exitCode, 1)
    assert.match(out, /No interface here leads to the Internet\.\n\nNothing was written\.\n$/)
  }
})

test('a box that cannot be looked at', async () => {
  const error = { code: 'kernel', text: 'ip: not found' } as const
  const { exitCode, err } = await init('', { offline: { lookAround: () => Promise.resolve(fail(error)) } })
  assert.equal(exitCode, 1)
  assert.match(err, /^error\[MH590\]: ip: not found\n/)
})

test('a disk that is full: the reason, and no word of success', async () => {
  const { exitCode, out, err } = await init('--yes', {
    offline: { writeNew: () => Promise.resolve(fail('ENOSPC: no space left on device')) },
  })
  assert.equal(exitCode, 1)
  assert.match(out, /could not be written: ENOSPC/)
  assert.equal(err, '')
})

test('--json: one document as the contract says, nobody is asked, and --yes writes', async () => {
  for (const [words, place] of [
    ['--json', null],
    ['--json --yes', FILE],
  ] as const) {
    // prettier-ignore
    const { out } = await init(words, { typed: [] })
    const document: unknown = JSON.parse(out)
    const parsed = InitSchema.parse(document)
    assert.deepEqual(parsed, document)
    assert.equal(parsed.written, place)
    assert.match(parsed.config ?? '', CONFIG)
  }
})
