// Writes docs/man from the program, the keys and the codes; with --check only says whether it is current.
import manifest from '../package.json' with { type: 'json' }
import { codeEntries } from '../src/api/code-entries.ts'
import { commandsOf, nameOf } from '../src/cli/command-tree.ts'
import { configReference, problemEntries } from '../src/config/reference.ts'
import { codes, commandSection, optionTable, table } from './command-parts.ts'
import { ENVIRONMENT, exitCodes } from './command-words.ts'
import { bringUpToDate } from './pages.ts'
import { program } from './program.ts'
import { manualPage } from './roff.ts'

const { version } = manifest

const FILES = table(
  ['file', 'means'],
  [
    ['/etc/multihomed/config.yaml', 'the configuration, multihomed.yaml(5)'],
    ['/run/multihomed/multihomed.sock', 'where the daemon answers; root may ask, and the group multihomed'],
    [
      '/var/lib/multihomed',
      "the lines' numbers, their last gateways, and how the box was before; in history.db, what happened",
    ],
  ],
)

const exits = table(['code', 'means'], exitCodes().map(([code, means]) => [String(code), means])) // prettier-ignore
const environment = table(['variable', 'means'], ENVIRONMENT.map(([name, means]) => [name, means])) // prettier-ignore

const run = commandsOf(program).find((command) => nameOf(command) === 'multihome run')
if (run === undefined) throw new Error('the program has no daemon')

const commandPage = manualPage({
  name: 'multihome',
  section: 1,
  summary: 'use several Internet lines at once',
  version,
  markdown: [
    '## SYNOPSIS',
    '**multihome** COMMAND [ARGUMENTS] [OPTIONS]',
    '## DESCRIPTION',
    'Asks and steers multihomed(8), which spreads the connections of a LAN and of this box over several Internet lines, by weight, and keeps each on the line it began on. Results go to stdout, failures to stderr.',
    '## COMMANDS',
    ...commandsOf(program).map(commandSection),
    '## OPTIONS',
    ...optionTable(program.options),
    '## EXIT STATUS',
    exits,
    'Below 10 it failed. From 10 on it is an answer, given only when asked for.',
    '## ENVIRONMENT',
    environment,
    '## FILES',
    FILES,
    '## CODES',
    'A code never changes its meaning; `multihome explain MH510` says why and what to do. Those of the file are in multihomed.yaml(5).',
    table(['code', 'means'], codes),
    '## SEE ALSO',
    'multihomed(8), multihomed.yaml(5), ip(8), nft(8)',
  ].join('\n\n'),
})

const daemonPage = manualPage({
  name: 'multihomed',
  section: 8,
  summary: 'the daemon that uses several Internet lines at once',
  version,
  markdown: [
    '## SYNOPSIS',
    '**multihomed** [OPTIONS]',
    '**multihome run** [OPTIONS]',
    '## DESCRIPTION',
    run.description(),
    'The kernel forwards every packet. The daemon writes the rules, the routes and one nft table, watches over them and repairs them. When it stops or crashes, everything stays in the kernel and goes on working, but nobody notices a line that goes then; the next start takes it over as it is. `multihome down` takes everything away and puts the settings back.',
    '## OPTIONS',
    ...optionTable([...run.options, ...program.options]),
    '## SIGNALS',
    table(
      ['signal', 'means'],
      [
        ['SIGHUP', 'reads the configuration again and applies it; a file with an error changes nothing'],
        ['SIGTERM, SIGINT', 'ends the daemon; forwarding goes on as it was'],
      ],
    ),
    '## EXIT STATUS',
    table(
      ['code', 'means'],
      [
        ['0', 'ended by a signal, or by multihome down'],
        ['1', 'the box could not be taken over, or another daemon runs already'],
        ['5', 'a privilege is missing: it takes CAP_NET_ADMIN and CAP_NET_RAW'],
        ['78', 'the configuration file is wrong, and another start would not mend it'],
      ],
    ),
    '## ENVIRONMENT',
    environment,
    '## FILES',
    FILES,
    '## DIAGNOSTICS',
    'What it says at its start and of the box:',
    table(
      ['code', 'means'],
      codeEntries()
        .filter(({ code }) => /^MH(5|70[23])/.test(code))
        .map(({ code, means, why, help }) => [code, `${means}. ${why} ${help}`]),
    ),
    '## SEE ALSO',
    'multihome(1), multihomed.yaml(5), systemd.service(5)',
  ].join('\n\n'),
})

const [introduction = '', ...sections] = configReference()
  .replace(/\n## Errors and warnings[^]*$/, '')
  .split('\n## ')

const filePage = manualPage({
  name: 'multihomed.yaml',
  section: 5,
  summary: 'the configuration file of multihomed',
  version,
  markdown: [
    '## DESCRIPTION',
    introduction,
    ...sections.map((section) => `## ${section}`),
    '## ERRORS AND WARNINGS',
    'The codes are stable.',
    table(
      ['code', 'means'],
      problemEntries().map(({ code, severity, means, why, help }) => [
        `${code} (${severity})`,
        `${means} ${why} ${help}`,
      ]),
    ),
    '## SEE ALSO',
    'multihomed(8), multihome(1)',
  ].join('\n\n'),
})

await bringUpToDate(import.meta.filename, 'src/cli, src/api and src/config', [
  { path: 'docs/man/multihome.1', text: commandPage },
  { path: 'docs/man/multihomed.8', text: daemonPage },
  { path: 'docs/man/multihomed.yaml.5', text: filePage },
])
