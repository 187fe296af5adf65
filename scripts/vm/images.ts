/** What a guest finds on its disks, made once from Debian's packages and kept in `.tools/vm`. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath, rename, rm, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BASE, SUITE } from './kinds.ts'
import type { Kind } from './kinds.ts'
import { run } from './run.ts'

/** Raise it when the same words make another image. */
const RECIPE = 1

/** A Debian root file system, and beside it what is needed before it can be mounted. */
export interface RootImage {
  readonly disk: string
  readonly kernel: string
  /** A static busybox. */
  readonly busybox: string
  /** As `lib/modules/VERSION`: those of EARLY with what they need, and `modules.dep`. */
  readonly modules: string
}

/** What it takes to read the disks and to speak to us. */
export const EARLY = ['virtio_pci', 'virtio_blk', 'virtio_console', 'squashfs', 'overlay']

const NOT_NEEDED = ['doc', 'man', 'locale', 'info'].map(
  (folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`,
)

export const rootName = (kind: Kind): string =>
  `${kind.name}-${digest(RECIPE, SUITE, [...BASE, ...kind.packages])}`

export async function rootImage(cache: string, kind: Kind, say: (text: string) => void): Promise<RootImage> {
  const folder = join(cache, rootName(kind))
  if (!existsSync(folder)) {
    say(`making the ${kind.name} image of Debian packages (about half a minute)`)
    const fresh = `${folder}.${process.pid}`
    try {
      await mkdir(fresh, { recursive: true })
      await makeRoot(fresh, [...BASE, ...kind.packages])
      await rename(fresh, folder)
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
  }
  await used(folder)
  const [version = ''] = await readdir(join(folder, 'usr/lib/modules'))
  return {
    disk: join(folder, 'root.squashfs'),
    kernel: join(folder, `boot/vmlinuz-${version}`),
    busybox: join(folder, 'usr/bin/busybox'),
    modules: join(folder, 'usr/lib/modules', version),
  }
}

async function makeRoot(folder: string, packages: readonly string[]): Promise<void> {
  const tar = join(folder, 'root.tar')
  const [options, sources] = [await aptOptions(), await ownSources()]
  await run(
    [
      'mmdebstrap',
      '--variant=essential',
      ...options.map((option) => `--aptopt=${option}`),
      ...NOT_NEEDED,
      `--include=${packages.join(',')}`,
      SUITE,
      '-',
      ...(sources === '' ? [] : ['-']),
    ],
    { into: tar, input: sources },
  )
  await toSquashfs(tar, join(folder, 'root.squashfs'))
  const inside = (await run(['tar', '-tf', tar])).split('\n')
  const wanted = [
    /^\.\/boot\/vmlinuz-/,
    /^\.\/usr\/bin\/busybox$/,
    /^\.\/usr\/lib\/modules\/[^/]+\/modules\.dep$/,
  ]
  const unpack = (files: readonly string[]): Promise<string> =>
    run(['tar', '-xf', tar, '-C', folder, ...files])
  await unpack(inside.filter((path) => wanted.some((pattern) => pattern.test(path))))
  const [version = ''] = await readdir(join(folder, 'usr/lib/modules'))
  const modules = `./usr/lib/modules/${version}`
  await unpack((await withWhatTheyNeed(join(folder, modules))).map((path) => `${modules}/${path}`))
  await rm(tar)
}

/** @returns files in `modules`, by its modules.dep: `FILE: FILE…` */
async function withWhatTheyNeed(modules: string): Promise<readonly string[]> {
  const lines = (await readFile(join(modules, 'modules.dep'), 'utf8')).split('\n')
  const wanted = lines.filter((line) => EARLY.includes(basename(line.split(':')[0] ?? '', '.ko')))
  return [...new Set(wanted.flatMap((line) => line.replace(':', '').split(' ')))]
}

/** This machine's way to the packages: proxies and the like. */
async function aptOptions(): Promise<readonly string[]> {
  const names = ['http', 'https', 'Check-Valid-Until', 'Check-Date'].map((name) => `Acquire::${name}`)
  const shown = await run(['apt-config', 'dump', ...names])
  return shown.split('\n').filter((line) => line !== '' && !line.endsWith('"";'))
}

/** Its mirrors, if it has the guests' release; else mmdebstrap knows Debian's own. */
async function ownSources(): Promise<string> {
  const format = '$(ORIGIN) $(CODENAME) deb $(REPO_URI) $(RELEASE) $(COMPONENT)'
  const targets = await run(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'])
  const ours = new RegExp(`^Debian ${SUITE}(-\\S+)? (deb .*)$`)
  const lines = targets.split('\n').flatMap((line) => ours.exec(line)?.[2] ?? [])
  return [...new Set(lines)].join('\n')
}

export async function toolsName(root: string): Promise<string> {
  const installed = ['.tools/installed-lock.json', 'node_modules/.installed-lock.json']
  const locks = await Promise.all(installed.map((file) => readFile(join(root, file), 'utf8')))
  return `tools-${digest(RECIPE, locks)}.squashfs`
}

/** Our Node and the npm modules: they change with the lock files. */
export async function toolsImage(cache: string, root: string, say: (text: string) => void): Promise<string> {
  const image = join(cache, await toolsName(root))
  if (!existsSync(image)) {
    say('making the image of our Node and the npm modules')
    const tar = `${image}.${process.pid}.tar`
    try {
      // The names are links in a checkout that shares them with another.
      const [modules, tools] = [
        await realpath(join(root, 'node_modules')),
        await realpath(join(root, '.tools')),
      ]
      const node = `node-linux-${process.arch}`
      await run(
        [
          'tar',
          '-c',
          `--transform=s,^${node},node,`,
          '-C',
          dirname(modules),
          basename(modules),
          '-C',
          join(tools, 'node_modules'),
          node,
        ],
        { into: tar },
      )
      await toSquashfs(tar, `${tar}.squashfs`)
      await rename(`${tar}.squashfs`, image)
    } finally {
      await rm(tar, { force: true })
    }
  }
  await used(image)
  return image
}

/** The checkout as it is now; the guest unpacks it in no time. */
export async function projectDisk(cache: string, root: string): Promise<string> {
  const tar = join(cache, 'project.tar')
  const parts = ['src', 'scripts', 'bin', 'contrib', 'dist', 'docs', 'golden', 'package.json']
  await run(['tar', '-C', root, '--owner=0', '--group=0', '-c', ...parts], { into: tar })
  return tar
}

/** For those who look for what nobody uses any more. */
const used = (image: string): Promise<void> => utimes(image, new Date(), new Date())

const toSquashfs = (tar: string, image: string): Promise<string> =>
  // lz4: whoever emulates a processor unpacks with it.
  run(['tar2sqfs', '-q', '-f', '-c', 'lz4', image], { from: tar })

const digest = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
