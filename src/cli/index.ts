import { OVERVIEW } from './overview.ts'
export { listenForInterruption } from './interruption.ts'
import type { Surroundings } from './surroundings.ts'

export type { Offline, OfflineFailure, RunOptions, Surroundings } from './surroundings.ts'

/**
 * The command. What needs no thinking is answered before anything is loaded, and the lab and the daemon do not
 * pay for the rest.
 * @returns the exit code
 */
export async function runCommand(surroundings: Surroundings): Promise<number> {
  const { argv, stdout } = surroundings
  const [first, ...rest] = argv
  if (first === 'lab') return surroundings.lab(rest)
  const lone = rest.length === 0
  if (lone && (first === '--version' || first === '-V')) {
    stdout.write(`${surroundings.version}\n`)
    return 0
  }
  if (first === undefined || (lone && (first === '--help' || first === '-h' || first === 'help'))) {
    stdout.write(OVERVIEW)
    return 0
  }
  const { runProgram } = await import('./program.ts')
  return runProgram(surroundings)
}
