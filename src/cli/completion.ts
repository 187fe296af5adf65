import { Argument } from 'commander'
import { rfc3339 } from '../api/documents.ts'
import { told } from './answer.ts'
import { SCRIPTS } from './completion-scripts.ts'
import { EXIT } from './exit-codes.ts'
import { examples } from './shell.ts'
import type { Shell } from './shell.ts'

type ShellName = keyof typeof SCRIPTS

export function addCompletion({ program, answer }: Shell): void {
  program
    .command('completion')
    .summary('for the Tab key of bash, zsh and fish')
    .description(
      'A script with which the Tab key completes commands, options, files and the names of lines. It asks this command, and is silent when the daemon is away.',
    )
    .addArgument(new Argument('<shell>', 'the shell it is for').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      examples(
        'source <(multihome completion bash)     # in ~/.bashrc',
        'source <(multihome completion zsh)      # in ~/.zshrc, after compinit',
        'multihome completion fish | source      # in ~/.config/fish/config.fish',
      ),
    )
    .action((shell: ShellName) =>
      answer(({ surroundings }) => {
        const document = {
          api: 'v1',
          kind: 'Completion',
          time: rfc3339(surroundings.nowMs()),
          shell,
          script: SCRIPTS[shell],
        } as const
        return Promise.resolve(told(EXIT.done, document, () => SCRIPTS[shell].trimEnd()))
      }),
    )
}
