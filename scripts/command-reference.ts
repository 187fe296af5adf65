// Writes docs/commands.md from the program's own tree of commands; with --check only says whether it is current.
import { readFile, writeFile } from 'node:fs/promises'
import type { Command, Option } from 'commander'
import { format, resolveConfig } from 'prettier'
import { CODES, NOTE_CODES, NOTE_MEANINGS } from '../src/api/codes.ts'
import { EXIT } from '../src/cli/exit-codes.ts'
import { createProgram } from '../src/cli/program.ts'

const PATH = 'docs/commands.md'

/** By the command's words: what it prints, and the exit codes besides 0, 1 and 2. */
const COMMANDS: Readonly<Record<string, { readonly prints: string; readonly exits: string }>> = {
  status: {
    prints:
      'The verdict in a sentence, then two tables of the lines. `NEW/WANT` is the share of new connections of the LAN in the last five minutes, and the share wished now; `OPEN` counts entries of connection tracking. `WEIGHT` is reduced to the smallest whole numbers: weights of 100 and 20 in the file are shown as 5 and 1.',
    exits: '4, 5; with `--check` 11 and 12',
  },
  lines: {
    prints:
      'The tables of `status` alone, or one line in detail. "Chosen N times for the LAN" counts new connections of the LAN that had their turn since the table was made in the kernel: not those of this box, not those from outside, and not those to the line’s own networks. So a line can carry bytes and have been chosen 0 times.',
    exits: '4, 5',
  },
  check: {
    prints:
      'Each problem of the file with its place. Without `CAP_NET_ADMIN` only the file is judged, and a note says so.',
    exits: '3',
  },
  plan: {
    prints:
      'How much there is to do, then by subject the cause, the effect and the commands. It reads the box, for which it needs `CAP_NET_ADMIN`.',
    exits: '3, 5; with `--exit-code` 10',
  },
  apply: {
    prints: 'The same as `plan --short`, and how long it took.',
    exits: '3, 4, 5',
  },
  lab: {
    prints: 'The report of the lab; `multihome lab --help` names its own commands and options.',
    exits: '4, 130',
  },
  'config schema': { prints: 'JSON in either case.', exits: 'none' },
  run: {
    prints:
      'One line with "ready" on stdout, the log on stderr. Failures stand on stderr as text, with `--json` too. `multihomed` is the same as `multihome run`.',
    exits: '5, 78',
  },
  down: {
    prints:
      'What was removed and put back, in numbers; with `--dry-run` what would be, with the commands. With a daemon that daemon does it and ends; without one it needs `CAP_NET_ADMIN`, and `--state-dir` and `--socket` as the daemon had them, since how the box was before is remembered there. Where nothing is remembered, it names the settings that stay.',
    exits: '4, 5',
  },
}

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done, or nothing to complain of',
  couldNot: 'it could not be done: the kernel said no, a mistake of our own; of the lab: not as wished',
  wrongUsage: 'wrong usage: no such command, option or line',
  configWrong: 'the configuration file is wrong, or something on this box must be settled first',
  notReachable: 'no daemon answers; of the lab: there is none',
  notAllowed: 'not allowed: a privilege is missing',
  planHasChanges: '`plan --exit-code`: there are changes',
  someLinesInUse: '`status --check`: some line, or the kernel, is not as wished',
  noLineInUse: '`status --check`: no line is in use',
}

/** Given by the daemon and the lab. */
const MORE_EXITS = [
  [78, '`run`: the configuration file is wrong, and another start would not mend it (EX_CONFIG)'],
  [130, '`lab`: ended by Ctrl-C; 128 + N by signal N'],
] as const

const ENVIRONMENT = [
  ['MULTIHOMED_CONFIG', 'the configuration file, as `--config`'],
  ['MULTIHOMED_STATE_DIR', 'what outlives a restart, as `--state-dir`'],
  ['MULTIHOMED_SOCKET', "the daemon's socket, as `--socket`"],
  [
    'MULTIHOMED_LOG_LEVEL',
    'of the daemon: trace, debug, info, warn, error or fatal; left out or anything else: info. `debug` logs every command',
  ],
  ['JOURNAL_STREAM', 'set by systemd: the log then has priorities and no times, for the journal has its own'],
  ['NOTIFY_SOCKET', 'set by systemd: where the daemon tells that it is ready, and the verdict'],
  ['NO_COLOR, TERM', 'any NO_COLOR, or a TERM of dumb: no colour, unless `--color always`'],
  ['LC_ALL, LC_CTYPE, LANG', 'the first that is set; without UTF-8 in it: no signs outside ASCII'],
] as const

