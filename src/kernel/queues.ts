import { fail, ok, type KernelError, type Link, type Result, type ShapedDevice } from '../model/index.ts'
import type { Command, Order } from '../render/index.ts'
import { runOnce } from './run-once.ts'
import { withFfi } from './with-ffi.ts'
import { readQueues, type Queues } from './read-queues.ts'

/**
 * Read by netlink, in every pass of a box with `shape` in its file; set by `tc`, a child for each command. Where the
 * kernel cannot be asked there are none: no line waits for that.
 */
export async function queuesOf(devices: readonly ShapedDevice[], links: readonly Link[]): Promise<Queues> {
  if (devices.length === 0) return NONE
  const listed = await withFfi('listing queues', async () =>
    (await import('./queue-listing.ts')).listQueues(new Map(links.map(({ index, name }) => [index, name]))),
  )
  if (!listed.ok) return NONE
  const { queues, led } = listed.value
  return readQueues(queues, led, devices, new Set(links.map(({ name }) => name)))
}

const NONE: Queues = { shapers: [], otherQueues: [] }

/** @returns why the last way failed that was tried; `unsupported`: the kernel knows none */
export async function takeFirstWay({
  ways,
  undo,
}: Order & { tool: 'tc' }): Promise<Result<void, KernelError>> {
  let outcome: Result<void, KernelError> = ok(undefined)
  for (const way of ways) {
    outcome = await runAll(way)
    if (outcome.ok) return outcome
    if (outcome.error.code !== 'unsupported') break
  }
  const gone = await takeAway(undo)
  return ways.length === 0 ? gone : outcome
}

/** As much of it as is there. */
async function takeAway(commands: readonly Command[]): Promise<Result<void, KernelError>> {
  const outcomes: Result<void, KernelError>[] = []
  for (const command of commands) outcomes.push(await run(command))
  const refusals = outcomes.filter((outcome) => !outcome.ok)
  return (
    refusals.find(({ error }) => error.code !== 'not-found') ??
    outcomes.find((outcome) => outcome.ok) ??
    refusals[0] ??
    ok(undefined)
  )
}

async function runAll(commands: readonly Command[]): Promise<Result<void, KernelError>> {
  for (const command of commands) {
    const outcome = await run(command)
    // From a way before, or from a time before.
    if (!outcome.ok && outcome.error.code !== 'exists') return outcome
  }
  return ok(undefined)
}

async function run([program = '', ...argv]: Command): Promise<Result<void, KernelError>> {
  const { ok: isDone, error } = await runOnce(program, argv)
  if (isDone) return ok(undefined)
  const [what, said] = [[program, ...argv].join(' '), error.trim()]
  if (/Operation not permitted/.test(said))
    return fail({ code: 'not-permitted', what, said, needs: 'CAP_NET_ADMIN' })
  if (/File exists/.test(said)) return fail({ code: 'exists', what, said })
  if (/Cannot find (device|specified qdisc)|Invalid handle|No such device/.test(said))
    return fail({ code: 'not-found', what, said })
  return fail({ code: UNKNOWN.test(said) ? 'unsupported' : 'refused', what, said })
}

/**
 * Kinds of queues, devices, filters and actions that this kernel, or its `tc`, has not; and a queue of another kind in
 * the same place, which can only be changed in its own way.
 */
const UNKNOWN =
  /kind is unknown|qdisc not found|Unknown (device type|qdisc)|Invalid qdisc name|classifier not found|TC action module|error talking to the kernel|cannot be started|not supported/
