import { PROBE_PORTS } from '../model/index.ts'
import type { Asker, TargetOf } from './asker.ts'
import type { DnsAnswer } from './dns-message.ts'
import type { DnsSocket } from './dns-socket.ts'

/** Without a name any answer will do, a refusal too: every resolver answers something about the root. */
export function dnsAsker(socket: DnsSocket): Asker<'dns'> {
  return {
    ask(target, tell) {
      const { address, port = PROBE_PORTS.dns, name } = target
      const giveUp = socket.ask({ address, port }, name, (answer, delayMs) => {
        const falsely = whatIsFalse(target, answer)
        tell({ answered: true, delayMs, ...(falsely !== undefined && { falsely }) })
      })
      if (giveUp !== undefined) return giveUp
      setImmediate(tell, { answered: false, why: `${name} is no name of a host`, unasked: true })
      return () => {}
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
