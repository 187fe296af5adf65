import { InvalidArgumentError, Option } from 'commander'
import { told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { reportClientsText } from './report-clients-text.ts'
import { reportPage } from './report-page.ts'
import { reportText } from './report-text.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'

interface ReportOptions {
  /** Without a value: the one that goes on. */
  readonly month?: string | true
  readonly html?: true
  readonly clients?: true
}

export function addReport({ program, answer }: Shell): void {
  program
    .command('report')
    .summary('outages and quality of a line, to send to a provider')
    .description(
      'A month of a line: how available it was while it was watched, every outage with its cause, delay, loss and data. Without --month the one that goes on. A month begins on the billingDay of the line.',
    )
    .argument('<line>', 'its name')
    .option(
      '--month [month]',
      '2026-11, by the month in which it begins; last: the one before this one; without a value this one',
      month,
    )
    .option('--html', 'a page that stands alone, to be printed or sent')
    .addOption(
      new Option(
        '--clients',
        'instead of all that, who had how much of it; counted with history: { clients: true }',
      ).conflicts('html'),
    )
    .addHelpText(
      'after',
      examples(
        'multihome report fiber',
        'multihome report fiber --month last --html > fiber.html',
        'multihome report lte --clients',
        "multihome report lte --json | jq '.availabilityRatio, .receivedBytes + .sentBytes'",
      ),
    )
    .action((line: string, options: ReportOptions) => answer((job) => report(job, line, options)))
}

function month(text: string): string {
  if (/^(last|\d{4}-(0[1-9]|1[0-2]))$/.test(text)) return text
  throw new InvalidArgumentError('A month is 2026-11, or last.')
}

async function report(
  { client, surroundings }: Job,
  line: string,
  { month: given, html, clients }: ReportOptions,
): Promise<Answer> {
  const wanted = given === true ? undefined : given
  if (clients === true)
    return fromDaemon(await client.clients(line, wanted), surroundings, (document) =>
      told(EXIT.done, document, reportClientsText),
    )
  return fromDaemon(await client.report(line, wanted), surroundings, (document) =>
    told(EXIT.done, document, html === true ? reportPage : reportText),
  )
}
