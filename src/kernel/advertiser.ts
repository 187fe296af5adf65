import type { Advertisement, KernelError, Result } from '../model/index.ts'
import { withFfi } from './with-ffi.ts'

/** Speaks as a router on one interface. */
export interface Advertiser {
  /** To everybody there. */
  send(advertisement: Advertisement): Promise<Result<void, KernelError>>
  close(): void
}

/** What is heard there. */
export interface AdvertiserEars {
  /** A host asks for routers. */
  readonly onSolicited: () => void
  /** Another router speaks to hosts; for so long it says that it is one, 0: not, or no more. */
  readonly onOther: (address: string, routerLifetimeS: number) => void
}

export type OpenAdvertiser = (dev: string, ears: AdvertiserEars) => Promise<Result<Advertiser, KernelError>>

export const openAdvertiser: OpenAdvertiser = (dev, ears) =>
  withFfi(`advertising on ${dev}`, async () => {
    const socket = (await import('./advertising-socket.ts')).openAdvertisingSocket(dev, ears)
    return {
      send: (advertisement) =>
        withFfi(`advertising on ${dev}`, () => Promise.resolve(socket.send(advertisement))),
      close: () => socket.close(),
    }
  })
