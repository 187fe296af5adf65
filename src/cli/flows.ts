import type { ConnectionsDocument } from '../api/contract.ts'
import { parseAddress } from '../model/index.ts'
import { InvalidArgumentError } from 'commander'
import { told } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { clientsText, flowsText } from './flows-text.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Shell } from './shell.ts'

interface FlowsOptions {
  readonly line?: string
  readonly client?: string
  readonly list?: true
  readonly limit?: number
}

export function addFlows({ program, answer }: Shell): void {
  program
    .command('flows')
    .summary('open connections by client and line')
    .description(
      'Who has open connections, and on which line: a row for each client; with --list, or asked for one client, a row for each connection.',
    )
    .option('--line <line>', 'only those on this line')
    .option('--client <address>', 'only those of this address', address)
    .option('--list', 'one by one')
    .option('--limit <count>', 'how many one by one (100)', count)
    .addHelpText(
      'after',
      examples(
        'multihome flows',
        'multihome flows --client 10.0.0.7',
        'multihome flows --line lte --list',
        "multihome flows --json | jq '.clients[0]'",
      ),
    )
    .action(({ line, client, list, limit }: FlowsOptions) =>
      answer(async ({ client: daemon, surroundings }) => {
        const isListed = list === true || client !== undefined
        const asked = { line, client, limit: limit ?? (isListed || surroundings.argv.includes('--json') ? undefined : 0) } // prettier-ignore
        return fromDaemon(await daemon.connections(asked), surroundings, (document) =>
          told(EXIT.done, document, (shown: ConnectionsDocument, screen) =>
            isListed ? flowsText(shown, screen) : clientsText(shown, screen),
          ),
        )
      }),
    )
}

function address(text: string): string {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new InvalidArgumentError('An address is expected, such as 10.0.0.7.')
  return parsed.address
}

function count(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : NaN
  if (!(value >= 1 && value <= 1000)) throw new InvalidArgumentError('A number from 1 to 1000 is expected.')
  return value
}
