import { told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { probeText } from './probe-text.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'

export function addProbe({ program, answer }: Shell): void {
  program
    .command('probe')
    .summary('ask over one line, in every way there is')
    .description(
      'Asks over one line, whatever its state, and shows every answer: the link, the address, the gateway, the Internet by ping, TCP and DNS, and whether a login page stands in the way; a line with both families in each of them. With a host that one alone, in every way. It takes four seconds at most.',
    )
    .argument('<line>', 'its name')
    .argument('[host]', 'an address or a name')
    .addHelpText(
      'after',
      examples('multihome probe lte', 'multihome probe lte example.org', 'multihome probe lte --json'),
    )
    .action((line: string, host: string | undefined) => answer((job) => probe(job, line, host)))
}

const probe = async ({ client, surroundings }: Job, line: string, host?: string): Promise<Answer> =>
  fromDaemon(await client.probe(line, host), surroundings, (document) => told(EXIT.done, document, probeText))
