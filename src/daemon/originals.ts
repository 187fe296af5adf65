import type { InterfaceAddress, LineConfig, Move } from '../model/index.ts'
import { isHeldBy, sameAddress, type Originals } from '../plan/index.ts'

/**
 * The originals with what these moves are about to change, written down before the first of them is carried out:
 * a crash between the two costs nothing, the other way round it would cost the way back.
 */
export function withOriginalsOf(moves: readonly Move[], originals: Originals): Originals {
  return moves.reduce<Originals>((known, move) => {
    switch (move.do) {
      case 'set-sysctl':
        return known.sysctls.some((sysctl) => sysctl.key === move.from.key)
          ? known
          : { ...known, sysctls: [...known.sysctls, move.from, ...(move.loses ?? [])] }
      case 'add-address':
        return known.addedAddresses.some(sameAddress(move.address))
          ? known
          : { ...known, addedAddresses: [...known.addedAddresses, forEver(move.address)] }
      case 'set-link':
        return !move.up || known.linksRaised.includes(move.dev)
          ? known
          : { ...known, linksRaised: [...known.linksRaised, move.dev] }
      case 'set-mtu':
        return known.mtus.some(({ dev }) => dev === move.dev)
          ? known
          : { ...known, mtus: [...known.mtus, { dev: move.dev, mtuBytes: move.from }] }
      case 'add-shaper':
        return known.shaped.includes(move.shaper.dev)
          ? known
          : { ...known, shaped: [...known.shaped, move.shaper.dev] }
      default:
        return known
    }
  }, originals)
}

/** How long it is there is no matter of where it came from. */
const forEver = ({ family, address, length, dev }: InterfaceAddress): InterfaceAddress => ({
  family,
  address,
  length,
  dev,
})

/** The originals without what has been put back and is wanted no more: from then on it is the admin's again. */
export function withoutSettled(
  originals: Originals,
  wantedSysctls: ReadonlySet<string>,
  wantedAddresses: readonly InterfaceAddress[],
  lines: readonly Pick<LineConfig, 'interface' | 'mtuBytes' | 'shape'>[],
): Originals {
  return {
    sysctls: originals.sysctls.filter((sysctl) => isHeldBy(wantedSysctls, sysctl.key)),
    addedAddresses: originals.addedAddresses.filter((address) => wantedAddresses.some(sameAddress(address))),
    linksRaised: originals.linksRaised,
    mtus: originals.mtus.filter(({ dev }) =>
      lines.some((line) => line.interface === dev && line.mtuBytes !== undefined),
    ),
    shaped: originals.shaped.filter((dev) =>
      lines.some((line) => line.interface === dev && line.shape !== undefined),
    ),
  }
}
