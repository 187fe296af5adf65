import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pinned from './pinned-node/package.json' with { type: 'json' }
import { LEAST } from '../src/daemon/doctor/box-findings.ts'

const ROOT = join(import.meta.dirname, '..')

for (const page of ['README.md', 'CHANGELOG.md', 'docs/install.md', 'docs/dependencies.md']) {
  test(`${page} names the kernel, the tools and the processors that are needed, as the program does`, () => {
    const text = readFileSync(join(ROOT, page), 'utf8')
    const processors = Object.keys(pinned.optionalDependencies).map((name) => name.replace('node-linux-', ''))
    for (const needed of [
      new RegExp(`from ${LEAST.kernel} on`),
      new RegExp(`\\bnft.{1,3}from ${LEAST.nft}`),
      new RegExp(`\\bip.{1,3}from ${LEAST.ip}`),
      new RegExp(processors.toSorted().toReversed().join(' or ')),
    ])
      assert.match(text, needed)
  })
}
