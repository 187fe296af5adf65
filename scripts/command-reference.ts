// Writes docs/commands.md from the program's own tree of commands; with --check only says whether it is current.
import { commandsOf } from '../src/cli/command-tree.ts'
import { codes, commandSection, optionTable, table } from './command-parts.ts'
import { ENVIRONMENT, exitCodes } from './command-words.ts'
import { bringUpToDate } from './pages.ts'
import { program } from './program.ts'

const page = [
  '<!-- Made from src/cli and src/api by scripts/command-reference.ts; edit there. -->',
  '# The commands',
  'Results go to stdout, failures to stderr. `run` is the daemon. `init`, `check`, `plan`, `down`, `doctor`, `bugreport`, `explain`, `config`, `completion` and `lab` need none; every other command asks it.',
  '## Each command',
  ...commandsOf(program).map(commandSection),
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
