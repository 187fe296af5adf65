import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { FakeKernel } from '../kernel/fake.ts'
import type { Ruleset } from '../model/index.ts'
import { explain } from '../plan/index.ts'
import { orderOf } from '../render/index.ts'
import { reconciled } from './examples.ts'
import { GOLDEN, goldenCases, planText, workOut } from './golden.ts'
import { planReport } from './plan-report.ts'

// A case is a folder: config.yaml and observed.json in, plan.txt and ruleset.nft out. UPDATE_GOLDEN=1 writes these.
for (const name of goldenCases()) {
  test(`golden: ${name}`, async () => {
    const { kernel, config, memory, observed, wanted, moves } = await workOut(
      name,
      (start) => new FakeKernel(start),
    )
    const report = planReport(explain(moves, wanted, config, observed, memory), wanted.notes)
    assert.equal(report.stepCount, moves.length, 'every step is told in some chapter')
    hold(name, 'plan.txt', planText(report))
    hold(name, 'ruleset.nft', textOf(wanted.state.ruleset))
    await reconciled(kernel, config, memory)
  })
}

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
