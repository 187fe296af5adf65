import { fail, ok, type KernelError, type Mark, type MarkedConnections, type Result } from '../model/index.ts'
import { deleteConnections } from '../render/index.ts'
import type { OpenConnection } from './port.ts'
import { runOnce } from './run-once.ts'
import { withFfi } from './with-ffi.ts'

/**
 * Counts the open entries of connection tracking by their mark, of both families.
 * @returns how many entries have each value under `mask`; `undefined` without FFI or without the right to look
 */
export async function openConnections(mask: Mark): Promise<ReadonlyMap<number, number> | undefined> {
  const counted = await withFfi('counting connections', async () =>
    (await import('./conntrack-by-mark.ts')).countEntries(mask),
  )
  return counted.ok ? counted.value : undefined
}

/** @param visit sees all of them, piece by piece */
export const listConnections = (
  visit: (piece: readonly OpenConnection[]) => void,
): Promise<Result<void, KernelError>> =>
  withFfi('listing connections', async () => (await import('./list-connections.ts')).listConnections(visit))

/** Deletes the entries that carry a mark, those of our probes too. Without FFI the `conntrack` command has to do it. */
export async function endConnections(of: MarkedConnections): Promise<Result<void, KernelError>> {
  const what = `conntrack ${deleteConnections(of)}`
  const done = await withFfi(what, async () => (await import('./conntrack-by-mark.ts')).deleteEntriesOf(of))
  return !done.ok && done.error.code === 'unsupported' ? spawnConntrack(what) : done
}

/** The command says "0 flow entries have been deleted" with exit code 1: nothing to do is done. */
async function spawnConntrack(what: string): Promise<Result<void, KernelError>> {
  const [command = '', ...argv] = what.split(' ')
  const { ok: isDone, error } = await runOnce(command, argv)
  return isDone || /\b0 flow entries/.test(error)
    ? ok(undefined)
    : fail({ code: 'refused', what, said: error.trim() })
}
