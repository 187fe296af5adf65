import { Option } from 'commander'
import { createClient } from '../api/client.ts'
import { told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import { statusText, verdictText } from './status-text.ts'

export function addStatus({ program, answer }: Shell): void {
  program
    .command('status')
    .summary('which lines are in use, and why')
    .description('Which lines are in use since when, what they carry, and what you should know.')
    .option(
      '-w, --watch',
      'live, with keys: ? tells them, q ends it; without a terminal anew with each change (with --json a document each second)',
    )
    .addOption(
      new Option('--check', 'the verdict alone; exit 0: all in use, 11: some, 12: none').conflicts('watch'),
    )
    .addHelpText(
      'after',
      examples(
        'multihome status',
        'multihome status --watch',
        'multihome status --check || echo "a line is out"',
        "multihome status --json | jq '.lines[] | {name, state}'",
      ),
    )
    .action(({ watch, check }: { watch?: true; check?: true }) =>
      answer((job) => (watch === true ? live(job) : status(job, check === true))),
    )
}

async function status({ client, surroundings }: Job, check: boolean): Promise<Answer> {
  return fromDaemon(await client.status(), surroundings, (document) =>
    check
      ? told(VERDICT_EXIT[document.verdict.level], document, verdictText)
      : told(EXIT.done, document, statusText),
  )
}

async function live({ settings, surroundings }: Job): Promise<Answer> {
  const { watchStatus } = await import('./watch.ts') // `status` alone is to be quick
  // Short: who watches must not look at old news for long.
  const client = createClient(settings.socketPath, { askTimeoutMs: 2000 })
  return watchStatus({ client, settings, surroundings })
}

const VERDICT_EXIT = { all: EXIT.done, some: EXIT.someLinesInUse, none: EXIT.noLineInUse } as const
