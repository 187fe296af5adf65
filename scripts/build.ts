/**
 * Bundles the program into `dist/`: one file per entry, shared and lazily imported code in chunks beside them,
 * so that a command loads only what it uses; and the dashboard into `dist/web`. Types are checked apart
 * (`npm run types`).
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type BuildFailure, type Plugin } from 'esbuild'
import { MOST_WEB_BYTES, buildWeb } from './web-build.ts'

/** What Node is started with: `dist/NAME.js` from each source. A worker thread is an entry of its own. */
const ENTRIES = {
  main: 'src/main.ts',
  'lab-relay': 'src/lab/relay-worker.ts',
  'health-worker': 'src/daemon/health-worker.ts',
}

/** Not bundled: koffi looks for its machine code beside its own package file. */
const INSTALLED_BESIDE_US = ['koffi']

/** CommonJS packages (pino, yaml) call `require` for Node's own modules, which an ES module does not have. */
const REQUIRE_FOR_COMMONJS = [
  `import { createRequire as requireFrom } from 'node:module'`,
  `const require = requireFrom(import.meta.url)`,
].join('\n')

/**
 * nodemailer fetches attachments from the Web, of which we have none; what it needs for that is 14 MB in memory
 * (docs/decisions/0035).
 */
const WITHOUT_FETCH: Plugin = {
  name: 'nodemailer-without-fetch',
  setup(bundling) {
    bundling.onLoad({ filter: /nodemailer\/dist\/esm\/fetch\/index\.js$/ }, () => ({
      contents: `export default () => { throw new Error('mail of ours fetches nothing') }`,
    }))
  },
}

/** `./run` builds again when a source is younger than this file. */
const STAMP = '.built'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const fresh = join(root, `dist.${process.pid}`)

// Built aside and moved in place whole: a program that starts meanwhile never meets half a build.
try {
  await mkdir(fresh)
  await writeFile(join(fresh, STAMP), '') // before the sources are read: they may change while we build
  await build({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Not minified: it starts no faster (measured, both 0.12 s with everything loaded) and stack traces stay readable.
    minify: false,
    sourcemap: 'linked',
    sourcesContent: false,
    external: INSTALLED_BESIDE_US,
    plugins: [WITHOUT_FETCH],
    banner: { js: REQUIRE_FOR_COMMONJS },
    logLevel: 'warning',
  })
  const webBytes = await buildWeb(join(fresh, 'web'))
  console.log(`dashboard: ${inKilobytes(webBytes)} packed, of ${inKilobytes(MOST_WEB_BYTES)} at most`)
  await rm(dist, { recursive: true, force: true })
  await rename(fresh, dist)
} catch (problem) {
  if (!isBuildFailure(problem)) throw problem
  process.exitCode = 1 // esbuild has printed the reasons with their places
} finally {
  await rm(fresh, { recursive: true, force: true })
}

function inKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`
}

function isBuildFailure(problem: unknown): problem is BuildFailure {
  return problem instanceof Error && 'errors' in problem
}
