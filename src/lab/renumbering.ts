/** Providers that delegate another IPv6 prefix than before. */
import { delegatedPrefix, lanAddresses } from './ipv6.ts'
import type { Namespace } from './namespace.ts'
import { assignAddresses } from './provider.ts'
import { LAN, ROUTER } from './topology.ts'
import type { LabLine, Topology } from './topology.ts'
import { delegationCommand } from './wiring.ts'
import { ipBatch } from './world.ts'

/** @returns what gives a line its next prefix, and returns that. @throws {Error} for a line to which none is delegated */
export function openRenumbering({
  lan6,
}: Topology): (line: LabLine, host: (name: string) => Namespace) => Promise<string> {
  const renumbered = new Map<string, number>()
  return async ({ name, number, ipv6, addressing, host: provider }, host) => {
    if (ipv6?.delegated === undefined) throw new Error(`to ${name} no prefix is delegated`)
    const before = renumbered.get(name) ?? 0
    const [from, to] = [delegatedPrefix(number, before), delegatedPrefix(number, before + 1)]
    renumbered.set(name, before + 1)
    const others = ipv6.assigned.filter((prefix) => prefix !== ipv6.delegated)
    await assignAddresses(host(provider), [...others, to])
    if (addressing === 'by-router') return to
    const [first = ''] = lanAddresses([ipv6.delegated], 1)
    const [old, fresh] = lanAddresses([from, to], 1)
    await ipBatch(host(ROUTER), [
      delegationCommand('add', to),
      delegationCommand('delete', from),
      ...(lan6?.router.includes(first)
        ? [`address add ${fresh} dev ${LAN.device}`, `address delete ${old} dev ${LAN.device}`]
        : []),
    ])
    return to
  }
}
