import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The directory of our package.json, from the sources and from the bundle in `dist/` alike. */
export function packageRoot(): string {
  let directory = import.meta.dirname
  while (!existsSync(join(directory, 'package.json'))) {
    if (directory === dirname(directory)) throw new Error(`no package.json above ${import.meta.dirname}`)
    directory = dirname(directory)
  }
  return directory
}

/**
 * What Node is started with to be `multihome`: the sources when we run from them, else the built program. Where the
 * processor is slow it is named by a variable, because the built one starts several times sooner.
 */
export const programEntry = (): string =>
  join(
    packageRoot(),
    process.env['MULTIHOMED_LAB_PROGRAM'] ??
      (import.meta.filename.endsWith('.ts') ? 'src/main.ts' : 'dist/main.js'),
  )
