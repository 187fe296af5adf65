import { containsAddress, coversPort, parseAddress, type Config, type Observed } from '../model/index.ts'
import { inboundText } from './firewall-chains.ts'
import { lanNetworks } from './networks.ts'
import type { Note } from './report.ts'

/** What is kept out, for whoever wonders why a server cannot be reached. */
export const whatComesIn = ({ firewall, forwards }: Config): Note[] =>
  firewall.inbound === 'allow'
    ? []
    : [
        {
          code: 'inbound-dropped',
          severity: 'note',
          text: `what comes in by a line: ${inboundText(firewall)}${forwards.length === 0 ? '' : ', and what is forwarded'}`,
        },
      ]

/**
 * Would whoever reads this be kept out next time?
 * @param session as sshd says in `SSH_CONNECTION`: address and port of the client, then of this box
 */
export function shutsOut(config: Config, observed: Observed, session: string | undefined): Note[] {
  const [from = '', , to = '', port = ''] = session?.split(' ') ?? []
  const client = parseAddress(from)
  const server = parseAddress(to)
  const dev = observed.addresses.find(({ address }) => address === server?.address)?.dev
  const line = config.lines.find((candidate) => candidate.interface === dev)
  if (client === undefined || line === undefined) return []
  const isOfLan = lanNetworks(config, observed, client.family).some((network) =>
    containsAddress(network, client.address),
  )
  if (isOfLan) return []
  const asked = { protocol: 'tcp', port: Number(port) } as const
  const here = `you are here by SSH from ${client.address} through ${line.name}, and tcp/${port}`
  const later = 'this session goes on, another one cannot be begun'
  const taken = config.forwards.find(
    (forward) =>
      forward.lines.includes(line.name) &&
      (forward.address ?? server?.address) === server?.address &&
      forward.to.family === client.family &&
      coversPort(forward, asked),
  )
  if (taken !== undefined) {
    return [
      {
        code: 'shut-out',
        severity: 'warning',
        text: `${here} is forwarded to ${taken.to.address}: ${later}`,
        help: `forward another port, such as { port: tcp/2222, to: "${taken.to.address}:${port}" }`,
      },
    ]
  }
  if (config.firewall.inbound === 'allow') return []
  if (config.firewall.open.some((one) => coversPort(one, asked))) return []
  return [
    {
      code: 'shut-out',
      severity: 'warning',
      text: `${here} is not open: ${later}`,
      help: `add tcp/${port} to firewall.open`,
    },
  ]
}
