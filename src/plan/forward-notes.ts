import {
  MAIN_TABLE,
  containsAddress,
  formatPorts,
  type Config,
  type Observed,
  type PortForward,
} from '../model/index.ts'
import { routedTo, type LineFacts } from './lines.ts'
import { lanNetworks } from './networks.ts'
import type { Note } from './report.ts'

/**
 * Forwards for an address that no line of them has by now. Those of fixed lines are told of the file already; other
 * lines may have been given it by whoever gave them theirs.
 */
export const forwardsUnheld = (
  { forwards }: Config,
  lines: readonly LineFacts[],
  observed: Observed,
): Note[] => {
  const unheld = forwards.flatMap(({ address, lines: of, to }) => {
    const legs = lines.filter(({ config, family }) => family === to.family && of.includes(config.name))
    const isHeld = observed.addresses.some((own) => own.address === address)
    if (address === undefined || isHeld) return []
    const mayBe = legs.some((leg) => leg.presence.is !== 'usable' || isOfLine(leg, address))
    return mayBe ? [] : [[address, of] as const]
  })
  return [...new Map(unheld)].map(([address, of]) => ({
    code: 'forward-unheld',
    severity: 'warning',
    text: `a forward is for ${address}, which is no address of ${of.join(' or ')}: nobody here answers for it`,
    help: 'put it on the interface (address at the line), or write its network to networks where the provider routes that here',
  }))
}

/** Held by it, or soon, or routed here. */
const isOfLine = (leg: LineFacts, asked: string): boolean =>
  leg.config.addresses.some(({ address }) => address === asked) ||
  routedTo(leg).some((network) => containsAddress(network, asked))

/** Forwards that bring nobody anywhere; one of each server. */
export function forwardsAstray(config: Config, observed: Observed): Note[] {
  const servers = new Map(config.forwards.map((forward) => [forward.to.address, forward]))
  return [...servers.values()].flatMap((forward): Note[] => {
    const text = astray(forward, config, observed)
    return text === undefined ? [] : [{ code: 'forward-astray', severity: 'warning', ...text }]
  })
}

function astray(
  forward: PortForward,
  config: Config,
  observed: Observed,
): Pick<Note, 'text' | 'help'> | undefined {
  const { family, address } = forward.to
  const what = `${formatPorts(forward)} is forwarded to ${address}`
  if (observed.addresses.some((own) => own.address === address)) {
    return { text: `${what}, which is this box itself`, help: 'take the forward out; what this box offers is reached without one' } // prettier-ignore
  }
  const isNear = lanNetworks(config, observed, family).some((network) => containsAddress(network, address))
  if (isNear || isBehindOthers(forward, config, observed)) return undefined
  return {
    text: `${what}, which is in no network of the LAN: it would leave by a line`,
    help: 'correct the address, or see to a route to it (ip route get ADDRESS)',
  }
}

/** A container's network, a VPN's: main leads there by something that is no line. */
const isBehindOthers = ({ to }: PortForward, { lines }: Config, { routes }: Observed): boolean =>
  routes.some(
    ({ family, table, dev, destination }) =>
      family === to.family &&
      table === MAIN_TABLE &&
      dev !== undefined &&
      destination.length > 1 &&
      containsAddress(destination, to.address) &&
      !lines.some((line) => line.interface === dev),
  )
