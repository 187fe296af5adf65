import type { Config, Sysctl } from '../model/index.ts'
import { changingInterfaces } from './desired.ts'

export const AS_BEFORE = 'as it was before multihomed'

/** Why a kernel setting is as it is, or is put back. */
export function settingReason({ key, value }: Sysctl, config: Config): string {
  const dev = /\/conf\/(.+)\/rp_filter$/.exec(key)?.[1]
  const isOfLine = (setting: string, wanted: string): boolean =>
    value === wanted && config.lines.some((line) => key === `net/ipv6/conf/${line.interface}/${setting}`)
  const promoted = /\/conf\/(.+)\/promote_secondaries$/.exec(key)?.[1]
  if (key.endsWith('/ip_forward') && config.lan.interfaces.length > 0)
    return 'the LAN reaches the lines through this box'
  if (key.endsWith('/ip_forward') && config.forwards.length > 0)
    return 'what is forwarded reaches its server through this box'
  if (changingInterfaces(config).some((name) => name === promoted))
    return 'a change of address within its network must not take the new one along'
  if (key.endsWith('/fib_multipath_hash_policy'))
    return "the box's own connections are spread by port as well"
  if (config.lines.some((line) => line.interface === dev))
    return 'loose: answers to one line may have their reverse route on another'
  if (key === 'net/ipv6/conf/all/forwarding' && value === '1')
    return 'the LAN reaches the lines through this box, over IPv6 too'
  if (isOfLine('accept_ra', '2'))
    return 'a router listens to the routers of its lines only when it is told to'
  if (isOfLine('keep_addr_on_down', '1')) return 'its address outlives a carrier that goes and comes'
  if (key.endsWith('/disable_ipv6') && value === '0') return 'the file gives it an IPv6 address'
  return AS_BEFORE
}
