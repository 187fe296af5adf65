import { InvalidArgumentError, Option } from 'commander'
import type { OneLineDocument } from '../api/contract.ts'
import { SLOTS } from '../model/index.ts'
import { percent } from './amounts.ts'
import { failed, told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import type { Screen } from './screen.ts'
import { examples, fromDaemon } from './shell.ts'
import type { Job, Shell } from './shell.ts'
import { wrap } from './wrap.ts'

export function addWeight({ program, answer }: Shell): void {
  program
    .command('weight')
    .summary('more or fewer new connections for now')
    .description(
      'Another weight than the file says, on the scale that `multihome lines` shows. It holds over restarts, until --file takes it back or the file says another weight for this line than it did. Open connections stay where they are.',
    )
    .argument('<line>', 'its name')
    .argument('[weight]', 'a whole number, beside those of the other lines', wholeWeight)
    .addOption(new Option('--file', 'what the file says again'))
    .addHelpText('after', examples('multihome weight lte 1', 'multihome weight lte --file'))
    .action((name: string, weight: number | undefined, { file }: { file?: true }) =>
      answer((job) => weigh(job, name, file === true ? 'file' : weight)),
    )
}

function wholeWeight(text: string): number {
  const weight = Number(text)
  if (/^\d+$/.test(text) && weight >= 1 && weight <= SLOTS) return weight
  throw new InvalidArgumentError(`A weight is a whole number from 1 to ${SLOTS}.`)
}

async function weigh(
  { client, surroundings }: Job,
  name: string,
  weight: number | 'file' | undefined,
): Promise<Answer> {
  if (weight === undefined) {
    const message = 'which weight? It is a number, or --file for what the file says'
    return failed({ exitCode: EXIT.wrongUsage, code: 'MH190', message })
  }
  const answered = await (weight === 'file' ? client.unweigh(name) : client.weigh(name, weight))
  return fromDaemon(answered, surroundings, (document) => told(EXIT.done, document, weightText))
}

export function weightText({ line }: OneLineDocument, screen: Screen): string {
  const { name, weight, weightInFile, wantedShareRatio } = line
  const instead = weightInFile === undefined ? ', as the file says' : `; the file says ${weightInFile}`
  const share =
    wantedShareRatio === 0
      ? 'it gets no new connections now'
      : `${percent(wantedShareRatio)} % of new connections`
  return wrap(`${name} has weight ${weight}${instead}: ${share}.`, screen.columns)
}
