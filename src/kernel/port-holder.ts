import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

/** `enum` in the kernel's include/net/tcp_states.h */
const LISTENING = '0A'

/**
 * Who listens at a TCP port of this box, as far as we may see: the sockets of other users' programs only root sees.
 * @returns `grafana (pid 611)`; `undefined`: somebody else, or nobody
 */
export async function portHolder(port: number): Promise<string | undefined> {
  const inodes = new Set((await Promise.all(['tcp', 'tcp6'].map((table) => listeners(table, port)))).flat())
  if (inodes.size === 0) return undefined
  for (const pid of await namesIn('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    for (const fd of await namesIn(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
      if (inode === undefined || !inodes.has(inode)) continue
      return `${(await nameOf(pid)) || 'a program'} (pid ${pid})`
    }
  }
  return undefined
}

async function nameOf(pid: string): Promise<string> {
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()
  // What Node calls each of its programs since version 24.
  return name === 'MainThread' ? basename(await readlink(`/proc/${pid}/exe`).catch(() => '')) : name
}

/** Numbers of sockets, by proc_net_tcp(5). */
async function listeners(table: string, port: number): Promise<string[]> {
  const text = await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      return state === LISTENING && parseInt(local.slice(local.lastIndexOf(':') + 1), 16) === port
        ? [inode]
        : []
    })
}

const namesIn = (directory: string): Promise<string[]> => readdir(directory).catch(() => [])
