import type { NewTokenDocument, TokensDocument } from '../api/contract.ts'
import { clockTime } from '../model/index.ts'
import { told } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import type { Screen } from './screen.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Shell } from './shell.ts'
import { GAP, layOut } from './table.ts'
import { wrap } from './wrap.ts'

export function addToken({ program, answer }: Shell): void {
  const token = program
    .command('token')
    .summary('who may ask the daemon by TCP')
    .description(
      'Who may ask the daemon by TCP: what changes something needs a token, and from elsewhere looking too.',
    )
  token
    .command('list')
    .summary('the tokens that were given out')
    .description('The tokens that were given out, without their secrets, which nobody knows any more.')
    .addHelpText('after', examples('multihome token list'))
    .action(() =>
      answer(async ({ client, surroundings }) =>
        fromDaemon(await client.tokens(), surroundings, (document) => told(EXIT.done, document, tokensText)),
      ),
    )
  token
    .command('add')
    .summary('a new one; its secret is told this once')
    .description('A new token. Its secret is told this once: only a digest of it is kept.')
    .argument('<name>', 'yours to choose, to take it back by')
    .option('--read', 'it may look, and change nothing')
    .addHelpText(
      'after',
      examples(
        'multihome token add desk',
        'multihome token add wall --read',
        'curl -H "Authorization: Bearer $TOKEN" -X POST http://localhost:8222/v1/lines/dsl/drain',
      ),
    )
    .action((name: string, { read }: { read?: boolean }) =>
      answer(async ({ client, surroundings }) =>
        fromDaemon(await client.addToken(name, read === true ? 'read' : 'change'), surroundings, (document) =>
          told(EXIT.done, document, newTokenText),
        ),
      ),
    )
  token
    .command('remove')
    .summary('takes one back')
    .description('Takes a token back: it opens nothing from now on.')
    .argument('<name>', 'of the token')
    .addHelpText('after', examples('multihome token remove wall'))
    .action((name: string) =>
      answer(async ({ client, surroundings }) =>
        fromDaemon(await client.removeToken(name), surroundings, (document) =>
          told(
            EXIT.done,
            document,
            (shown, screen) =>
              wrap(`${name} opens nothing any more.`, screen.columns) + `\n\n${tokensText(shown, screen)}`,
          ),
        ),
      ),
    )
}

function tokensText({ tokens, time }: TokensDocument, screen: Screen): string {
  if (tokens.length === 0)
    return wrap('No token was given out. multihome token add NAME makes one.', screen.columns)
  const rows = tokens.map(({ name, right, createdAt }) => [
    name,
    right === 'read' ? 'look' : 'look and change',
    clockTime(Date.parse(createdAt), Date.parse(time)),
  ])
  return layOut([{ title: 'TOKEN', shrinks: true }, { title: 'MAY' }, { title: 'SINCE' }], rows, screen)
    .map((cells) => cells.join(GAP).trimEnd())
    .join('\n')
}

/** The secret stands alone in its line, to be marked with a double click. */
const newTokenText = ({ name, right, secret }: NewTokenDocument, screen: Screen): string =>
  [
    secret,
    '',
    wrap(
      `The token of ${name}, which may ${right === 'read' ? 'look' : 'look and change'}. It is told this once. Send it as "Authorization: Bearer …"; take it back: multihome token remove ${name}`,
      screen.columns,
    ),
  ].join('\n')
