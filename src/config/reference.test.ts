import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseConfig } from './parse.ts'
import { configReference } from './reference.ts'

test('docs/config.md and docs/config.schema.json say what the parser does', () => {
  const script = fileURLToPath(new URL('../../scripts/config-reference.ts', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})

test('the files that the reference begins with are right, and nothing in them needs a word', () => {
  const files = [...configReference().matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, file = '']) => file)
  assert.equal(files.length, 2)
  for (const file of files) {
    const parsed = parseConfig(file, 'config.yaml')
    assert.deepEqual(parsed.ok ? parsed.value.warnings : parsed.error, [])
  }
})
