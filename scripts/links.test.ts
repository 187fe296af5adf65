import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { anchorsOf } from './anchors.ts'

const ROOT = join(import.meta.dirname, '..')

for (const page of globSync(['*.md', '{docs,golden,contrib,bench}/**/*.md'], { cwd: ROOT })) {
  test(`${page} leads nowhere that does not exist`, () => {
    const text = readFileSync(join(ROOT, page), 'utf8')
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm)].map(
      ([, within, below = '']) => within ?? below,
    )
    assert.deepEqual(
      targets.filter((target) => !/^\w+:/.test(target) && !exists(page, target)),
      [],
    )
  })
}

function exists(page: string, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const path = join(ROOT, file === '' ? page : join(dirname(page), file))
  if (!existsSync(path)) return false
  return anchor === undefined || anchorsOf(readFileSync(path, 'utf8')).includes(anchor)
}
