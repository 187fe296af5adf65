import { Option } from 'commander'
import type { Answer } from './answer.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'

type LogFormat = 'text' | 'json'

export function addRun({ program, answer }: Shell): void {
  program
    .command('run')
    .summary('the daemon itself, in the foreground')
    .description(
      'The daemon in the foreground. A line with "ready" on stdout says that the kernel is as wished; the log goes to stderr.',
    )
    .addOption(
      new Option('--log-format <format>', 'of the log on stderr (--json means json)').choices([
        'text',
        'json',
      ]),
    )
    .addHelpText(
      'after',
      examples('sudo multihome run', 'sudo multihome run --config ./new.yaml --log-format json'),
    )
    .action((options: { logFormat?: LogFormat }) => answer((job) => run(job, options.logFormat)))
}

async function run({ settings, surroundings }: Job, format: LogFormat | undefined): Promise<Answer> {
  const { configFile, stateDir, socketPath } = settings
  const logFormat = format ?? (settings.json ? 'json' : undefined)
  const exitCode = await surroundings.run({
    configFile,
    stateDir,
    socketPath,
    ...(logFormat !== undefined && { logFormat }),
  })
  return { is: 'ended', exitCode }
}
