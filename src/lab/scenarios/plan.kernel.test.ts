import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { ROUTER } from '../index.ts'
import { boxState } from './box-state.ts'
import { box } from './box.ts'

const lines = [{ name: 'fiber' }, { name: 'dsl' }, { name: 'lte', addressing: 'by-provider' as const }]
const wishes = { lines: { fiber: 3, dsl: 1, lte: 2 }, affinity: 'pair' as const }

describe('plan tells the truth', () => {
  const byHand = box({ lines, clients: 2, wishes, start: 'by-test' })
  const byDaemon = box({ lines, clients: 2, wishes })
  let untouched: Record<string, string>
  before(async () => {
    untouched = await boxState(byHand.lab)
  })

  /** What `plan` prints, typed by an operator. @returns how many steps it had */
  async function typePlan(): Promise<number> {
    const { stdout } = await byHand.lab.command(['plan', '--json'])
    const plan = JSON.parse(stdout) as { groups: { steps: { commands: string[] }[] }[]; stepCount: number }
    const commands = plan.groups.flatMap(({ steps }) => steps.flatMap((step) => step.commands))
    await byHand.lab.must(ROUTER, ['sh', '-e'], { input: `${commands.join('\n')}\n` })
    return plan.stepCount
  }

  test('it only tells: the box is untouched by plan and by check', async () => {
    assert.equal((await byHand.lab.command(['check'])).code, 0)
    assert.equal((await byHand.lab.command(['plan', '--exit-code'])).code, 10)
    assert.deepEqual(await boxState(byHand.lab), untouched)
  })

  test('its commands, typed by hand on an untouched box, make the very box the daemon makes', async () => {
    assert.ok((await typePlan()) > 10)
    assert.deepEqual(await boxState(byHand.lab), await boxState(byDaemon.lab))
    const left = await byHand.lab.command(['plan', '--exit-code'])
    assert.equal(left.code, 0, left.stdout)
  })

  test('such a box spreads and answers like any other, and a daemon adopts it without a step', async () => {
    const { failed, lines: seen } = await byHand.lab.load({ connections: 60 })
    assert.equal(failed, 0)
    assert.ok(Object.values(seen).every(({ connections }) => connections > 0))
    await byHand.start()
    const steps = byHand.daemon.log.all.filter((line) => /steps? done/.test(line))
    assert.deepEqual(steps, [])
    await byHand.daemon.stop()
  })

  test('the same for a change: other weights, another affinity', async () => {
    const changed = { lines: { fiber: 1, dsl: 1, lte: 1 } }
    await byDaemon.apply(changed)
    await byHand.writeFile(changed)
    assert.equal(await typePlan(), 2)
    assert.deepEqual(await boxState(byHand.lab), await boxState(byDaemon.lab))
    const left = await byHand.lab.command(['plan', '--exit-code'])
    assert.equal(left.code, 0, left.stdout)
  })

  test('and for a repair: what somebody deleted is planned again, no more', async () => {
    const whole = await boxState(byHand.lab)
    await byHand.lab.must(ROUTER, ['ip', 'rule', 'del', 'pref', '30222'])
    await byHand.lab.must(ROUTER, ['ip', 'route', 'flush', 'table', '201'])
    await byHand.lab.must(ROUTER, ['nft', 'flush chain inet multihomed choose'])
    await typePlan()
    assert.deepEqual(await boxState(byHand.lab), whole)
  })
})
