import type { Sysctl } from '../model/index.ts'

/** Forwarding of the box as a whole; the kernel's `net/ipv4/conf/all/forwarding` is the same switch. */
export const IP_FORWARD = 'net/ipv4/ip_forward'
export const IPV6_FORWARDING = 'net/ipv6/conf/all/forwarding'

const ALL_ACCEPT_REDIRECTS = 'net/ipv4/conf/all/accept_redirects'

/** What turning those switches overwrites; `*` stands for every interface. */
export const FOLLOWERS = [
  ALL_ACCEPT_REDIRECTS,
  'net/ipv4/conf/*/forwarding',
  'net/ipv6/conf/*/forwarding',
] as const

/** The switch whose turning overwrites this setting; `undefined`: it stands for itself. */
export function leaderOf(key: string): string | undefined {
  const family = /^net\/(ipv[46])\/conf\/(?!all\/)[^/]+\/forwarding$/.exec(key)?.[1]
  if (key === ALL_ACCEPT_REDIRECTS || family === 'ipv4') return IP_FORWARD
  return family === 'ipv6' ? IPV6_FORWARDING : undefined
}

/**
 * What a follower is once its switch was turned: every interface, and those to come, forward like the box, and a
 * router listens to no redirects while a host does (Linux, net/ipv4/devinet.c, inet_forward_change, and
 * net/ipv6/addrconf.c, addrconf_fixup_forwarding).
 */
export const afterTurning = (key: string, to: string): string =>
  key === ALL_ACCEPT_REDIRECTS ? (to === '0' ? '1' : '0') : to

/**
 * The followers that turning a switch and turning it back would not leave as they are: a hardened box that takes no
 * redirects, a single interface that forwards.
 * @param before the switch as it is
 */
export const lostByTurning = (sysctls: readonly Sysctl[], turned: string, before: string): Sysctl[] =>
  sysctls.filter(({ key, value }) => leaderOf(key) === turned && value !== afterTurning(key, before))

/** Whether these settings being wanted decides what that one is. */
export function isHeldBy(wanted: ReadonlySet<string>, key: string): boolean {
  const leader = leaderOf(key)
  return wanted.has(key) || (leader !== undefined && wanted.has(leader))
}
