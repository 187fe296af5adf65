/** Bundles the dashboard: one page, one script, one style, each with a hash in its name, and packed beside itself. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { build } from 'esbuild'

/** A phone on a bad line loads it in a second. */
export const MOST_WEB_BYTES = 150_000

const root = join(import.meta.dirname, '..')

/**
 * @param folder made if it is not there
 * @returns bytes over the wire, all files together
 */
export async function buildWeb(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/web/main.tsx' },
    outdir: folder,
    entryNames: '[name]-[hash]',
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  const names = Object.keys(metafile.outputs).map((path) => basename(path))
  const named = (end: string): string => {
    const found = names.find((name) => name.endsWith(end))
    if (found === undefined) throw new Error(`the dashboard's bundle has no ${end}`)
    return found
  }
  const template = await readFile(join(root, 'src/web/index.html'), 'utf8')
  const page = template.replace('MAIN.js', named('.js')).replace('MAIN.css', named('.css'))
  await writeFile(join(folder, 'index.html'), page)
  let bytes = 0
  for (const name of [...names, 'index.html']) {
    const packed = await promisify(gzip)(await readFile(join(folder, name)), { level: 9 })
    await writeFile(join(folder, `${name}.gz`), packed)
    bytes += packed.length
  }
  return bytes
}
