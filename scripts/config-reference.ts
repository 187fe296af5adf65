// Writes docs/config.md and docs/config.schema.json from src/config; with --check only says whether they are current.
import { readFile, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { configJsonSchema } from '../src/config/json-schema.ts'
import { configReference } from '../src/config/reference.ts'

const pages = [
  { path: 'docs/config.md', text: configReference() },
  { path: 'docs/config.schema.json', text: JSON.stringify(await configJsonSchema(), null, 2) },
]
const onlyCheck = process.argv.includes('--check')

for (const { path, text } of pages) {
  const url = new URL(`../${path}`, import.meta.url)
  const formatted = await format(text, { ...(await resolveConfig(url)), filepath: path })
  if (!onlyCheck) {
    await writeFile(url, formatted)
  } else if ((await readFile(url, 'utf8').catch(() => '')) !== formatted) {
    console.error(`${path} is not what src/config makes: run "node scripts/config-reference.ts"`)
    process.exitCode = 1
  }
}
