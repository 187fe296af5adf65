import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LabPicture } from './control.ts'
import { packageRoot } from './package-root.ts'
import { hostList } from './picture-text.ts'

/**
 * Runs a command on a host of a lab that another process owns, with our terminal.
 * @returns its exit code, 128 and more for a signal
 */
export async function runOnHost(lab: LabPicture, host: string, command: readonly string[]): Promise<number> {
  const name = lab.hosts[host]
  if (name === undefined)
    throw new Error(`the lab has no host "${host}"; it has ${hostList(Object.keys(lab.hosts))}`)
  const enterWorld = [
    '-t',
    String(lab.pid),
    ...(process.getuid?.() === 0 ? [] : ['-U', '--preserve-credentials']),
    '-m',
  ]
  // Entering a mount namespace leaves the working directory behind. And each host has its own name, as in a prompt.
  const goBack = ['unshare', '--uts', 'sh', '-c', 'hostname "$1"; shift; cd "$0" 2>/dev/null; exec "$@"']
  const enterHost = ['nsenter', `--net=/run/netns/${name}`, '--']
  const argv = [...enterWorld, '--', ...goBack, process.cwd(), host, ...enterHost, ...command]
  const child = spawn('nsenter', argv, {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...lab.env,
      PATH: `${join(packageRoot(), 'bin')}:${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`,
    },
  })
  const ignore = (): void => {} // Ctrl-C is for the command
  process.on('SIGINT', ignore)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return code ?? 128
  } finally {
    process.off('SIGINT', ignore)
  }
}
