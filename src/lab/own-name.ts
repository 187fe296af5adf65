import { realpathSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { packageRoot } from './package-root.ts'

/** What to type to call this program from a directory: a name on the PATH only where that is ours. */
export function ownName(
  path = process.env['PATH'] ?? '',
  directory = process.cwd(),
  program = join(packageRoot(), 'bin', 'multihome'),
): string {
  const ours = realPathOf(program)
  const isOnPath = path.split(delimiter).some((each) => realPathOf(join(each, 'multihome')) === ours)
  if (ours !== undefined && isOnPath) return 'multihome'
  const near = relative(directory, program)
  const typed = near.startsWith('..') ? program : near.includes('/') ? near : `./${near}`
  return /^[\w./@+-]+$/.test(typed) ? typed : `'${typed.replaceAll("'", `'\\''`)}'`
}

function realPathOf(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}
