/** `npm run bench:dataplane [-- --json]`; docs/performance.md says what each figure means. */
import { measureCrowdedBox } from './crowded-box.ts'
import { measureDaemonSize } from './daemon-size.ts'
import { measureDaemon } from './daemon-times.ts'
import { measureManyLines } from './many-lines.ts'
import { measureMovingAddress } from './moving-address.ts'
import { measureNewFlows } from './new-flows.ts'
import { measureRelease } from './release.ts'
import { measureShares } from './shares.ts'
import { measureShortConnections } from './short-connections.ts'
import { measureThroughput } from './throughput.ts'
import { runBench } from './run-bench.ts'

await runBench('bench:dataplane', {
  shares: measureShares,
  throughput: measureThroughput,
  connections: measureShortConnections,
  flows: measureNewFlows,
  daemon: measureDaemon,
  size: measureDaemonSize,
  lines: measureManyLines,
  crowd: measureCrowdedBox,
  address: measureMovingAddress,
  release: measureRelease,
})
