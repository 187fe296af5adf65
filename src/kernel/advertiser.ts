import type { Advertisement, KernelError, Result } from '../model/index.ts'
import { withFfi } from './with-ffi.ts'

/** Speaks as a router on one interface. */
export interface Advertiser {
  /** To everybody there. */
  send(advertisement: Advertisement): Promise<Result<void, KernelError>>
  close(): void
}

/** @param onSolicited a host asks for routers */
export type OpenAdvertiser = (
  dev: string,
  onSolicited: () => void,
) => Promise<Result<Advertiser, KernelError>>

export const openAdvertiser: OpenAdvertiser = (dev, onSolicited) =>
  withFfi(`advertising on ${dev}`, async () => {
    const socket = (await import('./advertising-socket.ts')).openAdvertisingSocket(dev, onSolicited)
    return {
      send: (advertisement) =>
        withFfi(`advertising on ${dev}`, () => Promise.resolve(socket.send(advertisement))),
      close: () => socket.close(),
    }
  })
