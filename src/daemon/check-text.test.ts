import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stateOf } from './examples.ts'
import { ONE, TWO, started } from './pretend-daemon.ts'

const THREE = `${TWO}  lte: { interface: wan3 }\n`

test('a right text tells what it would change, in words and commands, and touches nothing', async (t) => {
  const { daemon, kernel } = await started(t)
  const before = [await stateOf(kernel), kernel.applied.length]
  const checked = await daemon.checkText(THREE)
  assert.ok(checked.ok && checked.plan !== undefined)
  assert.deepEqual(checked.watching.map(({ line }) => line), ['fiber', 'dsl', 'lte']) // prettier-ignore
  const added = checked.plan.groups.find(({ subject }) => subject === 'lte')
  assert.deepEqual([added?.sign, (added?.steps.length ?? 0) > 0], ['+', true])
  const gone = (await daemon.checkText(ONE)).plan?.groups.find(({ subject }) => subject === 'dsl')
  assert.equal(gone?.sign, '-')
  assert.deepEqual([await stateOf(kernel), kernel.applied.length], before)
  assert.equal((await daemon.checkText(TWO)).plan?.stepCount, 0, 'what runs changes nothing')
})

test('of a wrong text every problem has its place, its code and its help, and a picture', async (t) => {
  const { daemon } = await started(t)
  const checked = await daemon.checkText(TWO.replace('weight', 'wieght').replace('wan2', '7'))
  assert.deepEqual([checked.ok, checked.plan, checked.watching], [false, undefined, []])
  assert.ok(checked.problems.length >= 2)
  for (const { code, line, column, message } of checked.problems) {
    assert.match(code, /^MH\d{3}$/)
    assert.ok(line > 1 && column > 1 && message !== '')
    assert.ok(checked.text.includes(`[${code}]`) && checked.text.includes(`config.yaml:${line}:${column}`))
  }
  assert.match(checked.text, /did you mean "weight"/)
})

test('a text that this box would not take says so before anybody applies it', async (t) => {
  const { daemon } = await started(t)
  const { ok, notes } = await daemon.checkText(`${TWO}  lte: { interface: wan9 }\n`)
  assert.deepEqual([ok, notes.some(({ code }) => code === 'missing-interface')], [true, true])
})
