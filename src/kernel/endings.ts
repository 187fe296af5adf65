import { fail, ok, type KernelError, type Result } from '../model/index.ts'
import { refusal } from './conntrack.ts'
import type { ConnectionsOfLine, Endings, Forgettable, MarkedBy, Stranded, Telling } from './port.ts'

/**
 * What ends connections, behind a door: all of it needs FFI, without which the box does everything else.
 * What these promise is said in the port.
 */
export const forgetConnections = (
  of: MarkedBy,
  which: Forgettable,
  how: Pick<Telling, 'own'>,
): Promise<Result<number, KernelError>> =>
  withFfi(`forgetting ${which} connections of mark 0x${of.mark.toString(16)}`, async () =>
    (await import('./forget-connections.ts')).forgetConnections(of, which, how),
  )

export const strandedConnections = (of: MarkedBy): Promise<Result<readonly Stranded[], KernelError>> =>
  withFfi(`listing the connections of mark 0x${of.mark.toString(16)}`, async () =>
    (await import('./stranded.ts')).strandedConnections(of),
  )

export const tellStranded = (of: ConnectionsOfLine, how: Telling): Promise<Result<Endings, KernelError>> =>
  withFfi(`telling the connections on ${of.dev}`, async () =>
    (await import('./stranded.ts')).tellStranded(of, how),
  )

export const endFlows = (of: ConnectionsOfLine, how: Telling): Promise<Result<Endings, KernelError>> =>
  withFfi(`moving the connections away from ${of.dev}`, async () =>
    (await import('./end-flows.ts')).endFlows(of, how),
  )

async function withFfi<T>(what: string, work: () => Promise<T>): Promise<Result<T, KernelError>> {
  const ffi = await import('./ffi.ts').catch(() => undefined)
  if (ffi === undefined) return fail({ code: 'unsupported', what, said: 'no FFI' })
  try {
    return ok(await work())
  } catch (cause) {
    if (cause instanceof ffi.SystemError) return fail(refusal(`${what} (${cause.what})`, cause.errno))
    throw cause
  }
}
