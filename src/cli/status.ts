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
    .option('--check', 'the verdict alone; exit 0: all in use, 11: some, 12: none')
    .addHelpText(
      'after',
      examples(
        'multihome status',
        'multihome status --check || echo "a line is out"',
        "multihome status --json | jq '.lines[] | {name, state}'",
      ),
    )
    .action((options: { check?: true }) => answer((job) => status(job, options.check === true)))
}

async function status({ client, surroundings }: Job, check: boolean): Promise<Answer> {
  return fromDaemon(await client.status(), surroundings, (document) =>
    check
      ? told(VERDICT_EXIT[document.verdict.level], document, verdictText)
      : told(EXIT.done, document, statusText),
  )
}

const VERDICT_EXIT = { all: EXIT.done, some: EXIT.someLinesInUse, none: EXIT.noLineInUse } as const
