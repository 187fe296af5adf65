import { readFile } from 'node:fs/promises'

/** linux/capability.h */
const NEEDED = { CAP_NET_ADMIN: 12, CAP_NET_RAW: 13 } as const

type Capability = keyof typeof NEEDED

/** What we lack of the two capabilities that suffice for everything we do. */
export async function missingCapabilities(): Promise<Capability[]> {
  const status = await readFile('/proc/self/status', 'utf8')
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return (Object.keys(NEEDED) as Capability[]).filter(
    (name) => (effective & (1n << BigInt(NEEDED[name]))) === 0n,
  )
}
