import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { propertyRuns } from '../../scripts/property-runs.ts'
import { FakeKernel } from '../kernel/fake.ts'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { anyFile } from './any-life.ts'
import { BOX, configOf, reconciled, stateOf } from './examples.ts'
import { takeDown } from './take-down.ts'

test('whatever files were in force, the last one alone decides what is in the kernel', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyFile, { minLength: 1, maxLength: 4 }), anyFile, async (before, last) => {
      // A card that was switched on stays on until `down`, so here all are on from the start.
      const [travelled, direct] = [new FakeKernel(BOX), new FakeKernel(BOX)]
      for (const kernel of [travelled, direct]) kernel.setLink('wan1', true)
      let memory: Memory = emptyMemory
      for (const text of before) memory = (await reconciled(travelled, configOf(text), memory)).memory
      memory = (await reconciled(travelled, configOf(last), memory)).memory
      await reconciled(direct, configOf(last), { ...emptyMemory, ids: memory.ids })
      const [a, b] = await Promise.all([withoutSlots(travelled), withoutSlots(direct)])
      assert.equal(a, b)
    }),
    propertyRuns(60),
  )
})

test('after down the box is what it was before the first start, to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyFile, { minLength: 1, maxLength: 4 }), async (files) => {
      const kernel = new FakeKernel(BOX)
      const before = await stateOf(kernel)
      let memory: Memory = emptyMemory
      for (const text of files) memory = (await reconciled(kernel, configOf(text), memory)).memory
      const down = await takeDown(kernel, memory, false)
      assert.ok(down.ok, down.ok ? '' : down.error)
      assert.equal(await stateOf(kernel), before)
    }),
    propertyRuns(60),
  )
})

/** Which of several slots moves depends on where they were; how many each line has is held elsewhere. */
async function withoutSlots(kernel: FakeKernel): Promise<string> {
  const text = await stateOf(kernel)
  return text.replaceAll(/\["\d+","goto pick_\d+"\],?/g, '')
}
