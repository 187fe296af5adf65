import type { Lab, PrintedLines } from '../index.ts'
import { eventually, ROUTER } from '../index.ts'
import { printedLines } from '../printed-lines.ts'
import { DIES_WITH_US, spawnIn } from '../run.ts'

/** What changes in the router's nft tables from now on, in the words of `nft monitor`. */
export async function watchNft(lab: Lab): Promise<{ events: PrintedLines; stop(): void }> {
  const child = spawnIn(lab.host(ROUTER), [...DIES_WITH_US, 'nft', 'monitor'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.on('error', () => {}) // not started: no `stdout`, or it ends at once
  if (child.stdout === null) throw new Error('nft monitor did not start')
  const events = printedLines(child.stdout, 'nft monitor')
  // It listens as soon as it tells of something that was done to be told.
  await eventually(
    async () => {
      await lab.must(ROUTER, ['nft', 'add table ip is_heard; delete table ip is_heard'])
      return events.all.some((line) => line.includes('is_heard'))
    },
    Boolean,
    { what: 'nft monitor listens' },
  )
  return { events, stop: () => void child.kill() }
}
