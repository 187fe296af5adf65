import { createHash } from 'node:crypto'
import type { Family, NftChain, NftMap, NftRule } from '../model/index.ts'

/** A rule with what it is there for. The comment ends in a fingerprint of the text: see `NftRule`. */
export function rule(text: string, says: string): NftRule {
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 8)
  return { text, comment: `${says} #${fingerprint}` }
}

export const chain = (name: string, rules: readonly NftRule[]): NftChain => ({ name, rules })

export const map = (
  name: string,
  declaration: string,
  elements: readonly (readonly [string, string])[],
): NftMap => ({
  kind: 'map',
  name,
  declaration,
  elements: new Map(elements),
})

export const set = (name: string, declaration: string, elements: readonly string[]): NftMap => ({
  kind: 'set',
  name,
  declaration,
  elements: new Map(elements.map((element) => [element, ''])),
})

/** A mark as nft prints it. */
export const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`
export const quote = (name: string): string => `"${name}"`

/** How a question about addresses begins. */
export const WORD = { ipv4: 'ip', ipv6: 'ip6' } as const satisfies Record<Family, string>
/** Behind the names of what each family has for itself; IPv4 was first. */
export const SUFFIX = { ipv4: '', ipv6: '6' } as const satisfies Record<Family, string>
/** The set of the LAN's own networks. */
export const OWN = { ipv4: 'own4', ipv6: 'own6' } as const satisfies Record<Family, string>
