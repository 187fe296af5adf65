import { examples } from './shell.ts'
import type { Shell } from './shell.ts'

export interface InitOptions {
  readonly yes?: true
  readonly out?: string
}

export function addInit({ program, answer }: Shell): void {
  program
    .command('init')
    .summary('look at this box and write a first config')
    .description(
      'Looks at interfaces, addresses and default routes, asks over each likely line whether the Internet is behind it, proposes a configuration with comments, asks, and writes it. Nothing else is changed, and a file that is there is never written over. Without a terminal and without --yes it only tells.',
    )
    .option('--yes', 'take every proposed answer, ask nothing')
    .option('--out <file>', 'write this file instead of --config')
    .addHelpText(
      'after',
      examples('sudo multihome init', 'multihome init --out ./config.yaml', 'sudo multihome init --yes'),
    )
    .action((options: InitOptions) =>
      answer(async (job) => {
        const { runInit } = await import('./init-run.ts') // brings the reader of configurations along
        return runInit(job, options)
      }),
    )
}
