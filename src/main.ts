/** Hands the command the real things and wires the rooms together; nothing else happens here. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { listenForInterruption, runCommand } from './cli/index.ts'

// `multihome status | head -1` closes our pipe early, and a terminal may go: no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  process.exit()
})

const UNIT_FILES = ['/etc/systemd/system', '/lib/systemd/system'].map(
  (folder) => `${folder}/multihomed.service`,
)

/** Beside the bundle, or where it would be. */
const WEB_FOLDER = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../dist/web' : 'web')

process.exitCode = await runCommand({
  argv: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  version: manifest.version,
  nowMs: Date.now,
  offline: () => import('./daemon/offline.ts'),
  configSchema: async () => (await import('./config/json-schema.ts')).configJsonSchema(),
  makeControlGroup: async () => (await import('./kernel/control-group.ts')).makeControlGroup(),
  interruption: listenForInterruption,
  hasServiceUnit: () => UNIT_FILES.some((file) => existsSync(file)),
  lab: async (argv) => (await import('./lab/command.ts')).labCommand(argv),
  terminal: async () => (await import('./cli/terminal.ts')).terminalOf(process.stdin, process.stdout),
  person: async () => (await import('./cli/person.ts')).personAt(process.stdin, process.stdout),
  labCompletion: async () => (await import('./lab/command.ts')).labCompletion(),
  run: async (options) => {
    const [{ runDaemon }, { createApi, eventDocument, verdict }] = await Promise.all([
      import('./daemon/run.ts'),
      import('./api/index.ts'),
    ])
    return runDaemon({
      ...options,
      version: manifest.version,
      createApi: (control, parts) => createApi(control, { ...parts, webFolder: WEB_FOLDER }),
      verdict,
      eventDocument,
    })
  },
})
