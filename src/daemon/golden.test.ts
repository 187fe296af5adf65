import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import type { Ruleset } from '../model/index.ts'
import { diff, explain } from '../plan/index.ts'
import { orderOf } from '../render/index.ts'
import { reconciled } from './examples.ts'
import { GOLDEN, goldenCases, planText, workOut } from './golden.ts'
import { planReport } from './plan-report.ts'

// A case is a folder: config.yaml and observed.json in, plan.txt and ruleset.nft out. UPDATE_GOLDEN=1 writes these.
for (const name of goldenCases()) {
  test(`golden: ${name}`, async () => {
    const { kernel, config, former, memory, health, observed, wanted, moves } = await workOut(
      name,
      (start) => new FakeKernel(start),
    )
    const report = planReport(explain(moves, wanted, config, observed, memory, former), wanted.notes, [])
    assert.equal(report.stepCount, moves.length, 'every step is told in some chapter')
    hold(name, 'plan.txt', planText(report))
    hold(name, 'ruleset.nft', textOf(wanted.state.ruleset))
    await reconciled(kernel, config, memory, health)
  })
}

test('a table that must be made anew is told so, with what that costs', async () => {
  const { config, memory, observed, wanted } = await workOut(
    'nothing-to-do',
    (start) => new FakeKernel(start),
  )
  assert.ok(observed.ruleset)
  const asleep = { ...observed, ruleset: { ...observed.ruleset, dormant: true as const } }
  const moves = diff(asleep, wanted.state, memory.originals)
  const text = planText(planReport(explain(moves, wanted, config, asleep, memory), [], []))
  assert.match(text, /why {5}its hooks, maps or flags are not ours: it is made anew/)
  assert.match(text, /effect {2}affinity is forgotten: who met before may take another line/)
  assert.match(text, /nft 'delete table inet multihomed'/)
})

test('in no case a comment breaks the quotes of nft or of a shell, or is longer than nft takes', () => {
  for (const name of goldenCases()) {
    for (const line of readFileSync(join(GOLDEN, name, 'ruleset.nft'), 'utf8').split('\n')) {
      assert.doesNotMatch(line, /'/)
      const comment = / comment "(.*)"$/.exec(line)?.[1] ?? ''
      assert.doesNotMatch(comment, /["\\]/)
      assert.ok(Buffer.byteLength(comment) <= 127, comment)
    }
  }
})

const textOf = (ruleset: Ruleset | undefined): string => {
  const order = orderOf({ do: 'change-ruleset', from: undefined, to: ruleset })
  return order.tool === 'nft' ? `${order.lines.join('\n')}\n` : ''
}

function hold(name: string, file: string, text: string): void {
  const path = join(GOLDEN, name, file)
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(path, text)
  else assert.equal(text, readFileSync(path, 'utf8'))
}
