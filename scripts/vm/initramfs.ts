/** What a guest has before it has any disk. */
import { globSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { archive } from './archive.ts'
import type { Entry } from './archive.ts'
import { EARLY } from './images.ts'
import type { RootImage } from './images.ts'

/** Files that first-init.sh looks for in `/plan`: what this guest is for. */
export type Plan = Readonly<Record<'init' | 'files' | 'file-limit-s', string>>

/** Makes the archive that the kernel unpacks. */
export async function writeInitramfs(
  path: string,
  { busybox, modules }: RootImage,
  plan: Plan,
): Promise<void> {
  const script = await readFile(join(import.meta.dirname, 'first-init.sh'), 'utf8')
  const modulesFolder = `lib/modules/${basename(modules)}`
  const moduleFiles = globSync('**/*', { cwd: modules, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const files: Readonly<Record<string, Buffer>> = {
    init: Buffer.from(script.replace('MODULES', EARLY.join(' '))),
    'bin/busybox': await readFile(busybox),
    ...Object.fromEntries(
      Object.entries(plan).map(([name, text]) => [`plan/${name}`, Buffer.from(`${text}\n`)]),
    ),
    ...Object.fromEntries(
      await Promise.all(
        moduleFiles.map(
          async (file) => [`${modulesFolder}${file.slice(modules.length)}`, await readFile(file)] as const,
        ),
      ),
    ),
  }
  const mountPoints = ['proc', 'debian', 'memory', 'root']
  const folders = new Set([...mountPoints, ...Object.keys(files).flatMap(foldersAbove)])
  const entries: Entry[] = [
    ...[...folders].map((folder) => ({ path: folder })),
    ...Object.entries(files).map(([name, content]) => ({ path: name, content })),
  ]
  await writeFile(path, archive(entries))
}

/** `a/b/c` lies in `a` and `a/b`. */
const foldersAbove = (path: string): readonly string[] =>
  dirname(path) === '.' ? [] : [...foldersAbove(dirname(path)), dirname(path)]
