import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { after, test } from 'node:test'
import { openCounters } from './line-counters.ts'
import { NftDoor } from './nft-door.ts'
import { enterOwnNetwork } from './own-network.ts'

enterOwnNetwork('MULTIHOMED_TEST_COUNTERS')

const door = await NftDoor.open()
after(() => door.close())
const nft = async (...text: string[]): Promise<void> => {
  const outcome = await door.change(text)
  assert.ok(outcome.ok, JSON.stringify(outcome))
}
const opened = openCounters()
assert.ok(opened.ok)
const counters = opened.value
after(() => counters.close())

test('a box without our table, or with an empty one, has counted nothing', async () => {
  assert.deepEqual(counters.read(), new Map())
  await nft('add table inet multihomed')
  assert.deepEqual(counters.read(), new Map())
})

test('packets are read by name, however many counters there are, and from our table alone', async () => {
  await nft(
    'add table inet other',
    'add counter inet other sent_1 { packets 9 bytes 9 }',
    'add table ip multihomed',
    'add counter ip multihomed sent_1 { packets 9 bytes 9 }',
    'add limit inet multihomed sent_1 { rate 1/second }',
  )
  const many = Array.from({ length: 600 }, (_, i) => [`sent_${i + 1}`, i === 7 ? 2 ** 40 + 5 : i] as const)
  await nft(...many.map(([name, n]) => `add counter inet multihomed ${name} { packets ${n} bytes ${n * 2} }`))
  assert.deepEqual(counters.read(), new Map(many))
})

test('what was read stays as it was, and a table that is gone leaves nothing behind', async () => {
  const earlier = counters.read()
  await nft('delete table inet multihomed')
  assert.deepEqual(counters.read(), new Map())
  assert.equal(earlier.size, 600)
})

test('thousands of readings and openings leave no descriptor open', () => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length
  const before = descriptors()
  for (let i = 0; i < 1000; i += 1) {
    const another = openCounters()
    assert.ok(another.ok)
    another.value.read()
    another.value.close()
  }
  assert.equal(descriptors(), before)
})

test('who may not look is told what it takes', () => {
  const look = `import { openCounters } from '${import.meta.dirname}/line-counters.ts'
    console.log(JSON.stringify(openCounters()))`
  const { stdout, stderr } = spawnSync(
    'setpriv',
    [
      '--bounding-set',
      '-net_admin',
      '--inh-caps',
      '-all',
      process.execPath,
      '--input-type=module',
      '-e',
      look,
    ],
    { encoding: 'utf8' },
  )
  assert.equal(stderr, '')
  const { error } = JSON.parse(stdout) as { error: unknown }
  assert.deepEqual(error, {
    code: 'not-permitted',
    what: 'reading the counters of our table',
    said: 'Operation not permitted',
    needs: 'CAP_NET_ADMIN',
  })
})
