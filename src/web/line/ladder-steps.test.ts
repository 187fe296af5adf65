import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXAMPLES } from '../../api/fake.ts'
import { ladderOf } from './ladder-steps.ts'

const [fiber] = EXAMPLES.status.lines
assert.ok(fiber?.health)
const { health } = fiber

const told = (leg: Partial<Parameters<typeof ladderOf>[0]>): string =>
  ladderOf({ state: 'down', address: '192.0.2.2', health, ...leg })
    .map(({ is }) => ({ good: '+', bad: 'x', open: '.' })[is])
    .join('')

const ROWS = [
  { name: 'all is well', leg: { state: 'up', health: { ...health, state: 'up' } }, ladder: '++++++' },
  { name: 'the cable is out', leg: { why: 'no carrier', health: { ...health, state: 'unknown' } }, ladder: 'x.....' },
  { name: 'the card is out', leg: { state: 'absent', health: undefined }, ladder: 'x.....' },
  { name: 'no address was given', leg: { address: null, health: undefined }, ladder: '+x....' },
  { name: 'the gateway is silent', leg: { health: { ...health, blame: 'gateway' } }, ladder: '++x...' },
  { name: 'the provider is silent', leg: { health: { ...health, blame: 'provider' } }, ladder: '+++x..' },
  { name: 'a login page', leg: { state: 'up', health: { ...health, blame: 'portal' } }, ladder: '+++++x' },
  { name: 'nobody watches: no more is said than the kernel knows', leg: { state: 'up', health: undefined }, ladder: '++....' },
  { name: 'no news: nothing is said to be well', leg: { state: 'unknown', health: { ...health, state: 'unknown' } }, ladder: '......' },
] as const // prettier-ignore

for (const { name, leg, ladder } of ROWS)
  test(`${name}: ${ladder}`, () => {
    assert.equal(told(leg as Partial<Parameters<typeof ladderOf>[0]>), ladder) // `undefined` is as good as absent here
  })
