import type { Config, Neighbour, Observed, SilentNeighbour } from '../model/index.ts'
import { slotsOf } from './choice.ts'
import { isRoutable, type LineFacts } from './lines.ts'
import { gatewayNeighbour } from './signs.ts'

/** Gateways whose hardware addresses tell lines apart; none where every line has its own card. */
export const sharedGateways = ({ lines }: Config): Neighbour[] =>
  lines.flatMap(({ name, interface: dev, gateways }) =>
    lines.some((other) => other.name !== name && other.interface === dev)
      ? gateways.map((address) => ({ dev, address }))
      : [],
  )

/**
 * Those of them that nobody has asked for yet: until they answered, what they bring cannot be told apart. One that was
 * asked and is silent is not asked again, the kernel does so with every packet for it.
 */
export const unknownGateways = (lines: readonly LineFacts[], observed: Observed): Neighbour[] =>
  lines.flatMap((line) => {
    const { gateway, presence, config, sharesDevice } = line
    const isReachable = isRoutable(line) && presence.is === 'usable'
    return sharesDevice && isReachable && gateway !== undefined && !gatewayNeighbour(line, observed)
      ? [{ dev: config.interface, address: gateway }]
      : []
  })

/**
 * Gateways of lines that come back into the choice, where the kernel gave up asking for them while the line was
 * away. It would go on refusing for up to a second, and every connection of that time with "no route to host".
 */
export function returningGateways(lines: readonly LineFacts[], observed: Observed): SilentNeighbour[] {
  const chosen = {
    ipv4: new Set(slotsOf(observed.ruleset, 'ipv4')),
    ipv6: new Set(slotsOf(observed.ruleset, 'ipv6')),
  }
  return lines.flatMap(({ id, family, eligible, gateway, config: { interface: dev } }) =>
    eligible && !chosen[family].has(id)
      ? observed.silentNeighbours.filter((silent) => silent.dev === dev && silent.address === gateway)
      : [],
  )
}
