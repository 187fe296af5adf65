import { told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'

export function addConfigSchema({ program, answer }: Shell): void {
  const config = program
    .command('config')
    .summary('about the configuration file')
    .description('About the configuration file.')
  config
    .command('schema')
    .summary('its JSON Schema')
    .description('The JSON Schema of the configuration file, with which editors complete and check it.')
    .addHelpText(
      'after',
      examples(
        'multihome config schema > multihomed.schema.json',
        'echo "# yaml-language-server: \\$schema=multihomed.schema.json"',
      ),
    )
    .action(() => answer(schema))
}

async function schema({ surroundings }: Job): Promise<Answer> {
  const document = await surroundings.configSchema()
  return told(EXIT.done, document, (shown) => JSON.stringify(shown, null, 2))
}
