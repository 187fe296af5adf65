// Writes docs/commands.md from the program's own tree of commands; with --check only says whether it is current.
import type { Argument, Command, Option } from 'commander'
import { codeEntries } from '../src/api/code-entries.ts'
import { commandsOf, nameOf } from '../src/cli/command-tree.ts'
import { COMMANDS, ENVIRONMENT, exitCodes } from './command-words.ts'
import { bringUpToDate } from './pages.ts'
import { program } from './program.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const optionRow = (option: Option): string[] => {
  const choices = option.argChoices === undefined ? '' : `: ${option.argChoices.join(', ')}`
  return [`\`${option.flags}\``, `${option.description}${choices}`]
}

const optionTable = (options: readonly Option[]): string[] =>
  options.length === 0 ? [] : [table(['option', 'means'], options.map(optionRow))]

function section(command: Command): string {
  const name = nameOf(command).replace(/^multihome /, '')
  const words = COMMANDS[name]
  if (words === undefined) throw new Error(`${name} is not told of in scripts/command-words.ts`)
  return [
    `### \`multihome ${name}${command.registeredArguments.map(takes).join('')}\``,
    command.description(),
    words.prints,
    ...optionTable(command.options),
    `Exit codes besides 0, 1 and 2: ${words.exits}.`,
  ].join('\n\n')
}

function takes(argument: Argument): string {
  const word = `${argument.name().toUpperCase()}${argument.variadic ? '…' : ''}`
  return argument.required ? ` ${word}` : ` [${word}]`
}

const codes = codeEntries().map(({ code, note, means }) => [
  code,
  note === undefined ? means : `on this box: ${means}`,
])

const page = [
  '<!-- Made from src/cli and src/api by scripts/command-reference.ts; edit there. -->',
  '# The commands',
  'Results go to stdout, failures to stderr. `status`, `lines` and `apply` ask the daemon; `check`, `plan` and `down` need none.',
  '## Each command',
  ...commandsOf(program).map(section),
  '## Options of every command',
  ...optionTable(program.options),
  'With `--json` stdout is one document on one line, a failure too: `kind` is then `Error`, with a `code` of those below. Keys are only added. `run` and `lab` are other: of `run` it is the log that becomes JSON. A flag beats the environment.',
  '## Exit codes',
  table(['code', 'means'], exitCodes().map(([code, means]) => [String(code), means])), // prettier-ignore
  'Below 10 it failed. From 10 on it is an answer, given only when asked for.',
  '## Environment',
  table(['variable', 'means'], ENVIRONMENT.map(([name, means]) => [`\`${name}\``, means])), // prettier-ignore
  '## Codes',
  'MH1 to MH4 and two digits, where not listed here, are about the file: [config.md](config.md). A code never changes its meaning. `multihome explain MH510` says why and what to do.',
  table(['code', 'means'], codes), // prettier-ignore
].join('\n\n')

await bringUpToDate(import.meta.filename, 'src/cli and src/api', [{ path: 'docs/commands.md', text: page }])
