import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { eventually } from '../index.ts'
import { box } from '../scenarios/box.ts'
import { usedBy } from '../scenarios/tunnel.ts'

describe('lines that work badly (netem)', () => {
  const router = box({
    lines: [{ name: 'fiber' }, { name: 'dsl' }],
    clients: 1,
    wishes: { lines: { fiber: 1, dsl: 1 }, health: { rise: '0s' } },
  })

  /** On what the provider sends to its customer and to the internet. */
  const netem = async (what: string): Promise<void> => {
    const { lab } = router
    for (const device of ['customer', 'uplink'])
      await lab.must(lab.line('fiber').host, [
        'tc',
        ...`qdisc replace dev ${device} root netem ${what}`.split(' '),
      ])
  }
  afterEach(() => netem('delay 0ms'))

  const rows = [
    { what: 'delay 600ms', told: 'slow' },
    { what: 'loss 30%', told: 'lossy' },
  ]
  for (const { what, told } of rows)
    test(`${what} each way is told as ${told}, and never as down`, async () => {
      await router.knows('fiber', 'dsl')
      const after = router.daemon.log.all.length
      await netem(what)
      const fiber = async () => (await router.status()).lines.find(({ name }) => name === 'fiber')
      await eventually(fiber, (line) => line?.health?.degraded === told, {
        what: `fiber is ${told}`,
        timeoutMs: 60_000,
      })
      assert.ok((await usedBy(router.lab, 'client-1')).includes('dsl'))
      assert.equal((await fiber())?.state, 'up')
      assert.deepEqual(router.daemon.log.all.slice(after).filter((line) => /fiber is down/.test(line)), []) // prettier-ignore
      await netem('delay 0ms')
    })
})
