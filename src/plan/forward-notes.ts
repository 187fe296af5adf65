import {
  MAIN_TABLE,
  containsAddress,
  formatPorts,
  type Config,
  type Observed,
  type PortForward,
} from '../model/index.ts'
import { lanNetworks } from './networks.ts'
import type { Note } from './report.ts'

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
