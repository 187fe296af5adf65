import { downDocument } from '../api/documents.ts'
import type { DownDocument } from '../api/contract.ts'
import { failed, told } from './answer.ts'
import type { Answer } from './answer.ts'
import { downText } from './down-text.ts'
import { EXIT } from './exit-codes.ts'
import { clientFailure, offlineFailure } from './failure.ts'
import { examples } from './shell.ts'
import type { Job, Shell } from './shell.ts'

export function addDown({ program, answer }: Shell): void {
  program
    .command('down')
    .summary('leave no trace')
    .description(
      'Removes what multihomed made, and nothing else, puts the sysctls back and ends the daemon. Works without a daemon too.',
    )
    .option('--dry-run', 'only tell what would be done')
    .addHelpText('after', examples('multihome down --dry-run', 'sudo multihome down'))
    .action((options: { dryRun?: true }) => answer((job) => down(job, options.dryRun === true)))
}

async function down({ client, settings, surroundings }: Job, dryRun: boolean): Promise<Answer> {
  const answered = await client.down({ dryRun })
  if (answered.ok) return tell(answered.value, { daemon: true })
  // A daemon that hangs still holds the kernel; only where none listens may we do it ourselves.
  if (answered.error.is !== 'not-reachable') return failed(clientFailure(answered.error, surroundings))
  const { downOffline } = await surroundings.offline()
  const done = await downOffline({ stateDir: settings.stateDir, socketPath: settings.socketPath, dryRun })
  if (!done.ok) return failed(offlineFailure(done.error, 'down'))
  return tell(downDocument(done.value, surroundings.nowMs()), { daemon: false })
}

const tell = (document: DownDocument, by: { daemon: boolean }): Answer =>
  told(EXIT.done, document, (shown, screen) => downText(shown, screen, by))
