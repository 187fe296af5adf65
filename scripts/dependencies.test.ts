import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import manifest from '../package.json' with { type: 'json' }

const page = readFileSync(join(import.meta.dirname, '../docs/dependencies.md'), 'utf8')

/** Rows that start with a package name in backticks: name, for, why. */
function rows(text: string): { name: string; use: string; why: string }[] {
  return [...text.matchAll(/^\| `([^`]+)`\s*\|([^|]*)\|([^|]*)\|$/gm)].map(
    ([, name = '', use = '', why = '']) => ({ name, use: use.trim(), why: why.trim() }),
  )
}

/** The part of the page under a heading, up to the next one. */
function under(heading: string): string {
  const [, after = ''] = page.split(`\n## ${heading}\n`)
  return after.split('\n## ')[0] ?? ''
}

for (const [heading, dependencies] of [
  ['In the program', manifest.dependencies],
  ['To build and test', manifest.devDependencies],
] as const) {
  test(`docs/dependencies.md, "${heading}", names what package.json installs, each with its reason`, () => {
    const listed = rows(under(heading))
    assert.deepEqual(
      listed.map(({ name }) => name),
      Object.keys(dependencies),
    )
    assert.deepEqual(
      listed.filter(({ use, why }) => use === '' || why === ''),
      [],
    )
  })

  test(`what package.json installs for "${heading}" is pinned, so that every machine gets the same`, () => {
    const loose = Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    assert.deepEqual(loose, [])
  })
}

/**
 * A registry that lacks machine code for other systems leaves it out of a lock file that is made there, and newer
 * npm then refuses the file everywhere: the entries are written in by hand, without a checksum.
 */
test('the lock file names what its packages need for every system, or npm 11 installs nothing at all', () => {
  const { packages } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'),
  ) as { packages: Record<string, { optionalDependencies?: Record<string, string> }> }
  const wanted = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}))
  assert.deepEqual(
    wanted.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`))),
    [],
  )
})
