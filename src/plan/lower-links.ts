import { isLinkLocal, type Move, type Observed, type Sysctl } from '../model/index.ts'
import { sameAddress } from './diff.ts'
import type { Originals } from './memory.ts'

export const keepAddresses = (dev: string): string => `net/ipv6/conf/${dev}/keep_addr_on_down`

/** What is to be read for putting links back. */
export const lowerLinksKeys = ({ linksRaised }: Originals): string[] => linksRaised.map(keepAddresses)

/**
 * Puts links back that were off before our first start and that nothing of ours needs any more. Addresses of IPv6 go
 * with a link that is switched off, unless the kernel is asked to keep them: those of others were there while it was
 * off before us, too.
 */
export const lowerLinks = (observed: Observed, originals: Originals): Move[] =>
  originals.linksRaised
    .filter((dev) => observed.links.some((link) => link.name === dev && link.up))
    .flatMap((dev): Move[] => {
      const lower: Move = { do: 'set-link', dev, up: false }
      const from = restored(keepAddresses(dev), observed, originals)
      if (from === undefined || from.value === KEPT || !hasForeign6(dev, observed, originals)) return [lower]
      const to = { ...from, value: KEPT }
      return [{ do: 'set-sysctl', from, to }, lower, { do: 'set-sysctl', from: to, to: from }]
    })

const KEPT = '1'

/** As it is once everything is put back. */
const restored = (key: string, { sysctls }: Observed, originals: Originals): Sysctl | undefined =>
  [...originals.sysctls, ...sysctls].find((sysctl) => sysctl.key === key)

/** The kernel keeps none that ends by itself, nor those of the link, which it makes anew. */
const hasForeign6 = (dev: string, { addresses }: Observed, { addedAddresses }: Originals): boolean =>
  addresses.some(
    (held) =>
      held.dev === dev &&
      held.family === 'ipv6' &&
      held.validForS === undefined &&
      !isLinkLocal(held.address) &&
      !addedAddresses.some(sameAddress(held)),
  )
