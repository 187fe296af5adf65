import { PROBE_PORTS, unreachable, type ProbeTarget } from '../model/index.ts'

/** The same for targets that are asked the same. */
export function targetKey(target: ProbeTarget): string {
  switch (target.kind) {
    case 'icmp':
    case 'arp':
    case 'ndp':
      return `${target.kind} ${target.address}`
    case 'tcp':
      return `tcp ${target.address} ${target.port ?? PROBE_PORTS.tcp}`
    case 'dns':
      return ['dns', target.address, target.port ?? PROBE_PORTS.dns, target.name, target.expect].join(' ')
    case 'http':
    case 'https':
      return [
        target.kind,
        target.host,
        target.port ?? PROBE_PORTS[target.kind],
        target.path,
        target.status,
        target.body,
      ].join(' ')
    default:
      return unreachable(target)
  }
}

/** Two probes to one host are less than two witnesses. */
export const hostOf = (target: ProbeTarget): string => ('address' in target ? target.address : target.host)
