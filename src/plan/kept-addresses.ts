import type { HostAddress, Observed } from '../model/index.ts'
import type { Source } from './memory.ts'

/**
 * Addresses of IPv6 that a line had before and that are good for what was begun with them: another one took their
 * place for what begins, and they stay until their time is over (RFC 4862, 5.5.4). One that leaves with two hours or
 * less was taken back there and then: nobody can take one back quicker (5.5.3 e; RFC 9096, 3.5), and the provider
 * brings nothing to it any more.
 * @param before what the line had in the last pass, on the same interface
 */
export function keptAddresses(
  before: Source,
  now: HostAddress | undefined,
  { addresses }: Observed,
): string[] {
  const { address: last, dev, kept = [] } = before
  return [last, ...kept].filter((address) => {
    if (address === now?.address) return false
    const held = addresses.find((one) => one.dev === dev && one.address === address)
    if (held === undefined) return false
    return kept.includes(address) || (held.validForS ?? Infinity) > TAKEN_BACK_S
  })
}

const TAKEN_BACK_S = 7200
