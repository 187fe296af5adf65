import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ownName } from './own-name.ts'

const directory = mkdtempSync(join(tmpdir(), 'multihomed-own-name-'))
after(() => rmSync(directory, { recursive: true }))
for (const name of ['bin', 'path', 'elsewhere']) mkdirSync(join(directory, name))
const program = join(directory, 'bin', 'multihome')
writeFileSync(program, '')
writeFileSync(join(directory, 'elsewhere', 'multihome'), '')
symlinkSync(program, join(directory, 'path', 'multihome'))

const rows: [why: string, path: string, from: string, name: string][] = [
  ['in the checkout', '', '.', 'bin/multihome'],
  ['beside it', '', 'bin', './multihome'],
  ['elsewhere', '', 'elsewhere', program],
  ['installed', '/nowhere:PATH', '.', 'multihome'],
  ['another one is installed', 'OTHER', '.', 'bin/multihome'],
]
for (const [why, path, from, name] of rows)
  test(`the command that is shown works as typed: ${why}`, () => {
    const search = path
      .replace('PATH', join(directory, 'path'))
      .replace('OTHER', join(directory, 'elsewhere'))
    assert.equal(ownName(search, join(directory, from), program), name)
  })
