import type { Kernel } from '../kernel/index.ts'
import { OUR_PROTOCOL, type Sysctl } from '../model/index.ts'
import { emptyMemory, type Memory } from '../plan/index.ts'

/**
 * Whether a memory of this boot was found. Without one nobody knows how the box was before: another state directory
 * was used, or its files are gone.
 */
export const knowsOriginals = (memory: Memory): boolean => memory.originals !== emptyMemory.originals

/**
 * The settings that have the values we give them. Asked while our rules are still there: they name the lines.
 * @returns an empty list when nothing of ours is there, or the kernel cannot be read
 */
export async function settingsLikeOurs(kernel: Kernel): Promise<Sysctl[]> {
  const first = await kernel.observe([])
  if (!first.ok) return []
  const ours = first.value.rules.filter((rule) => rule.protocol === OUR_PROTOCOL)
  if (ours.length === 0) return []
  const devices = new Set(ours.flatMap((rule) => rule.oif ?? []))
  const wanted = new Map([
    ['net/ipv4/ip_forward', '1'],
    ['net/ipv4/fib_multipath_hash_policy', '1'],
    ['net/ipv6/fib_multipath_hash_policy', '1'],
    ['net/ipv6/conf/all/forwarding', '1'],
    ...[...devices].flatMap(settingsOfLine),
  ])
  const reading = await kernel.observe([...wanted.keys()])
  return reading.ok ? reading.value.sysctls.filter(({ key, value }) => wanted.get(key) === value) : []
}

const settingsOfLine = (dev: string): [string, string][] => [
  [`net/ipv4/conf/${dev}/rp_filter`, '2'],
  [`net/ipv6/conf/${dev}/accept_ra`, '2'],
  [`net/ipv6/conf/${dev}/keep_addr_on_down`, '1'],
]
