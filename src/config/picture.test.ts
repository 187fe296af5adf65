import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from './parse.ts'
import { formatProblems } from './picture.ts'
import { problem } from './problem.ts'
import type { ProblemDetails, Span } from './problem.ts'

const FILE = '/etc/multihomed/config.yaml'
const at = (line: number, column: number, length: number): Span => ({ file: FILE, line, column, length })
const lines = (entries: Readonly<Record<number, string>>): string =>
  Array.from({ length: Math.max(...Object.keys(entries).map(Number)) }, (_, i) => entries[i + 1] ?? '').join(
    '\n',
  )

interface Row {
  readonly name: string
  readonly source: string | Uint8Array
  readonly place: Span
  readonly message?: string
  readonly details?: ProblemDetails
  readonly picture: readonly string[]
}

const rows: readonly Row[] = [
  {
    name: 'a label stands behind the caret, the line above gives context',
    source: lines({ 8: '    interface: enp2s0', 9: '    wieght: 1' }),
    place: at(9, 5, 6),
    message: '"wieght" is not a key of a line',
    details: { label: 'did you mean "weight"?' },
    picture: [
      'error[MH203]: "wieght" is not a key of a line',
      '  --> /etc/multihomed/config.yaml:9:5',
      '  8 |     interface: enp2s0',
      '  9 |     wieght: 1',
      '    |     ^^^^^^ did you mean "weight"?',
    ],
  },
  {
    name: 'the other place is underlined with dashes, a lone help stands beside the caret',
    source: lines({ 24: '  - name: all-udp', 30: 'x', 31: '  - name: voip' }),
    place: at(31, 5, 4),
    details: {
      related: { place: at(24, 5, 13), label: 'this one wins' },
      help: 'move it above line 24, or delete it',
    },
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:31:5',
      ' 24 |   - name: all-udp',
      '    |     ------------- this one wins',
      ' 31 |   - name: voip',
      '    |     ^^^^ = help: move it above line 24, or delete it',
    ],
  },
  {
    name: 'why and help stand below the picture',
    source: 'weight: 0',
    place: at(1, 9, 1),
    details: { why: 'because', help: 'write 1' },
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:1:9',
      '  1 | weight: 0',
      '    |         ^',
      '    = because',
      '    = help: write 1',
    ],
  },
  {
    name: 'two places on one line show it once',
    source: 'interfaces: [lan0, lan0]',
    place: at(1, 20, 4),
    details: { label: 'again', related: { place: at(1, 14, 4), label: 'first here' } },
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:1:20',
      '  1 | interfaces: [lan0, lan0]',
      '    |                    ^^^^ again',
      '    |              ---- first here',
    ],
  },
  {
    name: 'two places far apart on one line show both parts of it',
    source: `[lan0,${' '.repeat(200)}lan0]`,
    place: at(1, 207, 4),
    details: { related: { place: at(1, 2, 4), label: 'first here' } },
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:1:207',
      `  1 | …${' '.repeat(23)}lan0]`,
      `    | ${' '.repeat(24)}^^^^`,
      `  1 | [lan0,${' '.repeat(67)}…`,
      '    |  ---- first here',
    ],
  },
  {
    name: 'the file as a whole has no line and no picture',
    source: '',
    place: { file: FILE, line: 1, column: 1, length: 0 },
    details: { help: 'write one' },
    picture: ['error[MH203]: message', '  --> /etc/multihomed/config.yaml', '    = help: write one'],
  },
  {
    name: 'line numbers above 999 widen the margin',
    source: lines({ 1000: 'a: 1' }),
    place: at(1000, 1, 1),
    picture: [
      'error[MH203]: message',
      '   --> /etc/multihomed/config.yaml:1000:1',
      '1000 | a: 1',
      '     | ^',
    ],
  },
  {
    name: 'tabs before the place do not move the caret off it',
    source: '\ta:\tbad',
    place: at(1, 5, 3),
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:1:5',
      '  1 |     a:    bad',
      '    |           ^^^',
    ],
  },
  {
    name: 'characters of two columns and of none do not move the caret off the place',
    source: 'a: 光纤🙂e\u0301 bad',
    place: at(1, 11, 3),
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:1:11',
      '  1 | a: 光纤🙂e\u0301 bad',
      '    |            ^^^',
    ],
  },
  {
    name: 'what could steer the terminal is not printed',
    source: 'a: \u001b[2J\u202ebad',
    place: at(1, 9, 3),
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:1:9',
      '  1 | a: \ufffd[2J\ufffdbad',
      '    |         ^^^',
    ],
  },
  {
    name: 'Windows line ends are not shown',
    source: 'a: 1\r\nb: 2\r\n',
    place: at(2, 1, 1),
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:2:1',
      '  1 | a: 1',
      '  2 | b: 2',
      '    | ^',
    ],
  },
  {
    name: 'bytes that are no UTF-8 are shown as such',
    source: Uint8Array.of(0x61, 0x3a, 0x20, 0xe4),
    place: at(1, 4, 1),
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:1:4',
      '  1 | a: \ufffd',
      '    |    ^',
    ],
  },
  {
    name: 'a long line is shortened around the place',
    source: `a: ${'x'.repeat(200)} bad ${'y'.repeat(200)}`,
    place: at(1, 205, 3),
    picture: [
      'error[MH203]: message',
      '  --> /etc/multihomed/config.yaml:1:205',
      `  1 | …${'x'.repeat(22)} bad ${'y'.repeat(45)}…`,
      `    | ${' '.repeat(24)}^^^`,
    ],
  },
]

for (const { name, source, place, message = 'message', details, picture } of rows) {
  test(`picture: ${name}`, () => {
    assert.equal(formatProblems([problem('MH203', place, message, details)], source), picture.join('\n'))
  })
}

test('picture: a warning says where and why, and draws nothing', () => {
  const warning = problem('MH452', at(20, 14, 3), 'lte is metered', {
    why: 'about 63 GB a month',
    help: 'keep it',
  })
  assert.equal(
    formatProblems([warning], lines({ 20: 'x' })),
    [
      'warning[MH452]: lte is metered',
      '  --> /etc/multihomed/config.yaml:20:14',
      '    = about 63 GB a month',
      '    = help: keep it',
    ].join('\n'),
  )
})

test('picture: problems are set apart by an empty line', () => {
  const one = problem('MH401', { file: FILE, line: 1, column: 1, length: 0 }, 'no line')
  assert.equal(
    formatProblems([one, one], ''),
    'error[MH401]: no line\n  --> /etc/multihomed/config.yaml\n\nerror[MH401]: no line\n  --> /etc/multihomed/config.yaml',
  )
})

test('names of the file that are listed to choose from cannot steer a terminal', () => {
  for (const naming of ['forward: [{ line: other, port: tcp/443, to: 10.0.0.5 }]', 'health: off']) {
    const via = naming.startsWith('forward') ? '' : ', via: other'
    const text = `lines:\n  "a\u001bbcdefgh": { interface: wan1 }\n  dsl: { interface: wan2${via} }\n${naming}\n`
    const parsed = parseConfig(text, 'config.yaml')
    assert.ok(!parsed.ok)
    const picture = formatProblems(parsed.error, text)
    assert.match(picture, /expected one of /)
    assert.ok(!picture.includes('\u001b'), picture)
  }
})
