import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { propertyRuns } from '../../scripts/property-runs.ts'
import { anyLife, peacefulLife } from './any-life.ts'
import { BoxLife, befall, look, told } from './box-life.ts'
import { pretendWorld } from './pretend-world.ts'

test('whatever befalls the box in whatever order, a pass settles it and a second one finds nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anyLife, async ({ first, moments }) => {
      const life = new BoxLife(pretendWorld(), first)
      for (const moment of moments) await life.live(moment)
    }),
    propertyRuns(400),
  )
})

test('after down the box is as if we had never been there, whatever others did to what is theirs', async () => {
  await fc.assert(
    fc.asyncProperty(peacefulLife, async ({ first, moments }) => {
      const [world, without] = [pretendWorld(), pretendWorld()]
      const life = new BoxLife(world, first)
      for (const moment of moments) {
        await life.live(moment)
        for (const mishap of moment.mishaps) await befall(without, mishap)
      }
      await life.down()
      assert.deepEqual(told(await look(world.kernel)), told(await look(without.kernel)))
    }),
    propertyRuns(150),
  )
})
