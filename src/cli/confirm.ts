import { told } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Shell } from './shell.ts'
import { keptText, undoneText } from './trial-text.ts'

export function addConfirm({ program, answer }: Shell): void {
  program
    .command('confirm')
    .summary('keep the last apply')
    .description('Keeps what was applied with --confirm: it is not undone any more.')
    .addHelpText(
      'after',
      examples('multihome confirm', 'multihome apply --confirm 60 && ./my-checks && multihome confirm'),
    )
    .action(() =>
      answer(async ({ client, surroundings }) =>
        fromDaemon(await client.confirm(), surroundings, (document) => told(EXIT.done, document, keptText)),
      ),
    )
}

export function addUndo({ program, answer }: Shell): void {
  program
    .command('undo')
    .summary('the former configuration again')
    .description(
      'Undoes the change that waits to be confirmed; without one it goes back by one accepted configuration. The file is not written.',
    )
    .addHelpText('after', examples('multihome undo', 'multihome undo && multihome status'))
    .action(() =>
      answer(async ({ client, surroundings }) =>
        fromDaemon(await client.undo(), surroundings, (document) => told(EXIT.done, document, undoneText)),
      ),
    )
}
