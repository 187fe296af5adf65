import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { whileSpawnThrows, withoutDescriptors } from './hardship.ts'
import { NftDoor } from './nft-door.ts'
import { enterOwnNetwork } from './own-network.ts'

enterOwnNetwork('MULTIHOMED_TEST_NFT')

const door = await NftDoor.open()
after(() => door.close())

test('a box without room for a child refuses the change; with room it is made', async () => {
  const change = (): ReturnType<NftDoor['change']> => door.change(['add table inet multihomed'])
  for (const [outcome, reason] of [
    [await whileSpawnThrows(change), /E2BIG/],
    [await withoutDescriptors(change), /EMFILE/],
  ] as const) {
    assert.ok(!outcome.ok)
    assert.match(outcome.error.said, reason)
  }
  assert.deepEqual(await door.read(), { ok: true, value: undefined })
  assert.ok((await change()).ok)
  assert.deepEqual(await door.read(), { ok: true, value: { counters: [], maps: [], chains: [] } })
})
