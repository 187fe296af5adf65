import { toNumber, type Affinity, type Family } from '../model/index.ts'

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

/**
 * The key of the map `affinity`, in nft's words; `undefined` where nothing is remembered. One map for both families:
 * nftables 1.0.6 ends itself over an `update` of a map whose key is two IPv6 addresses.
 */
export const affinityKeyText = (affinity: Affinity, family: Family): string | undefined =>
  FIELDS[affinity].length === 0
    ? undefined
    : `jhash ${FIELDS[affinity].map((field) => (family === 'ipv4' ? field : field.replace('ip ', 'ip6 '))).join(' . ')} mod ${MODULUS} seed 0x${SEED.toString(16)}`

/** The number that the kernel makes of it for these two, who are of one family. */
export function affinityKeyOf(affinity: Affinity, from: string, to: string): number | undefined {
  const words = FIELDS[affinity].flatMap((field) => asRegisters(field === 'ip saddr' ? from : to))
  if (words.length === 0) return undefined
  // The kernel's `reciprocal_scale`: no remainder, but the upper half of the product.
  return Number((BigInt(jenkins(words, SEED)) * BigInt(MODULUS)) >> 32n)
}

/** An address is in network order; a little-endian machine, as all that we run on, reads its bytes backwards. */
function asRegisters(address: string): number[] {
  const length = address.includes(':') ? 16 : 4
  const bytes = Buffer.from(
    toNumber(address)
      .toString(16)
      .padStart(2 * length, '0'),
    'hex',
  )
  return Array.from({ length: length / 4 }, (_, i) => bytes.readUInt32LE(4 * i))
}

/** Bob Jenkins' lookup3 (2006, public domain), as Linux has it in include/linux/jhash.h, over whole words. */
function jenkins(words: readonly number[], seed: number): number {
  const start = (0xdead_beef + 4 * words.length + seed) >>> 0
  const state: [number, number, number] = [start, start, start]
  for (let at = 0; at < words.length; at += 3) {
    for (const i of [A, B, C]) state[i] = (state[i] + (words[at + i] ?? 0)) >>> 0
    if (at + 3 < words.length) mix(state)
  }
  for (const [into, from, turn] of FINAL)
    state[into] = ((state[into] ^ state[from]) - rotated(state[from], turn)) >>> 0
  return state[C]
}

/** `__jhash_mix`: what comes before the last three words. */
function mix(state: [number, number, number]): void {
  for (const [one, other, third, turn] of MIX) {
    state[one] = ((state[one] - state[other]) ^ rotated(state[other], turn)) >>> 0
    state[other] = (state[other] + state[third]) >>> 0
  }
}

const [A, B, C] = [0, 1, 2] as const
const MIX = [
  [A, C, B, 4],
  [B, A, C, 6],
  [C, B, A, 8],
  [A, C, B, 16],
  [B, A, C, 19],
  [C, B, A, 4],
] as const
/** `__jhash_final` */
const FINAL = [
  [C, B, 14],
  [A, C, 11],
  [B, A, 25],
  [C, B, 16],
  [A, C, 4],
  [B, A, 14],
  [C, B, 24],
] as const

const rotated = (word: number, by: number): number => ((word << by) | (word >>> (32 - by))) >>> 0
