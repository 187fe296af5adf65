/** What was found out about a line, in words: the same on every screen. Pure. */
import type { ProbeDocument } from '../api/contract.ts'
import type { Role } from './style.ts'

export type Evidence = ProbeDocument['evidence'][number]

export const EVIDENCE_LOOKS: Readonly<
  Record<Evidence['result'], { readonly glyph: string; readonly role: Role }>
> = {
  good: { glyph: '●', role: 'up' },
  bad: { glyph: '✖', role: 'down' },
  false: { glyph: '▲', role: 'suspect' },
  unasked: { glyph: '○', role: 'quiet' },
}

export const EVIDENCE_TITLES: Readonly<Record<Evidence['about'], string>> = {
  link: 'link',
  address: 'address',
  gateway: 'gateway',
  internet: 'Internet',
  dns: 'DNS',
  page: 'login page',
  host: 'host',
}

export const familiesOf = ({ evidence }: ProbeDocument): ('ipv4' | 'ipv6')[] => [
  ...new Set(evidence.flatMap(({ family }) => family ?? [])),
]

/** One for each family; a link that is not there is neither's. */
export function conclusions(probe: ProbeDocument): string {
  const families = familiesOf(probe)
  const link = probe.evidence.find(({ about, result }) => about === 'link' && result !== 'good')
  if (families.length < 2 || link !== undefined) return conclusion(probe)
  return families
    .map((family) => {
      const evidence = probe.evidence.filter((row) => row.family === undefined || row.family === family)
      return `${family === 'ipv4' ? 'IPv4' : 'IPv6'}: ${conclusion({ ...probe, evidence })}`
    })
    .join(' ')
}

/** In one sentence, from near to far: what is nearest is the trouble. */
function conclusion({ evidence, host }: ProbeDocument): string {
  const of = (...abouts: readonly Evidence['about'][]) =>
    evidence.filter(({ about }) => abouts.includes(about))
  const isGood = ({ result }: Evidence): boolean => result === 'good'
  const near = of('link', 'address').find((row) => !isGood(row))
  if (near !== undefined) return `${EVIDENCE_TITLES[near.about]}: ${near.said ?? 'not in order'}.`
  const far = host === undefined ? of('internet', 'dns', 'page') : of('host')
  // A page that nobody serves is no login page: silence there says nothing.
  const asked = far.filter(
    ({ about, result }) => result !== 'unasked' && !(about === 'page' && result === 'bad'),
  )
  if (asked.length === 0) return 'nothing could be asked.'
  const [liar] = asked.filter(({ result }) => result === 'false')
  if (liar !== undefined)
    return `somebody else answers in the place of ${liar.what ?? 'it'}: ${liar.said ?? ''}.`
  const answered = asked.filter(isGood)
  if (answered.length === 0) return silence(of('gateway')[0], host !== undefined)
  if (host !== undefined) return `answers in ${answered.length} of ${asked.length} ways.`
  const dns = of('dns')
  if (dns.length > 0 && !dns.some(isGood)) return 'the Internet answers, but no DNS server does.'
  return answered.length === asked.length
    ? 'all is well.'
    : `works; ${answered.length} of ${asked.length} questions to the Internet were answered.`
}

function silence(gateway: Evidence | undefined, isHost: boolean): string {
  if (gateway?.result === 'bad') return 'not even the gateway answers.'
  if (isHost) return 'no answer in any way.'
  return gateway?.result === 'good'
    ? `the gateway answers and nothing behind it does: ${gateway.family === 'ipv6' ? 'no IPv6 beyond it' : 'the provider'}.`
    : 'nothing answers.'
}
