import {
  OUR_PROTOCOL,
  containsAddress,
  hostPrefix,
  overlap,
  type Ended,
  type Observed,
} from '../model/index.ts'
import { foundBefore, keepsAddresses } from './homes.ts'
import { isRoutable, routedTo, type LineFacts } from './lines.ts'
import { knownOf, type Memory, type Source } from './memory.ts'
import type { Numbers } from './numbers.ts'

/**
 * Connections that were begun from another address or device than their line has now. Left alone they
 * would go on with the old source, which no provider takes back, for as long as they keep sending.
 *
 * Our route in the line's table tells what they were begun from. It is gone while the line has no address, as when a
 * DHCP client drops the old one before it has the new one; then the memory tells.
 *
 * In IPv6 an old address mostly stays beside the new one for a while, and what was begun with it goes on until it is
 * gone.
 */
export function strandedConnections(
  lines: readonly LineFacts[],
  observed: Observed,
  memory: Memory,
  numbers: Numbers,
): Ended[] {
  return lines.flatMap((line) => {
    const now = sourceOf(line)
    const held = observed.routes.find(
      ({ protocol, type, table, family, src }) =>
        protocol === OUR_PROTOCOL &&
        type === 'unicast' &&
        family === line.family &&
        table === numbers.tableOf(line.id) &&
        src !== undefined, // our IPv6 routes name none but what was lent
    )
    const remembered = knownOf(memory.sources, line.leg)
    const before = held?.src === undefined ? remembered : { address: held.src, dev: held.dev }
    if (now === undefined || before === undefined) return []
    const all = { family: line.family, mark: numbers.markOf(line.id), mask: numbers.mask }
    const alive = [now.address, ...(now.kept ?? [])]
    const isGone = !alive.includes(before.address)
    if (before.dev !== now.dev || (isGone && !isLent(line, before.address))) return [all]
    return [before.address, ...(remembered?.kept ?? [])]
      .filter((address) => !alive.includes(address))
      .map((address) => ({ ...all, within: hostPrefix(line.family, address) }))
  })
}

/** Before or now: hosts that have addresses of the same prefix, and keep them, have nothing to do with it. */
const isLent = (line: LineFacts, before: string): boolean =>
  line.lender !== undefined || routedTo(line).some((prefix) => containsAddress(prefix, before))

/** Connections of hosts with addresses of a prefix that the line has no more: another took its place. */
export const homelessConnections = (
  lines: readonly LineFacts[],
  observed: Observed,
  numbers: Numbers,
): Ended[] =>
  lines.filter(keepsAddresses).flatMap((line) =>
    foundBefore(line, observed.ruleset)
      .filter((prefix) => !routedTo(line).some((now) => overlap(now, prefix)))
      .map((within) => ({ family: line.family, mark: numbers.markOf(line.id), mask: numbers.mask, within })),
  )

/** What the connections of a line are begun from now; none while it has no way out. */
export const sourceOf = (line: LineFacts): Source | undefined =>
  isRoutable(line)
    ? {
        address: line.address.address,
        dev: line.config.interface,
        ...(line.kept === undefined ? {} : { kept: line.kept }),
      }
    : undefined
