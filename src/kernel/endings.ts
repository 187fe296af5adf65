import {
  formatPrefix,
  type Ended,
  type KernelError,
  type MarkedConnections,
  type Prefix,
  type Result,
} from '../model/index.ts'
import type { ConnectionsOfLine, Endings, Forgettable, Stranded, Telling } from './port.ts'
import { withFfi } from './with-ffi.ts'

/** What ends connections, behind the door of FFI. What these promise is said in the port. */
export const forgetConnections = (
  of: MarkedConnections,
  which: Forgettable,
  how: Pick<Telling, 'own'>,
): Promise<Result<number, KernelError>> =>
  withFfi(`forgetting ${which} connections of mark 0x${of.mark.toString(16)}`, async () =>
    (await import('./forget-connections.ts')).forgetConnections(of, which, how),
  )

export const forgetTunnel = (
  of: MarkedConnections,
  tunnel: NonNullable<Ended['tunnel']>,
): Promise<Result<void, KernelError>> =>
  withFfi(`forgetting what carried a tunnel, of mark 0x${of.mark.toString(16)}`, async () =>
    (await import('./forget-connections.ts')).forgetTunnel(of, tunnel),
  )

export const forgetWithin = (of: MarkedConnections, prefix: Prefix): Promise<Result<void, KernelError>> =>
  withFfi(`forgetting connections from ${formatPrefix(prefix)}`, async () =>
    (await import('./forget-connections.ts')).forgetWithin(of, prefix),
  )

export const strandedConnections = (
  of: MarkedConnections,
): Promise<Result<readonly Stranded[], KernelError>> =>
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
