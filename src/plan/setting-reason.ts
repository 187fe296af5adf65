import type { Config } from '../model/index.ts'
import { changingInterfaces } from './desired.ts'

/** Why a kernel setting is as it is, or is put back. @param key below /proc/sys */
export function settingReason(key: string, config: Config): string {
  const dev = /\/conf\/(.+)\/rp_filter$/.exec(key)?.[1]
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
  return 'as it was before multihomed'
}
