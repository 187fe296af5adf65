import type { LeaseSource } from '../../model/index.ts'
import { resolversIn, type LeaseNote } from './note.ts'

/** A piece of a resolv.conf that a program left for one interface. */
export const resolvConfPiece = (of: LeaseNote['of'], source: LeaseSource, text: string): LeaseNote => ({
  of,
  source,
  dns: resolversIn([...text.matchAll(/^nameserver\s+(\S+)/gm)].map(([, server = '']) => server)),
})

/** What stands behind the name of an interface in the name of such a file; names may have dots themselves (VLANs). */
const PROGRAMS =
  /\.(?:dhcp6?|dhcpcd|dhclient6?|ra|link|ipv4ll|inform|static|inet6?|pppd|ppp|ip-up|udhcpc|openvpn|wg)$/

/** `wan1.10.dhcp` is about wan1.10. */
export const interfaceOfPiece = (file: string): string => file.replace(PROGRAMS, '')
