import type { KeyDoc } from './keys.ts'

/** What the schemas of this room are made of. */

/** JSON Schema's word for what is taken and never shown again. */
export const SECRET = { writeOnly: true } as const

export const documented = (doc: KeyDoc): { description: string; examples: unknown[]; writeOnly?: true } => ({
  description: doc.means + (doc.leftOut === undefined ? '' : ` Left out: ${doc.leftOut}.`),
  examples: [doc.example],
  ...(doc.secret === true && SECRET),
})

const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
export const IPV4 = `${OCTET}(\\.${OCTET}){3}`
/** What of an IPv6 address a pattern can tell; the parser tells the rest. */
export const IPV6 = '[0-9a-fA-F:.]*:[0-9a-fA-F:.]*'
export const PORT = '([1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])'
