import type { Sysctl } from '../model/index.ts'

/** Forwarding of the box as a whole; the kernel's `net/ipv4/conf/all/forwarding` is the same switch. */
export const IP_FORWARD = 'net/ipv4/ip_forward'

const ALL_ACCEPT_REDIRECTS = 'net/ipv4/conf/all/accept_redirects'

/** What turning that switch overwrites; `*` stands for every interface. */
export const FOLLOWERS = [ALL_ACCEPT_REDIRECTS, 'net/ipv4/conf/*/forwarding'] as const

/** Whether turning the switch overwrites this setting. */
export const followsForwarding = (key: string): boolean =>
  key === ALL_ACCEPT_REDIRECTS || /^net\/ipv4\/conf\/(?!all\/)[^/]+\/forwarding$/.test(key)

/**
 * What a follower is once the switch was turned: every interface, and those to come, forward like the box, and a
 * router listens to no redirects while a host does (Linux, net/ipv4/devinet.c, inet_forward_change).
 */
export const afterTurning = (key: string, ipForward: string): string =>
  key === ALL_ACCEPT_REDIRECTS ? (ipForward === '0' ? '1' : '0') : ipForward

/**
 * The followers that turning the switch and turning it back would not leave as they are: a hardened box that
 * takes no redirects, a single interface that forwards.
 * @param before the switch as it is
 */
export const lostByTurning = (sysctls: readonly Sysctl[], before: string): Sysctl[] =>
  sysctls.filter(({ key, value }) => followsForwarding(key) && value !== afterTurning(key, before))
