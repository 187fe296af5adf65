import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseConfig } from './parse.ts'
import { formatProblems } from './picture.ts'
import { countProblems } from './problem.ts'

const GOLDENS = new URL('golden/', import.meta.url)

// A case is a folder: config.yaml, and in check.txt what is printed about it, to the letter.
for (const name of readdirSync(GOLDENS)) {
  test(`what is printed about a wrong file: ${name}`, () => {
    const source = readFileSync(new URL(`${name}/config.yaml`, GOLDENS))
    const parsed = parseConfig(source, '/etc/multihomed/config.yaml')
    const problems = parsed.ok ? parsed.value.warnings : parsed.error
    const printed = `${formatProblems(problems, source)}\n\n${countProblems(problems)}\n`
    assert.equal(printed, readFileSync(new URL(`${name}/check.txt`, GOLDENS), 'utf8'))
  })
}
