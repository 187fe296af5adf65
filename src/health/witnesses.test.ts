import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_HEALTH, targetsOf, type ProbeTarget } from '../model/index.ts'
import { Witnesses } from './witnesses.ts'

const TARGETS = targetsOf(DEFAULT_HEALTH, 'ipv4')

const known = (targets: readonly ProbeTarget[]): Witnesses => {
  const witnesses = new Witnesses()
  witnesses.follow(targets)
  for (const one of witnesses.ordinary) one.answered(50)
  return witnesses
}
const address = (target: ProbeTarget): string => ('address' in target ? target.address : target.host)

test('each question asks three operators in two kinds, and everybody has their turn', () => {
  const witnesses = known(TARGETS)
  const asked = new Set<string>()
  for (let turn = 0; turn < 6; turn++) {
    const question = witnesses.forQuestion(0)
    assert.equal(question.length, 3)
    assert.equal(new Set(question.map(({ target }) => address(target))).size, 3)
    assert.equal(new Set(question.map(({ target }) => target.kind)).size, 2)
    for (const { key } of question) asked.add(key)
  }
  assert.equal(asked.size, 6)
})

test('with one target only, it is asked three times: one lost packet is no silence', () => {
  const witnesses = known([{ kind: 'icmp', address: '192.0.2.1' }])
  assert.equal(witnesses.forQuestion(0).length, 3)
})

test('targets of the operator are asked, and nobody else', () => {
  const witnesses = known([{ kind: 'icmp', address: '192.0.2.1' }])
  assert.equal(witnesses.nextReserve(), undefined)
})

test('what stays in the file stays known', () => {
  const witnesses = known(TARGETS)
  witnesses.follow([...TARGETS.slice(0, 2), { kind: 'tcp', address: '192.0.2.1' }])
  assert.deepEqual(
    witnesses.ordinary.map((one) => one.known),
    [true, true, false],
  )
})
