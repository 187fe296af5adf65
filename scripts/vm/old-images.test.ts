import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { removeOldImages } from './old-images.ts'

test('of images that are a day old those stay that a list names, and of others those somebody used today', async (t) => {
  const cache = await mkdtemp(join(tmpdir(), 'images-'))
  t.after(() => rm(cache, { recursive: true }))
  const twoDaysAgo = new Date(Date.now() - 48 * 3_600_000)
  const make = async (name: string, usedAt: Date): Promise<void> => {
    await mkdir(join(cache, name))
    await utimes(join(cache, name), usedAt, usedAt)
  }
  const old = ['plain-0123456789ab', 'plain-ab0123456789', 'plain-ab0123456789.42', 'tools-ab0123456789.squashfs', 'project.tar'] // prettier-ignore
  for (const name of old) await make(name, twoDaysAgo)
  await make('systemd-ab0123456789', new Date())

  await removeOldImages(cache, ['plain-0123456789ab'])
  assert.deepEqual((await readdir(cache)).toSorted(), [
    'plain-0123456789ab',
    'project.tar',
    'systemd-ab0123456789',
  ])
})
