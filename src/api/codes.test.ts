import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CODES as CONFIG_CODES } from '../config/index.ts'
import { CODES, NOTE_CODES } from './codes.ts'

const SOURCES = join(import.meta.dirname, '..')
const LISTED = [...Object.keys(CONFIG_CODES), ...Object.keys(CODES), ...Object.values(NOTE_CODES)]

test('no code has two meanings', () => {
  assert.deepEqual(
    LISTED.filter((code, i) => LISTED.indexOf(code) !== i),
    [],
  )
})

test('whatever code somebody meets has a meaning in a table, and every code of a table can be met', () => {
  const files = globSync('**/*.ts', { cwd: SOURCES }).filter((file) => !file.endsWith('.test.ts'))
  const tables = ['api/codes.ts', 'api/advice.ts', 'config/codes.ts', 'config/advice.ts', 'cli/words.ts']
  const used = files
    .filter((file) => !tables.includes(file))
    .flatMap((file) => readFileSync(join(SOURCES, file), 'utf8').match(/MH\d{3}/g) ?? [])
  assert.deepEqual(
    [...new Set(used)].filter((code) => !LISTED.includes(code)),
    [],
    'used and in no table',
  )
  const unused = [...Object.keys(CONFIG_CODES), ...Object.keys(CODES)].filter((code) => !used.includes(code))
  assert.deepEqual(unused, [], 'in a table and never used')
})
