/**
 * Loaded before every test file (`--import`, test.sh): a file whose tests are over, or were given up, and that leaves
 * something open would never end, and hold up all files behind it. Node's own `--test-timeout` ends tests, not files.
 */
import { isMainThread } from 'node:worker_threads'

const LONGEST_S = 240

if (isMainThread && process.env['NODE_TEST_CONTEXT'] !== undefined)
  // Nothing is held up by the timer itself.
  setTimeout(() => {
    console.error(`not over after ${LONGEST_S} s; still open: ${process.getActiveResourcesInfo().join(', ')}`)
    process.exit(1)
  }, LONGEST_S * 1000).unref()
