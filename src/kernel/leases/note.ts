import { parseAddress, type LeaseNews, type Link } from '../../model/index.ts'

/** What a file says, before it is known whose interface it speaks of. */
export interface LeaseNote extends Omit<LeaseNews, 'interface'> {
  /** By name, by index, or the only one that pppd has made. */
  readonly of: { readonly name: string } | { readonly index: number } | 'ppp'
}

/** What holds now, about interfaces that are there; the most trusted first, as the notes are. */
export const newsOf = (notes: readonly LeaseNote[], links: readonly Link[], nowMs: number): LeaseNews[] =>
  notes
    .filter(({ validUntilMs }) => validUntilMs === undefined || validUntilMs > nowMs)
    .flatMap(({ of, ...note }) => {
      const link = links.find((one) => isAbout(of, one, links))
      return link === undefined ? [] : [{ interface: link.name, ...note }]
    })

/** @param links all of them: what pppd left is about the only one of its kind */
export function isAbout(of: LeaseNote['of'], { name, index }: Link, links: readonly Link[]): boolean {
  if (of === 'ppp') return isPpp(name) && links.filter((link) => isPpp(link.name)).length === 1
  return 'name' in of ? of.name === name : of.index === index
}

const isPpp = (name: string): boolean => /^ppp\d+$/.test(name)

/**
 * Resolvers in the kernel's spelling. Without those that nobody but this box can ask in this way: itself, and
 * link-local ones, which are asked on their own link anyway.
 */
export function resolversIn(words: readonly string[]): string[] {
  const parsed = words.flatMap((word) => {
    // networkd may write `[ADDRESS]:PORT%IF#NAME`, each part but the first if there is one.
    const bare = /^\[?([0-9a-f:.]+?)(?:\](?::53)?|(?<=^[\d.]+):53)?(?:#\S*)?$/i.exec(word)?.[1]
    return (bare === undefined ? undefined : parseAddress(bare)?.address) ?? []
  })
  return [...new Set(parsed)].filter((address) => !/^(?:127\.|0\.|::1?$|fe[89ab])/.test(address))
}
