import type { Lease, LeaseNews } from '../model/index.ts'
import type { Memory } from '../plan/index.ts'

/** What is left of a lease, in whole seconds; Infinity: for ever. */
export const secondsLeft = ({ endsAtUptimeS }: Lease, uptimeS: number): number =>
  endsAtUptimeS === undefined ? Infinity : Math.ceil(endsAtUptimeS - uptimeS)

/** The leases that we keep ourselves, as news beside those that others leave. */
export const leaseNews = ({ leases }: Memory, uptimeS: number): LeaseNews[] =>
  Object.values(leases).flatMap((lease): LeaseNews[] => {
    const { dev, address, router, dns, mtuBytes } = lease
    const leftS = secondsLeft(lease, uptimeS)
    if (leftS <= 0) return []
    return [
      {
        interface: dev,
        source: 'multihomed',
        address,
        dns,
        ...(router === undefined ? {} : { gateway: router }),
        ...(mtuBytes === undefined ? {} : { mtuBytes }),
        // While we are here we are first: what the kernel takes away looks as if somebody had.
        ...(leftS === Infinity ? {} : { validForS: leftS + 1 }),
      },
    ]
  })
