import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { fail, messageOf, ok, type KernelError, type Result, type Sysctl } from '../model/index.ts'

/** All at once and without waiting: these files are memory, and a trip through the thread pool costs ten times more. */
export function readSysctls(patterns: readonly string[]): Sysctl[] {
  return [...new Set(patterns.flatMap(keysLike))].map(readSysctl).filter((sysctl) => sysctl !== undefined)
}

/** `net/ipv4/conf/*` and what follows, with every interface instead of `*`. */
function keysLike(pattern: string): string[] {
  const [start = '', end] = pattern.split('*')
  if (end === undefined) return [pattern]
  const directory = `/proc/sys/${start}`
  if (!existsSync(directory)) return [] // of a kernel without IPv6
  const names = readdirSync(directory).filter((name) => name !== 'all')
  return names.map((name) => `${start}${name}${end}`)
}

function readSysctl(key: string): Sysctl | undefined {
  try {
    // Settings of several numbers are separated by tabs when read and by blanks when written.
    return { key, value: readFileSync(`/proc/sys/${key}`, 'utf8').trim().replaceAll('\t', ' ') }
  } catch {
    return undefined // its interface is not there, or this kernel has no such setting
  }
}

export function writeSysctl(key: string, value: string): Result<void, KernelError> {
  const what = `sysctl ${key} = ${value}`
  try {
    writeFileSync(`/proc/sys/${key}`, value)
    return ok(undefined)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EACCES' || code === 'EPERM')
      return fail({ code: 'not-permitted', what, said: code, needs: 'CAP_NET_ADMIN' })
    if (code === 'ENOENT') return fail({ code: 'not-found', what, said: code })
    return fail({ code: 'refused', what, said: messageOf(cause) })
  }
}
