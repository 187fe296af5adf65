import { readFileSync } from 'node:fs'

/**
 * `SSH_CONNECTION` of whoever called this process: of the nearest one of its forebears that has it, because sudo
 * hands it to nobody. @returns `undefined` where none has, or where we may not look
 */
export function sshConnection(): string | undefined {
  let pid = process.pid
  for (let generation = 0; generation < MOST_GENERATIONS && pid > 1; generation += 1) {
    const found = variable(fileOf(pid, 'environ'), 'SSH_CONNECTION')
    if (found !== undefined) return found
    pid = Number(/^PPid:\t(\d+)$/m.exec(fileOf(pid, 'status'))?.[1] ?? 0)
  }
  return undefined
}

const MOST_GENERATIONS = 20

const variable = (environment: string, name: string): string | undefined =>
  environment
    .split('\0')
    .find((entry) => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1)

/** Nothing when it has ended meanwhile, or is another user's. */
function fileOf(pid: number, name: 'environ' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
