/** `npm run bench:failover [-- --json] [PART…]`; docs/performance.md says what each figure means. */
import { measureCost } from './failover/cost.ts'
import { measureDeaths } from './failover/deaths.ts'
import { measureFirstUse } from './failover/first-use.ts'
import { measureHalfLoss } from './failover/half-loss.ts'
import { measureObvious } from './failover/obvious.ts'
import { measureRelease } from './failover/release.ts'
import { measureStandingQueue } from './failover/standing-queue.ts'
import { measureSteady } from './failover/steady.ts'
import { measureUnderLoad } from './failover/under-load.ts'
import { runBench } from './run-bench.ts'

await runBench('bench:failover', {
  // What these four tell comes out of one and the same series.
  silent: () => measureDeaths('silent'),
  stranded: () => measureDeaths('stranded'),
  udp: () => measureDeaths('udp'),
  return: () => measureDeaths('return'),
  'under-load': measureUnderLoad,
  idle: measureFirstUse,
  queue: measureStandingQueue,
  loss: measureHalfLoss,
  carrier: measureObvious,
  release: measureRelease,
  cost: measureCost,
  steady: measureSteady,
})
