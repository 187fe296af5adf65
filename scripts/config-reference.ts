// Writes docs/config.md and docs/config.schema.json from src/config; with --check only says whether they are current.
import { configJsonSchema } from '../src/config/json-schema.ts'
import { configReference } from '../src/config/reference.ts'
import { bringUpToDate } from './pages.ts'

await bringUpToDate(import.meta.filename, 'src/config', [
  { path: 'docs/config.md', text: configReference() },
  { path: 'docs/config.schema.json', text: JSON.stringify(await configJsonSchema(), null, 2) },
])
