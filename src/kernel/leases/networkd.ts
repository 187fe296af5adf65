import { resolversIn, type LeaseNote } from './note.ts'

/**
 * Of `/run/systemd/netif/leases/INDEX`: the lease of DHCPv4.
 * @param writtenAtMs of the file, by the wall clock: times in it count from there
 */
export function networkdLease(index: number, text: string, writtenAtMs: number): LeaseNote {
  const pairs = pairsOf(text)
  const [gateway] = wordsOf(pairs.get('ROUTER')).filter((router) => router !== '0.0.0.0')
  const mtuBytes = numberOf(pairs.get('MTU'))
  const lifetime = numberOf(pairs.get('LIFETIME'))
  return {
    of: { index },
    source: 'networkd',
    dns: resolversIn(wordsOf(pairs.get('DNS'))),
    ...(gateway !== undefined && { gateway }),
    ...(mtuBytes !== undefined && { mtuBytes }),
    ...(lifetime !== undefined && lifetime < FOR_EVER && { validUntilMs: writtenAtMs + lifetime * 1000 }),
  }
}

/** Of `/run/systemd/netif/links/INDEX`: resolvers of every kind, written ones and those of IPv6 too. */
export const networkdLink = (index: number, text: string): LeaseNote => ({
  of: { index },
  source: 'networkd',
  dns: resolversIn(wordsOf(pairsOf(text).get('DNS'))),
})

/** RFC 2131: all bits set. */
const FOR_EVER = 0xffff_ffff

const pairsOf = (text: string): Map<string, string> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [, key, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value] as const]
    }),
  )

const wordsOf = (value = ''): string[] => value.split(/\s+/).filter((word) => word !== '')
const numberOf = (value = ''): number | undefined => (/^\d+$/.test(value) ? Number(value) : undefined)
