import { Option } from 'commander'
import { planDocument } from '../api/documents.ts'
import { failed, told } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { offlineFailure } from './failure.ts'
import { planText } from './plan-text.ts'
import type { Detail } from './plan-text.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'

interface PlanOptions {
  readonly short?: true
  readonly all?: true
  readonly exitCode?: true
}

export function addPlan({ program, answer }: Shell): void {
  program
    .command('plan')
    .summary('what would change, and why')
    .description(
      'What would be done to this box now: the effect, then the exact commands. Nothing is changed.',
    )
    .argument('[file]', 'instead of --config')
    .addOption(new Option('--short', 'effects only, no commands').conflicts('all'))
    .option('--all', 'long steps in full, every command')
    .option('--exit-code', 'exit 10 when there are changes')
    .addHelpText(
      'after',
      examples(
        'multihome plan',
        'multihome plan --short ./new.yaml',
        'multihome plan --exit-code || echo changes',
      ),
    )
    .action((file: string | undefined, options: PlanOptions) => answer((job) => plan(job, options), file))
}

async function plan({ settings, surroundings }: Job, options: PlanOptions): Promise<Answer> {
  const { planOffline } = await surroundings.offline()
  const planned = await planOffline(settings)
  if (!planned.ok) return failed(offlineFailure(planned.error, 'plan'))
  const document = planDocument(planned.value, surroundings.nowMs())
  const changes = options.exitCode === true && document.stepCount > 0
  const detail: Detail = options.short === true ? 'short' : options.all === true ? 'all' : 'some'
  return told(changes ? EXIT.planHasChanges : EXIT.done, document, (shown, screen) =>
    planText(shown, screen, detail),
  )
}
