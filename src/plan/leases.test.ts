import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LeaseNews, LineConfig } from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aLine, aLink, memoryOf, on } from './examples.ts'
import { emptyMemory } from './memory.ts'

const held = on('wan1', '198.51.100.6/28')
const lease = (mtuBytes?: number): LeaseNews => ({
  interface: 'wan1',
  source: 'multihomed',
  address: { family: 'ipv4', address: held.address, length: held.length },
  dns: [],
  ...(mtuBytes === undefined ? {} : { mtuBytes }),
})

const MTUS: readonly {
  name: string
  leases: readonly LeaseNews[]
  now?: number
  before?: number
  rest?: Partial<LineConfig>
  mtuBytes?: number
}[] = [
  { name: 'that a provider names is set', leases: [lease(1400)], mtuBytes: 1400 },
  { name: 'that is set stays as long as the lease', leases: [lease(1400)], now: 1400, before: 1500, mtuBytes: 1400 },
  { name: 'goes with the lease', leases: [], now: 1400, before: 1500, mtuBytes: 1500 },
  { name: 'that the next lease does not name is put back', leases: [lease()], now: 1400, before: 1500, mtuBytes: 1500 },
  { name: 'of the file counts more', leases: [lease(1400)], rest: { mtuBytes: 1492 }, mtuBytes: 1492 },
  { name: 'of a time when 576 was usual is not believed', leases: [lease(576)] },
  { name: 'that leaves no room for IPv6 is not believed', leases: [lease(1279)] },
  { name: 'that is wider than the interface is not believed', leases: [lease(9000)] },
  { name: 'that another program was told is its affair', leases: [{ ...lease(1400), source: 'dhcpcd' }] },
] // prettier-ignore

for (const { name, leases, now = 1500, before, rest, mtuBytes } of MTUS)
  test(`an MTU ${name}`, () => {
    const config = aConfig({ lines: [aLine('fiber', 'wan1', { dhcp: true, ...rest })] })
    const mtus = before === undefined ? [] : [{ dev: 'wan1', mtuBytes: before }]
    const memory = memoryOf(config, { originals: { ...emptyMemory.originals, mtus } })
    const observed = aBox({ links: [aLink('wan1', { mtuBytes: now })], addresses: [held], leases })
    const { state } = desired({ config, observed, memory, health: new Map() })
    assert.deepEqual(state.mtus, mtuBytes === undefined ? [] : [{ dev: 'wan1', mtuBytes }])
  })

const LINKS: readonly { name: string; asking: readonly string[]; isRaised: boolean }[] = [
  { name: 'is switched on to ask for an address', asking: [], isRaised: true },
  { name: 'that was on to ask and is off stays off: somebody meant it', asking: ['wan1'], isRaised: false },
]

for (const { name, asking, isRaised } of LINKS)
  test(`an interface without a lease ${name}`, () => {
    const config = aConfig({ lines: [aLine('fiber', 'wan1', { dhcp: true })] })
    const observed = aBox({ links: [aLink('wan1', { up: false, carrier: false })], addresses: [] })
    const { state } = desired({ config, observed, memory: memoryOf(config, { asking }), health: new Map() })
    assert.deepEqual(state.linksUp, isRaised ? ['wan1'] : [])
  })
