import {
  containsAddress,
  familyOf,
  formatPrefix,
  type LineConfig,
  type Prefix,
  type Step,
} from '../model/index.ts'
import { place } from './condition.ts'
import type { LineFacts } from './lines.ts'
import { networksText } from './networks.ts'

/** Not the address that connections leave with, which is told with the line itself. */
export const isFurther = (from: Prefix | undefined, facts: readonly LineFacts[]): from is Prefix =>
  from !== undefined &&
  !facts.some(
    ({ address }) =>
      address !== undefined && address.family === from.family && containsAddress(from, address.address),
  )

export const furtherReason = (
  from: Prefix,
  { name, addresses, networks, keys, place: at }: LineConfig,
): string => {
  const key = addresses.some(({ address }) => address === from.address)
    ? 'address'
    : networks.some((network) => formatPrefix(network) === formatPrefix(from))
      ? 'networks'
      : undefined
  const whose = `${networksText([from])} is of ${name}`
  return key === undefined ? whose : `${whose} (${place(keys[key] ?? at)})`
}

/** What the steps of a line bring about besides its share of new connections. @param facts of each family */
export function lineEffects(name: string, steps: readonly Step[], facts: readonly LineFacts[]): string[] {
  const added = steps.flatMap(({ move }) => (move.do === 'add-rule' ? [move.rule] : []))
  const from = added.flatMap((rule) => (isFurther(rule.from, facts) ? [networksText([rule.from])] : []))
  const asked = added.flatMap(({ to, dport }) =>
    dport === undefined || to === undefined ? [] : [to.address],
  )
  return [
    ...(from.length === 0 ? [] : [`what is sent from ${listed(from)} leaves by ${name}`]),
    ...(asked.length === 0 ? [] : [`this box asks ${listed(asked)} for names by ${name}`]),
  ]
}

/** Each once, IPv4 first. */
export function listed(addresses: readonly string[]): string {
  const unique = [...new Set(addresses)]
  const sorted = [...unique.filter((one) => familyOf(one) === 'ipv4'), ...unique.filter((one) => familyOf(one) !== 'ipv4')] // prettier-ignore
  return sorted.length < 2 ? sorted.join('') : `${sorted.slice(0, -1).join(', ')} and ${sorted.at(-1) ?? ''}`
}
