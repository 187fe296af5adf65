import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observed } from '../model/index.ts'
import { aBox, aLink, on } from './examples.ts'
import { lowerLinks } from './lower-links.ts'
import { emptyMemory, type Originals } from './memory.ts'

const KEY = 'net/ipv6/conf/lan0/keep_addr_on_down'
const FOREIGN = on('lan0', '2001:db8:100::1/64')
const OURS = on('lan0', 'fd00::1/64')
const keeps = (value: string): Observed['sysctls'] => [{ key: KEY, value }]
const aside = ['keep 0 -> 1', 'lan0 off', 'keep 1 -> 0']

const ROWS: readonly {
  name: string
  box: Partial<Observed>
  originals?: Partial<Originals>
  moves: readonly string[]
}[] = [
  { name: 'one that is off or gone is left', box: { links: [aLink('lan0', { up: false })] }, originals: { linksRaised: ['lan0', 'gone'] }, moves: [] },
  { name: 'one that we did not switch on is left', box: {}, originals: { linksRaised: [] }, moves: [] },
  { name: 'an IPv6 address of others stays on it, as it was while it was off', box: { addresses: [FOREIGN] }, moves: aside },
  { name: 'where the kernel keeps addresses anyway nothing is asked of it', box: { addresses: [FOREIGN], sysctls: keeps('1') }, moves: ['lan0 off'] },
  { name: 'what was set by us meanwhile is put back before', box: { addresses: [FOREIGN], sysctls: keeps('1') }, originals: { sysctls: keeps('0') }, moves: aside },
  { name: 'an IPv6 address of ours goes', box: { addresses: [OURS] }, originals: { addedAddresses: [OURS] }, moves: ['lan0 off'] },
  { name: 'one that ends by itself is kept by nobody', box: { addresses: [{ ...FOREIGN, validForS: 9 }] }, moves: ['lan0 off'] },
  { name: 'one of the link, or of IPv4, needs nothing', box: { addresses: [on('lan0', 'fe80::1/64'), on('lan0', '10.0.0.1/24')] }, moves: ['lan0 off'] },
  { name: 'on a kernel without IPv6 there is nothing to keep', box: { addresses: [FOREIGN], sysctls: [] }, moves: ['lan0 off'] },
] // prettier-ignore

for (const { name, box, originals, moves } of ROWS)
  test(`switched off with down: ${name}`, () => {
    const observed = aBox({ links: [aLink('lan0')], addresses: [], sysctls: keeps('0'), ...box })
    const lowered = lowerLinks(observed, { ...emptyMemory.originals, linksRaised: ['lan0'], ...originals })
    assert.deepEqual(
      lowered.map((move) =>
        move.do === 'set-sysctl'
          ? `keep ${move.from.value} -> ${move.to.value}`
          : move.do === 'set-link' && `${move.dev} ${move.up ? 'on' : 'off'}`,
      ),
      moves,
    )
  })
