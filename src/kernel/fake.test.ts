import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOf, fakeWorld } from './contract-run.ts'
import { CASES } from './contract.ts'

for (const one of CASES) {
  test(`the pretend kernel: ${one.name}`, async () => {
    assert.deepEqual(await changesOf(fakeWorld(), one), one.changes)
  })
}
