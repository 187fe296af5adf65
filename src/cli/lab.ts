import type { Answer } from './answer.ts'
import { failed } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { examples } from './shell.ts'
import type { Shell } from './shell.ts'

/**
 * Only a signpost: what stands behind `lab` is handed on unread by `program.ts`. Arguments arrive here when
 * settings stood before the word.
 */
export function addLab({ program, answer }: Shell): void {
  program
    .command('lab')
    .summary('everything on pretend lines; this machine stays as it is')
    .description('Pretend providers and clients in network namespaces, with real packets.')
    .argument('[arguments...]')
    .allowUnknownOption()
    .addHelpText('after', examples('multihome lab', 'multihome lab --lines fiber:100mbit,dsl:20mbit'))
    .action(() => answer(() => Promise.resolve(misplaced)))
}

const misplaced: Answer = failed({
  exitCode: EXIT.wrongUsage,
  code: 'MH190',
  message: 'what the lab should be told stands behind the word lab',
  help: 'multihome lab --help',
})
