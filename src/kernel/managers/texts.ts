/** What those who look after interfaces leave in files: who has which. */
import type { Claim } from './claim.ts'

/** Of `/run/systemd/netif/links/INDEX`. It tells of interfaces too that it only watches; those have no file. */
export const networkdClaim = (index: number, text: string): Claim[] =>
  /^NETWORK_FILE=./m.test(text) && !/^ADMIN_STATE=unmanaged$/m.test(text)
    ? [{ of: { index }, program: 'systemd-networkd' }]
    : []

/** Of `/run/NetworkManager/devices/INDEX`. */
export const networkManagerClaim = (index: number, text: string): Claim[] =>
  /^managed=(?:true|1)$/m.test(text) && /^connection-uuid=./m.test(text)
    ? [{ of: { index }, program: 'NetworkManager' }]
    : []

/**
 * Of the files of interfaces(5), for those that are up: a file may be left from before somebody else took over.
 * @param state of /run/network/ifstate: `wan1=wan1`
 */
export function ifupdownClaims(text: string, state: string): Claim[] {
  const up = new Map(
    state.split('\n').flatMap((line) => {
      const [, name, stanza] = /^([^\s=]+)=(\S+)/.exec(line) ?? []
      return name === undefined || stanza === undefined ? [] : [[name, stanza] as const]
    }),
  )
  const methods = new Map(
    linesOf(text).flatMap((line) => {
      const [, stanza, method] = /^\s*iface\s+(\S+)\s+inet\s+(\S+)/.exec(line) ?? []
      return stanza === undefined || method === undefined ? [] : [[stanza, method] as const]
    }),
  )
  return [...up].flatMap(([name, stanza]): Claim[] => {
    const method = methods.get(stanza)
    // The stanza of a PPP line has a name of its own, and pppd tells of its interface.
    if (method === undefined || method === 'loopback' || method === 'ppp') return []
    return [{ of: { name }, program: 'ifupdown', ...(method === 'dhcp' && { how: 'DHCP' }) }]
  })
}

/** What else is to be read: `source /etc/network/interfaces.d/*`, `source-directory interfaces.d`. */
export const ifupdownDirectories = (text: string): string[] =>
  linesOf(text).flatMap((line) => {
    const [, path] = /^\s*source(?:-directory)?\s+(\S+)/.exec(line) ?? []
    if (path === undefined) return []
    const directory = path.replace(/\/\*[^/]*$/, '')
    return [directory.startsWith('/') ? directory : `/etc/network/${directory}`]
  })

/** A line may go on after a backslash. */
const linesOf = (text: string): string[] =>
  text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))

/** Of the names in `/run/dhcpcd` and `/run/dhcpcd/resolv.conf`: it may run for one interface, or for all. */
export const dhcpcdClaim = (file: string): Claim[] => {
  const [, name] = /^(.+?)(?:-4)?\.(?:pid|dhcp)$/.exec(file) ?? []
  return name === undefined ? [] : [{ of: { name }, program: 'dhcpcd', how: 'DHCP' }]
}

/** Of `/run/ppp0.pid`, and of `/run/ppp-PROVIDER.pid`, which names the interface in its second line. */
export function pppdClaim(file: string, text: string): Claim[] {
  const [, stem = ''] = /^(ppp.+)\.pid$/.exec(file) ?? []
  const [pid = '', named = ''] = text.split('\n')
  if (stem === '' || !/^\s*\d+\s*$/.test(pid)) return []
  const name = stem.startsWith('ppp-') ? named.trim() : stem
  return name === '' ? [] : [{ of: { name }, program: 'pppd', how: 'PPP' }]
}
