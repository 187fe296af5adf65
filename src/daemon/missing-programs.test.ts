import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { configOf } from './examples.ts'
import { missingPrograms } from './missing-programs.ts'
import { started, TWO } from './pretend-daemon.ts'

const WANTING = `${TWO.replace('interface: wan2', 'interface: wan2, address: dhcp')}dns: resolved\n`

test('on a box without programs, those that the file counts on are named, and no other', async (t) => {
  const [directory, before] = [await mkdtemp(join(tmpdir(), 'multihomed-')), process.env['PATH']]
  process.env['PATH'] = directory
  t.after(async () => {
    process.env['PATH'] = before
    await rm(directory, { recursive: true })
  })
  assert.deepEqual(await missingPrograms(configOf(TWO)), [])
  const notes = await missingPrograms(configOf(WANTING))
  assert.deepEqual(
    notes.map(({ code, severity, text }) => [code, severity, text]),
    [
      [
        'no-dhcp-client',
        'warning',
        'nobody here can ask for the address of dsl by DHCP: udhcpc is not installed',
      ],
      ['resolvers-untold', 'warning', 'nobody is told which resolvers work: resolvectl is not installed'],
    ],
  )
})

test('who applies a file, or has a text checked by the API, is told of them too', async (t) => {
  const missing = [
    { code: 'resolvers-untold', severity: 'warning', text: 'resolvectl is not there' },
  ] as const
  const { daemon } = await started(t, { missing })
  const applied = await daemon.apply()
  assert.ok(applied.is === 'applied')
  const checked = await daemon.checkText(WANTING)
  for (const notes of [applied.plan.notes, checked.notes, checked.plan?.notes])
    assert.deepEqual(notes?.filter(({ code }) => code === 'resolvers-untold'), missing) // prettier-ignore
})
