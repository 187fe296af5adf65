import { readFile } from 'node:fs/promises'

/** How many connections this kernel remembers for this network, and how many it can. */
export interface ConntrackRoom {
  readonly entries: number
  readonly most: number
}

/** @returns `undefined` where nothing of it is loaded yet, or this kernel has none */
export async function conntrackRoom(): Promise<ConntrackRoom | undefined> {
  const [entries, most] = await Promise.all(['count', 'max'].map(read))
  return entries === undefined || most === undefined ? undefined : { entries, most }
}

async function read(what: string): Promise<number | undefined> {
  const text = await readFile(`/proc/sys/net/netfilter/nf_conntrack_${what}`, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Number(text)
}
