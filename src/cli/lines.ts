import { told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { linesText } from './line-table.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import { oneLineText } from './status-text.ts'

export function addLines({ program, answer }: Shell): void {
  program
    .command('lines')
    .summary('every line, or one in detail')
    .description('Every line in the order of the configuration file, or one in detail.')
    .argument('[line]', 'its name')
    .addHelpText('after', examples('multihome lines', 'multihome lines fiber', 'multihome lines --json'))
    .action((name: string | undefined) =>
      answer((job) => (name === undefined ? lines(job) : oneLine(job, name))),
    )
}

const lines = async ({ client, surroundings }: Job): Promise<Answer> =>
  fromDaemon(await client.lines(), surroundings, (document) =>
    told(EXIT.done, document, (shown, screen) => linesText(shown.lines, Date.parse(shown.time), screen)),
  )

const oneLine = async ({ client, surroundings }: Job, name: string): Promise<Answer> =>
  fromDaemon(await client.line(name), surroundings, (document) => told(EXIT.done, document, oneLineText))
