import { PROBE_PORTS } from '../model/index.ts'
import { refuse, type Asker, type TargetOf } from './asker.ts'
import type { DnsAnswer } from './dns-message.ts'
import type { DnsSocket } from './dns-socket.ts'
import { familyOf } from './socket-address.ts'

/**
 * Without a name any answer will do, a refusal too: every resolver answers something about the root. With one it is
 * its IPv4 addresses that are asked for, whichever way, unless another is expected: few names have none.
 */
export function dnsAsker(socket: DnsSocket): Asker<'dns'> {
  return {
    ask(target, tell) {
      const { address, port = PROBE_PORTS.dns, name, expect } = target
      const family = expect === undefined ? 'ipv4' : familyOf(expect)
      const asked = name === undefined ? undefined : { name, family }
      const giveUp = socket.ask({ address, port }, asked, (answer, delayMs) => {
        const falsely = whatIsFalse(target, answer)
        tell({ answered: true, delayMs, ...(falsely !== undefined && { falsely }) })
      })
      if (giveUp !== undefined) return giveUp
      return refuse(tell, `${name} is no name of a host`)
    },
    close: () => socket.close(),
  }
}

function whatIsFalse(
  { name, expect }: TargetOf<'dns'>,
  { status, addresses }: DnsAnswer,
): string | undefined {
  if (name === undefined || (expect === undefined ? addresses.length > 0 : addresses.includes(expect)))
    return undefined
  if (addresses.length > 0) return `${addresses.join(', ')} for ${name}`
  return `no address for ${name}${status === 'NOERROR' ? '' : ` (${status})`}`
}
