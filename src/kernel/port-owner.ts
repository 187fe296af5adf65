import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import type { Culprit } from '../model/index.ts'

/**
 * Whose netlink socket has this port id. It is mostly the pid of the process, but need not be: a second socket of a
 * process has a random one, and that of systemd-networkd is made by systemd. So whoever holds the socket now is
 * asked first; once it is closed, a process with that number is believed, and else it is gone.
 */
export function ownerOf(portId: number): Culprit {
  const holder = orUndefined(() => holderOf(portId)) ?? (portId === 1 ? orUndefined(networkd) : undefined)
  const pid = holder ?? (isPid(portId) ? portId : undefined)
  return pid === undefined ? {} : { pid, ...nameOf(pid) }
}

/**
 * systemd makes the socket of systemd-networkd, and only root sees who holds it. systemd itself takes nothing away, and
 * makes such a socket for nobody else.
 */
const networkd = (): number | undefined => pids().find((pid) => commOf(pid) === NETWORKD)

function holderOf(portId: number): number | undefined {
  const inode = inodeOf(portId)
  if (inode === undefined) return undefined
  const link = `socket:[${inode}]`
  // systemd keeps the sockets that it hands to others.
  const candidates = [...[portId, ...pids()].filter((pid) => pid !== 1), 1]
  return candidates.find((pid) => isPid(pid) && holds(pid, link))
}

/** What a process is called: as it calls itself, unless the kernel cut that off. */
export function nameOf(pid: number): { readonly name?: string } {
  const comm = commOf(pid)
  if (comm === undefined) return {}
  const isWhole = comm.length < COMM_LENGTH && comm !== NODES_THREAD
  return { name: printable(isWhole ? comm : (programOf(pid) ?? comm)) }
}

/** As the kernel has it. @returns `undefined` when it is gone */
export const commOf = (pid: number): string | undefined =>
  orUndefined(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd())

/** Where the kernel cuts. */
const COMM_LENGTH = 15
const NETWORKD = 'systemd-networkd'.slice(0, COMM_LENGTH)
const NODES_THREAD = 'MainThread'

function programOf(pid: number): string | undefined {
  const [program = ''] = orUndefined(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')) ?? []
  return program.split('/').at(-1) || undefined
}

/** A process may call itself anything, and this goes to logs and terminals. */
export const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?')

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

/** Not those of processes that are gone, or not ours to look at; and not what is closed meanwhile. */
function holds(pid: number, link: string): boolean {
  const fds = orUndefined(() => readdirSync(`/proc/${pid}/fd`)) ?? []
  return fds.some((fd) => orUndefined(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === link)
}

/** Whatever is in the way (gone, forbidden, no descriptor left): a name is worth no trouble. */
function orUndefined<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
