/**
 * Where a browser of this machine finds the lab, which is in a network of its own. A socket belongs for life to the
 * network in which it was made: this one is made before the process goes into the lab's, and taken along.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import * as libc from '../kernel/ffi.ts'
import { portHolder } from '../kernel/port-holder.ts'
import { inPrivateWorld } from './private-world.ts'

/** `usual`: one of the lab's own ports that is free. */
export type DoorWish = number | 'usual' | 'off'

export interface DoorSocket {
  /** Listens at 127.0.0.1 of the machine. */
  readonly fd: number
  readonly port: number
  /** The machine's connections with their owners: proc_net_tcp(5). */
  readonly connectionsFd: number
  /** Users who may come in. */
  readonly users: readonly number[]
}

export interface Reserved {
  /** Absent: there is none. */
  readonly socket?: DoorSocket
  /** What is other than usual. */
  readonly note?: string
}

/** The daemon's own is 8222. */
export const USUAL_PORT = 8223
/** Several labs at a time are no rarity. */
const MOST_LABS = 10

const LOCALHOST = '127.0.0.1'
const VARIABLE = 'MULTIHOMED_LAB_DOOR'

/**
 * To be called before `enterPrivateWorld`, which starts this program anew: the second time it takes over what the
 * first time made.
 * @throws {Error} when a certain port is wished, and cannot be had
 */
export async function reserveDoor(wish: DoorWish): Promise<Reserved> {
  const handedOn = process.env[VARIABLE]
  delete process.env[VARIABLE] // nobody else's
  if (handedOn !== undefined && inPrivateWorld()) {
    const reserved = JSON.parse(handedOn) as Reserved
    setInherited(reserved, false)
    return reserved
  }
  const reserved = await open(wish)
  if (!inPrivateWorld()) {
    setInherited(reserved, true)
    process.env[VARIABLE] = JSON.stringify(reserved)
  }
  return reserved
}

function setInherited({ socket }: Reserved, isInherited: boolean): void {
  if (socket !== undefined)
    for (const fd of [socket.fd, socket.connectionsFd]) libc.setInherited(fd, isInherited)
}

async function open(wish: DoorWish): Promise<Reserved> {
  if (wish === 'off') return {}
  const ports = wish === 'usual' ? Array.from({ length: MOST_LABS }, (_, i) => USUAL_PORT + i) : [wish]
  let note: string | undefined // about the first one: why it is another
  for (const port of ports) {
    const bound = listenAt(port)
    if (typeof bound === 'number') {
      const socket = { fd: bound, port, connectionsFd: openSync('/proc/net/tcp', 'r'), users: usersOfThis() }
      return { socket, ...(note !== undefined && { note }) }
    }
    const why = bound === 'EADDRINUSE' ? `port ${port} belongs to ${(await portHolder(port)) ?? 'another program'}` : `port ${port} of ${LOCALHOST}: ${bound}` // prettier-ignore
    if (wish !== 'usual') throw new Error(`the lab has no door there: ${why}; --port takes another one`)
    note ??= why
    if (bound !== 'EADDRINUSE') break
  }
  return note === undefined ? {} : { note }
}

/** @returns the descriptor, or the error's name */
function listenAt(port: number): number | string {
  const fd = libc.socket(libc.AF.inet, libc.SOCK.stream, 0)
  try {
    libc.setSocketOption(fd, libc.SOL_SOCKET, libc.SO.reuseaddr, 1)
    libc.bind(fd, libc.socketAddress4(LOCALHOST, port))
    libc.listen(fd, 128)
    return fd
  } catch (error) {
    libc.close(fd)
    if (error instanceof libc.SystemError) return getSystemErrorName(-error.errno)
    throw error
  }
}

/**
 * The lab's daemon runs programs that its configuration names, as whoever started the lab: nobody else may write one.
 * Root may everything anyhow; `sudo` is started by the one who sits before the browser.
 */
function usersOfThis(): number[] {
  const sudoUser = Number(process.env['SUDO_UID'])
  return [0, process.getuid?.() ?? 0, ...(Number.isInteger(sudoUser) ? [sudoUser] : [])]
}

/**
 * Whether a connection is of somebody who may come in. Only of one that stands does the kernel tell the owner: once the
 * other end has closed it, it seems to be root's.
 * @param fromPort of its other end
 */
export function isWelcome({ connectionsFd, port, users }: DoorSocket, fromPort: number): boolean {
  const text = readWhole(connectionsFd)
  const end = (number: number): string => `(?:0100007F|7F000001):${hex(number)}`
  const row = new RegExp(`: ${end(fromPort)} ${end(port)} 01 \\w+:\\w+ \\w+:\\w+ \\w+ +(\\d+) `).exec(text)
  return row !== null && users.includes(Number(row[1]))
}

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')

function readWhole(fd: number): string {
  const pieces: Buffer[] = []
  for (let at = 0; ;) {
    const piece = Buffer.alloc(65_536)
    const length = readSync(fd, piece, 0, piece.length, at)
    if (length === 0) return Buffer.concat(pieces).toString('latin1')
    pieces.push(piece.subarray(0, length))
    at += length
  }
}

export function closeDoorSocket({ connectionsFd }: DoorSocket): void {
  closeSync(connectionsFd)
}
