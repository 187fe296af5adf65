import type { Link } from '../model/index.ts'
import {
  attribute,
  attributeBytes,
  messageBytes,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  type NetlinkMessage,
} from './netlink.ts'

/**
 * WireGuard sends all its packets from one UDP port, wherever its peers are at the moment: by that port they are known.
 * Asked by generic netlink (linux/wireguard.h), so that nobody has to install `wg`. Without FFI, without the right to
 * ask, and while an interface is off, it is not known.
 */
export async function withWireguardPorts(links: readonly Link[]): Promise<readonly Link[]> {
  const names = links.flatMap(({ name, kind }) => (kind === 'wireguard' ? [name] : []))
  if (names.length === 0) return links
  const ports = await portsOf(names)
  return links.map((link) => {
    const port = ports.get(link.name)
    return port === undefined ? link : { ...link, tunnel: [{ fromUdpPort: port }] }
  })
}

async function portsOf(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>()
  const ffi = await import('./ffi.ts').catch(() => undefined)
  if (ffi === undefined) return ports
  const { NetlinkSocket } = await import('./netlink-socket.ts')
  let socket
  try {
    socket = new NetlinkSocket('generic')
    let family: number | undefined
    for await (const piece of socket.dump(familyQuestion())) family ??= piece.map(familyIn).find(Boolean)
    if (family === undefined) return ports
    for (const name of names)
      for await (const piece of socket.dump(deviceQuestion(family, name)))
        for (const message of piece) {
          const port = portIn(message)
          if (port !== undefined) ports.set(name, port)
          message.body.fill(0) // the private key is in it, too
        }
    return ports
  } catch (cause) {
    // No WireGuard, no right to ask, or an interface that is gone meanwhile.
    if (cause instanceof ffi.SystemError) return ports
    throw cause
  } finally {
    socket?.close()
  }
}

/** By name; the answer is one message and an acknowledgement. */
const familyQuestion = (): Buffer =>
  messageBytes(
    GENL_ID_CTRL,
    NLM_F_REQUEST | NLM_F_ACK,
    genericHeader(CTRL_CMD_GETFAMILY),
    attributeBytes(CTRL_ATTR_FAMILY_NAME, Buffer.from('wireguard\0')),
  )

/** @returns the number under which this kernel has WireGuard */
export const familyIn = ({ body }: NetlinkMessage): number | undefined =>
  attribute(body.subarray(GENERIC_HEADER_BYTES), CTRL_ATTR_FAMILY_ID)?.readUInt16LE()

const deviceQuestion = (family: number, name: string): Buffer =>
  messageBytes(
    family,
    NLM_F_REQUEST | NLM_F_DUMP,
    genericHeader(WG_CMD_GET_DEVICE),
    attributeBytes(WGDEVICE_A_IFNAME, Buffer.from(`${name}\0`)),
  )

/** A device with many peers comes in several messages, and the port in the first of them. */
export function portIn({ body }: NetlinkMessage): number | undefined {
  const port = attribute(body.subarray(GENERIC_HEADER_BYTES), WGDEVICE_A_LISTEN_PORT)?.readUInt16LE()
  return port === 0 ? undefined : port
}

/** `struct genlmsghdr` */
const GENERIC_HEADER_BYTES = 4
const genericHeader = (command: number): Buffer => Buffer.from([command, 1, 0, 0])

const GENL_ID_CTRL = 0x10
const CTRL_CMD_GETFAMILY = 3
const CTRL_ATTR_FAMILY_ID = 1
const CTRL_ATTR_FAMILY_NAME = 2
const WG_CMD_GET_DEVICE = 0
const WGDEVICE_A_IFNAME = 2
const WGDEVICE_A_LISTEN_PORT = 6
