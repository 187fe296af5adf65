import type { EventDocument } from '../api/contract.ts'
import { rfc3339 } from '../api/documents.ts'
import { failed, told } from './answer.ts'
import type { Answer } from './answer.ts'
import { atStart, eventRows, eventsText } from './events-text.ts'
import type { EventRow } from './events-text.ts'
import { EXIT } from './exit-codes.ts'
import { clientFailure, errorDocument, failureText } from './failure.ts'
import { followEvents } from './follow-events.ts'
import { pastMoment } from './moment.ts'
import { printable, printableJson } from './printable.ts'
import { screenFor } from './screen.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'

interface EventsOptions {
  readonly since?: number
  readonly until?: number
  readonly line?: string
  readonly follow?: true
}

/** Who gives no time sees as much as fits before the eyes of a person. */
const SHOWN = 100

/** Who begins to follow sees what went before. */
const SHOWN_BEFORE = 10

const ASK_EVERY_MS = 500

export function addEvents({ program, answer }: Shell): void {
  program
    .command('events')
    .summary('what happened, and what followed from it')
    .description(
      'What happened to the lines and to this box, over restarts, newest last; "so" begins what followed from the row above. Without --since and --until the last 100 events.',
    )
    .option('--since <moment>', '10m, 2h, 1d, 14:00, 2026-11-22', pastMoment(Date.now))
    .option('--until <moment>', 'no later than that', pastMoment(Date.now))
    .option('--line <line>', 'only of this line')
    .option('-f, --follow', 'the last ones, and what happens from now on (with --json one document a line)')
    .addHelpText(
      'after',
      examples(
        'multihome events',
        'multihome events --since 14:00 --line lte',
        'multihome events --since 2026-11-20 --until 2026-11-21',
        'multihome events -f --json | jq -r \'select(.event == "down") | .line\'',
      ),
    )
    .action((options: EventsOptions) =>
      answer((job) => (options.follow === true ? follow(job, options) : events(job, options))),
    )
}

const questionOf = ({ since, until, line }: EventsOptions, shown: number) => ({
  ...(since !== undefined && { since: rfc3339(since) }),
  ...(until !== undefined && { until: rfc3339(until) }),
  ...(since === undefined && { limit: shown }),
  ...(line !== undefined && { line }),
})

const events = async ({ client, surroundings }: Job, options: EventsOptions): Promise<Answer> =>
  fromDaemon(await client.events(questionOf(options, SHOWN)), surroundings, (document) =>
    told(EXIT.done, document, eventsText),
  )

/** Until the reader or a signal ends it. */
async function follow(job: Job, options: EventsOptions): Promise<Answer> {
  const { client, surroundings } = job
  const first = await client.events(questionOf(options, SHOWN_BEFORE))
  if (!first.ok) return failed(clientFailure(first.error, surroundings))
  const print = printer(job)
  print.events(first.value.events)
  const { line } = options
  const ask = (after: number) => client.events({ ...(line !== undefined && { line }), after })
  for await (const news of followEvents(first.value, { ask, everyMs: ASK_EVERY_MS })) {
    if (news.ok) print.events(news.value)
    else print.away(clientFailure(news.error, surroundings))
  }
  return { is: 'ended', exitCode: EXIT.done }
}

function printer({ settings, surroundings }: Job): {
  readonly events: (fresh: readonly EventRow[]) => void
  readonly away: (failure: ReturnType<typeof clientFailure>) => void
} {
  const { stdout, stderr, env } = surroundings
  const [out, err] = [screenFor(stdout, env, settings), screenFor(stderr, env, settings)]
  let place = atStart(surroundings.nowMs())
  return {
    events: (fresh) => {
      if (settings.json) {
        for (const event of fresh) {
          const document: EventDocument = { api: 'v1', kind: 'Event', ...event }
          stdout.write(`${printableJson(document)}\n`)
        }
        return
      }
      const shown = eventRows(printable(fresh), place, out)
      place = shown.place
      for (const row of shown.rows) stdout.write(`${out.finish(row)}\n`)
    },
    away: (failure) => {
      if (settings.json) stdout.write(`${printableJson(errorDocument(failure, surroundings.nowMs()))}\n`)
      stderr.write(`${err.finish(failureText(printable(failure), err))}\n`)
    },
  }
}
