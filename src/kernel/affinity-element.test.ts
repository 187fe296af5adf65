import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mark } from '../model/index.ts'
import { readElement } from './affinity-element.ts'

const ROWS = [
  ['9m59s984ms', 599_984],
  ['1h2m3s4ms', 3_723_004],
  ['7s', 7000],
  ['40ms', 40],
] as const

for (const [time, expiresMs] of ROWS) {
  test(`what is remembered for ${time} is remembered for ${expiresMs} ms`, () => {
    const listing = `table inet multihomed {\n\tmap affinity {\n\t\ttimeout 10m\n\t\telements = { 610961120 expires ${time} : 0x01000000 }\n\t}\n}\n`
    assert.deepEqual(readElement(listing), { mark: mark(0x0100_0000), expiresMs })
  })
}

test('a listing without the element is nothing', () => {
  assert.equal(readElement('table inet multihomed {\n\tmap affinity {\n\t\ttimeout 10m\n\t}\n}\n'), undefined)
})