const nothing = (): never => {
  throw new Error('the commands are only read here')
}
const program = createProgram(
  {
    argv: [],
    env: {},
    stdout: { write: nothing },
    stderr: { write: nothing },
    version: '',
    nowMs: nothing,
    offline: nothing,
    run: nothing,
    lab: nothing,
    configSchema: nothing,
    hasServiceUnit: nothing,
  },
  nothing,
)

/** The commands that do something, with their words. */
const leaves = (command: Command, words: readonly string[]): { command: Command; name: string }[] =>
  command.commands.flatMap((one) => {
    const all = [...words, one.name()]
    return one.commands.length > 0 ? leaves(one, all) : [{ command: one, name: all.join(' ') }]
  })

const cell = (text: string): string => text.replaceAll('|', '\\|')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const optionRow = (option: Option): string[] => {
  const choices = option.argChoices === undefined ? '' : `: ${option.argChoices.join(', ')}`
  return [`\`${option.flags}\``, `${option.description}${choices}`]
}

const optionTable = (options: readonly Option[]): string[] =>
  options.length === 0 ? [] : [table(['option', 'means'], options.map(optionRow))]

function section({ command, name }: { command: Command; name: string }): string {
  const words = COMMANDS[name]
  if (words === undefined) throw new Error(`${name} is not told of in scripts/command-reference.ts`)
  const takes = command.registeredArguments.map((argument) => ` [${argument.name().toUpperCase()}]`).join('')
  return [
    `### \`multihome ${name}${name === 'lab' ? ' [ARGUMENTS]' : takes}\``,
    command.description(),
    words.prints,
    ...optionTable(command.options),
    `Exit codes besides 0, 1 and 2: ${words.exits}.`,
  ].join('\n\n')
}

const exits = [
  ...Object.entries(EXIT).map(([name, code]) => [code, EXIT_MEANINGS[name as keyof typeof EXIT]] as const), // its own keys
  ...MORE_EXITS,
]

const codes = [
  ...Object.entries(CODES),
  ...Object.entries(NOTE_CODES).map(
    ([name, code]) => [code, `on this box: ${NOTE_MEANINGS[name as keyof typeof NOTE_CODES]}`] as const, // its own keys
  ),
].toSorted(([a], [b]) => (a < b ? -1 : 1))

const page = [
  '<!-- Made from src/cli and src/api by scripts/command-reference.ts; edit there. -->',
  '# The commands',
  'Results go to stdout, failures to stderr. `status`, `lines` and `apply` ask the daemon; `check`, `plan` and `down` need none.',
  '## Each command',
  ...leaves(program, []).map(section),
  '## Options of every command',
  ...optionTable(program.options),
  'With `--json` stdout is one document on one line, a failure too: `kind` is then `Error`, with a `code` of those below. Keys are only added. `run` and `lab` are other: of `run` it is the log that becomes JSON. A flag beats the environment.',
  '## Exit codes',
  table(['code', 'means'], exits.map(([code, means]) => [String(code), means])), // prettier-ignore
  'Below 10 it failed. From 10 on it is an answer, given only when asked for.',
  '## Environment',
  table(['variable', 'means'], ENVIRONMENT.map(([name, means]) => [`\`${name}\``, means])), // prettier-ignore
  '## Codes',
  'MH1 to MH4 and two digits, where not listed here, are about the file: [config.md](config.md). A code never changes its meaning.',
  table(['code', 'means'], codes.map(([code, means]) => [code, means])), // prettier-ignore
].join('\n\n')

const url = new URL(`../${PATH}`, import.meta.url)
const formatted = await format(`${page}\n`, { ...(await resolveConfig(url)), filepath: PATH })
if (!process.argv.includes('--check')) {
  await writeFile(url, formatted)
} else if ((await readFile(url, 'utf8').catch(() => '')) !== formatted) {
  console.error(`${PATH} is not what src/cli makes: run "node scripts/command-reference.ts"`)
  process.exitCode = 1
}
