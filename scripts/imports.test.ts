import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { importsOf } from './imports-of.ts'
import { refusal } from './imports.ts'

const root = join(import.meta.dirname, '..')

test('in src/ every import points the way the rooms allow', () => {
  const files = globSync('src/**/*.{ts,tsx}', { cwd: root })
  assert.ok(files.length > 5, 'the sources were found')
  const refused = files
    .flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))
    .map(refusal)
    .filter((why) => why !== undefined)
  assert.equal(refused.join('\n'), '')
})

const REFUSED = [
  {
    file: 'src/plan/diff.ts',
    line: `import { read } from '../kernel/index.ts'`,
    why: /plan is pure and never meets/,
  },
  { file: 'src/plan/diff.ts', line: `import type { Read } from '../kernel/port.ts'`, why: /plan is pure/ },
  { file: 'src/model/line.ts', line: `export * from '../config/index.ts'`, why: /depend on nobody/ },
  { file: 'src/render/nft.ts', line: `const plan = await import('../plan/index.ts')`, why: /render is pure/ },
  { file: 'src/kernel/apply.ts', line: `import { f } from '../daemon/index.ts'`, why: /decides nothing/ },
  {
    file: 'src/daemon/loop.ts',
    line: `import { serve } from '../api/index.ts'`,
    why: /a guest and comes after it/,
  },
  { file: 'src/daemon/loop.ts', line: `import { t } from '../plan/slots.ts'`, why: /index\.ts is private/ },
  {
    file: 'src/health/judge.ts',
    line: `import { Kernel } from '../kernel/port.ts'`,
    why: /import it as a type/,
  },
  {
    file: 'src/cli/status.ts',
    line: `import { Daemon } from '../daemon/index.ts'`,
    why: /the command is a guest/,
  },
  {
    file: 'src/cli/status.ts',
    line: `import { serve } from '../api/server.ts'`,
    why: /the command is a guest/,
  },
  {
    file: 'src/api/client.ts',
    line: `import { Daemon } from '../daemon/index.ts'`,
    why: /must not load the daemon/,
  },
  { file: 'src/lab/up.ts', line: `import { apply } from '../kernel/index.ts'`, why: /as any guest does/ },
  {
    file: 'src/plan/plan.test.ts',
    line: `import { s } from '../config/schema.ts'`,
    why: /index\.ts is private/,
  },
  { file: 'src/plan/plan.ts', line: `import { x } from '../main.ts'`, why: /nobody imports it/ },
  { file: 'src/lab/up.ts', line: `import { box } from './scenarios/box.ts'`, why: /not part of the program/ },
  { file: 'src/plan/plan.ts', line: `import assert from 'node:assert/strict'`, why: /only tests assert/ },
  { file: 'src/attic/x.ts', line: `import { x } from '../model/index.ts'`, why: /is in no table/ },
  { file: 'src/plan/plan.ts', line: `import { readFileSync } from 'node:fs'`, why: /read no files/ },
  { file: 'src/daemon/loop.ts', line: `import { spawn } from 'node:child_process'`, why: /start processes/ },
  {
    file: 'src/plan/plan.ts',
    line: `import { setTimeout } from 'node:timers/promises'`,
    why: /handed the time/,
  },
  { file: 'src/lab/socket.ts', line: `import koffi from 'koffi'`, why: /one door/ },
  { file: 'src/web/store.ts', line: `import { z } from '../api/contract.ts'`, why: /as a type/ },
  { file: 'src/web/store.ts', line: `import { join } from 'node:fs'`, why: /read no files/ },
  { file: 'src/cli/status.ts', line: `import { h } from 'preact'`, why: /only the dashboard/ },
  { file: 'src/cli/status.ts', line: `import _ from 'lodash'`, why: /in no table yet/ },
  { file: 'src/cli/status.ts', line: `import manifest from '../../package.json'`, why: /only main\.ts/ },
]

for (const { file, line, why } of REFUSED) {
  test(`refused in ${file}: ${line}`, () => {
    assert.match(importsOf(file, line).map(refusal).join(), why)
  })
}

const ALLOWED = [
  { file: 'src/plan/diff.ts', line: `import { ok } from '../model/index.ts'` },
  { file: 'src/plan/diff.ts', line: `import { slots } from './slots.ts'` },
  { file: 'src/kernel/netlink/route.ts', line: `import { socket } from '../ffi.ts'` },
  { file: 'src/kernel/ffi.ts', line: `import koffi from 'koffi'` },
  { file: 'src/health/prober.ts', line: `import type { Kernel } from '../kernel/port.ts'` },
  { file: 'src/health/prober.ts', line: `import { type Kernel, type Socket } from '../kernel/port.ts'` },
  { file: 'src/cli/status.ts', line: `import { connect } from '../api/client.ts'` },
  { file: 'src/cli/down.ts', line: `import { down } from '../daemon/offline.ts'` },
  { file: 'src/web/store.ts', line: `import type { StatusDocument } from '../api/contract.ts'` },
  { file: 'src/web/store.ts', line: `import { formatDuration } from '../cli/duration.ts'` },
  { file: 'src/lab/world.ts', line: `import { setns } from '../kernel/ffi.ts'` },
  { file: 'src/main.ts', line: `import { run } from './daemon/index.ts'` },
  { file: 'src/main.ts', line: `import manifest from '../package.json' with { type: 'json' }` },
  { file: 'src/lab/scenarios/box.ts', line: `import { after } from 'node:test'` },
  { file: 'src/plan/plan.test.ts', line: `import { parse } from '../config/index.ts'` },
]

for (const { file, line } of ALLOWED) {
  test(`allowed in ${file}: ${line}`, () => {
    const found = importsOf(file, line)
    assert.equal(found.length, 1)
    assert.deepEqual(found.map(refusal), [undefined])
  })
}

test('an import over several lines, a re-export and a lazy import are all seen, with their lines', () => {
  const text = [
    `// import { no } from './comment.ts'`,
    `import {`,
    `  type A,`,
    `  b,`,
    `} from './several.ts'`,
    `import './effect.ts'`,
    `export type { C } from './type.ts'`,
    `const from = 'nowhere'`,
    `  const lazy = await import('./lazy.ts')`,
  ].join('\n')
  assert.deepEqual(
    importsOf('src/x/y.ts', text).map(({ line, target, typeOnly }) => [line, target, typeOnly]),
    [
      [2, './several.ts', false],
      [6, './effect.ts', false],
      [7, './type.ts', true],
      [9, './lazy.ts', false],
    ],
  )
})
