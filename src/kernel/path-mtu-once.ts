import type { Family, PathMtu, ProbePath } from '../model/index.ts'

/** How large a packet may be by a line, measured without starting a process; where sockets cannot be bound it says so. */
export async function pathMtu(
  path: ProbePath,
  hosts: readonly string[],
  family: Family,
  mostBytes: number,
): Promise<PathMtu> {
  const measuring = await import('./path-mtu.ts').catch(() => undefined)
  return measuring === undefined
    ? { is: 'unasked', why: 'sockets cannot be bound to a line: koffi does not load on this machine' }
    : measuring.measurePathMtu(path, hosts, family, mostBytes)
}
