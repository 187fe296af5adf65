import { toNumber, type Affinity } from '../model/index.ts'

/** Known by heart, so that lookup and update hash alike, and a reload changes nothing: it is "mult" in letters. */
const SEED = 0x6d75_6c74
/** All but one of the numbers that 32 bits have: nft wants a modulus, and this one loses nothing. */
const MODULUS = 4_294_967_295

/** What is hashed: nothing where every connection is chosen anew. */
const FIELDS: Readonly<Record<Affinity, readonly ('ip saddr' | 'ip daddr')[]>> = {
  connection: [],
  client: ['ip saddr'],
  pair: ['ip saddr', 'ip daddr'],
}

/** The key of the map `affinity`, in nft's words; `undefined` where nothing is remembered. */
export const affinityKeyText = (affinity: Affinity): string | undefined =>
  FIELDS[affinity].length === 0
    ? undefined
    : `jhash ${FIELDS[affinity].join(' . ')} mod ${MODULUS} seed 0x${SEED.toString(16)}`

/** The number that the kernel makes of it for these two. */
export function affinityKeyOf(affinity: Affinity, from: string, to: string): number | undefined {
  const words = FIELDS[affinity].map((field) => asRegister(field === 'ip saddr' ? from : to))
  if (words.length === 0) return undefined
  // The kernel's `reciprocal_scale`: no remainder, but the upper half of the product.
  return Number((BigInt(jenkins(words, SEED)) * BigInt(MODULUS)) >> 32n)
}

/** An address is in network order; a little-endian machine, as all that we run on, reads its bytes backwards. */
const asRegister = (address: string): number => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(Number(toNumber(address)))
  return bytes.readUInt32LE()
}

/**
 * Bob Jenkins' lookup3 (2006, public domain), as Linux has it in include/linux/jhash.h, for one to three words: so
 * few are only mixed once, at the end.
 */
function jenkins(words: readonly number[], seed: number): number {
  const start = 0xdead_beef + 4 * words.length + seed
  const state = [0, 1, 2].map((i) => (start + (words[i] ?? 0)) >>> 0)
  const [A, B, C] = [0, 1, 2] as const
  for (const [into, from, turn] of [
    [C, B, 14],
    [A, C, 11],
    [B, A, 25],
    [C, B, 16],
    [A, C, 4],
    [B, A, 14],
    [C, B, 24],
  ] as const) {
    const other = state[from] ?? 0
    state[into] = (((state[into] ?? 0) ^ other) - rotated(other, turn)) >>> 0
  }
  return state[C] ?? 0
}

const rotated = (word: number, by: number): number => ((word << by) | (word >>> (32 - by))) >>> 0
