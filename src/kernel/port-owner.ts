import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import type { Culprit } from '../model/index.ts'

/**
 * Whose netlink socket has this port id. It is mostly the pid of the process, but need not be: a second socket of a
 * process has a random one, and that of systemd-networkd is made by systemd. So whoever holds the socket now is
 * asked first; once it is closed, a process with that number is believed, and else it is gone.
 */
export function ownerOf(portId: number): Culprit {
  const pid = holderOf(portId) ?? (isPid(portId) ? portId : undefined)
  return pid === undefined ? {} : { pid, ...nameOf(pid) }
}

function holderOf(portId: number): number | undefined {
  const inode = inodeOf(portId)
  if (inode === undefined) return undefined
  const link = `socket:[${inode}]`
  // systemd keeps the sockets that it hands to others.
  const candidates = [portId, ...pids().filter((pid) => pid !== 1), 1]
  return candidates.find((pid) => isPid(pid) && holds(pid, link))
}

/** What a process is called: as it calls itself, unless the kernel cut that off. */
export function nameOf(pid: number): { readonly name?: string } {
  try {
    const comm = printable(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())
    return { name: comm.length < COMM_LENGTH && comm !== NODES_THREAD ? comm : (programOf(pid) ?? comm) }
  } catch {
    return {} // gone
  }
}

/** `systemd-network` is where the kernel cuts. */
const COMM_LENGTH = 15
const NODES_THREAD = 'MainThread'

function programOf(pid: number): string | undefined {
  try {
    const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return printable(program.split('/').at(-1) ?? '') || undefined
  } catch {
    return undefined
  }
}

/** A process may call itself anything, and this goes to logs and terminals. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?')

/** Of `netlink(7)`: `sk Eth Pid Groups … Inode`, where `Eth` 0 is NETLINK_ROUTE and `Pid` the port id. */
function inodeOf(portId: number): string | undefined {
  const rows = readFileSync('/proc/thread-self/net/netlink', 'utf8').split('\n')
  const row = rows
    .map((text) => text.trim().split(/\s+/))
    .find(([, kind, port]) => kind === '0' && port === String(portId))
  return row?.at(-1)
}

/** Random port ids are above 2^31, pids far below (PID_MAX_LIMIT). */
const isPid = (portId: number): boolean => portId > 0 && portId <= 1 << 22

const pids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

function holds(pid: number, link: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === link)
  } catch {
    return false // gone, or not ours to look at
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined // closed meanwhile
  }
}
