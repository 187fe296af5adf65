/** What must not stand in a text that leaves the box, wherever it came from. Pure. */
import { isGlobal6, parseAddress, WITNESSES } from '../model/index.ts'

/**
 * Every trace of a secret: the whole, its words, the parts of an address; as it is, within JSON and within addresses.
 * Short words of plain letters stay, because half the report may consist of them.
 */
export function scrubbed(text: string, secrets: readonly string[], mask: string): string {
  const pieces = new Set(secrets.flatMap(piecesOf).filter(isTelling))
  const spellings = [...pieces].flatMap((piece) => [
    piece,
    JSON.stringify(piece).slice(1, -1),
    encodeURIComponent(piece),
  ])
  return [...new Set(spellings)]
    .toSorted((a, b) => b.length - a.length)
    .reduce((clean, piece) => clean.replaceAll(piece, mask), withoutCredentials(text, mask))
}

/** What looks like one, whoever wrote it there: tokens of ours, headers, names and passwords in addresses. */
const withoutCredentials = (text: string, mask: string): string =>
  text
    .replace(/multihomed_[\w-]{20,}/g, mask)
    .replace(/\b(bearer|basic) +[\w.~+/=-]{6,}/gi, `$1 ${mask}`)
    .replace(/(https?:\/\/)[^\s/@"]+@/gi, `$1${mask}@`)

const piecesOf = (secret: string): string[] => {
  const words = secret.split(/\s+/)
  const parts = words.flatMap((word) =>
    /^https?:/i.test(word)
      ? word.replace(/^https?:\/\/[^/?#]*/i, '').split(/[/?&=#]+/)
      : word.includes('@')
        ? word.split('@', 1)
        : word.split(/[=:,;]+/),
  )
  return [secret.trim(), ...words, ...parts]
}

const LEAST = 5
const LEAST_OF_LETTERS = 12

const isTelling = (piece: string): boolean =>
  piece.length >= (/^[A-Za-z-]+$|^\/[\w./-]*$/.test(piece) ? LEAST_OF_LETTERS : LEAST)

/**
 * Public addresses and those of network cards by numbers of their own, the same everywhere, so that one can still be
 * told from another; private ones, and those that everybody asks, stay.
 */
export function withoutAddresses(text: string): string {
  const names = new Map<string, string>()
  const nameOf = (kind: string, what: string): string => {
    const known = names.get(what)
    if (known !== undefined) return known
    const count = [...names.values()].filter((name) => name.startsWith(kind)).length
    names.set(what, `${kind}-${count + 1}`)
    return `${kind}-${count + 1}`
  }
  return text
    .replace(CARD, (card) =>
      /^(00:){5}00$|^(ff:){5}ff$/i.test(card) ? card : nameOf('card', card.toLowerCase()),
    )
    .replace(ADDRESS, (candidate) => {
      const parsed = parseAddress(candidate)
      if (parsed === undefined || KEPT.has(parsed.address)) return candidate
      // Made of the card's own.
      const isOfCard = /ff:?fe/i.test(parsed.address) && parsed.family === 'ipv6'
      const isPublic = parsed.family === 'ipv6' ? isGlobal6(parsed.address) : !PRIVATE.test(parsed.address)
      return isPublic || isOfCard ? nameOf(parsed.family, parsed.address) : candidate
    })
}

const CARD = /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi
const ADDRESS =
  /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)|[0-9a-f]*:[0-9a-f:]*:[0-9a-f:.]*(?![\w:]))/gi
/** Nobody's on the Internet: this box, private and shared networks, links, groups. */
const PRIVATE =
  /^(0|10|127|22[4-9]|23\d|24\d|25[0-5])\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^192\.168\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./
const KEPT: ReadonlySet<string> = new Set(WITNESSES.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]))
