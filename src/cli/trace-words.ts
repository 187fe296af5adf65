import type { TraceRequest } from '../api/client.ts'
import { fail, ok } from '../model/index.ts'
import type { Result } from '../model/index.ts'

/** What stands in the way, and what to type instead. */
interface Complaint {
  readonly message: string
  readonly help: string
}

const HELP = 'multihome trace 10.0.0.12 example.org:443'

/** `FROM TO[:PORT]` in one word or several; between the two a space, `→` or `->`. */
export function readTraceWords(words: readonly string[], udp: boolean): Result<TraceRequest, Complaint> {
  const ends = words
    .join(' ')
    .split(/\s*(?:→|->)\s*|\s+/)
    .filter((end) => end !== '')
  const [from, to, ...more] = ends
  if (ends.at(-1) === '-') {
    return fail({
      message: 'the shell took the ">" of "->" for itself, and made a file of what stands behind it',
      help: "a space, → or '->' in quotes; and look for that file",
    })
  }
  if (from === undefined || to === undefined || more.length > 0)
    return fail({ message: `a packet has two ends, not ${ends.length}: ${ends.join(', ')}`, help: HELP })
  const split = splitPort(to)
  if (split === undefined)
    return fail({ message: `"${to}" has no port behind its colon`, help: 'a port is a number from 1 to 65535' }) // prettier-ignore
  const { host, port } = split
  const protocol = udp ? 'udp' : port === undefined ? undefined : 'tcp'
  return ok({ from, to: host, port, protocol })
}

/** Of an IPv6 address the port stands behind brackets. */
function splitPort(to: string): { host: string; port: number | undefined } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(to) ?? []
  const host = bracketed ?? plain
  if (host === undefined || host === '') return /:.*:/.test(to) ? { host: to, port: undefined } : undefined
  const number = port === undefined ? undefined : Number(port)
  return number === 0 || (number ?? 0) > 65_535 ? undefined : { host, port: number }
}
