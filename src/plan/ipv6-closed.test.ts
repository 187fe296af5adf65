import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OUR_PROTOCOL, anyPrefix, type LineConfig, type LineVerdict, type Observed } from '../model/index.ts'
import { desired } from './desired.ts'
import { aBox, aConfig, aLine, aRoute, memoryOf, on } from './examples.ts'

const byIpv6 = (dev: string): Observed['routes'][number] =>
  aRoute({ family: 'ipv6', destination: anyPrefix('ipv6'), via: 'fe80::1', dev })
const byIpv4 = (dev: string, via: string): Observed['routes'][number] => aRoute({ via, dev })
const V6 = [byIpv6('wan1'), byIpv6('wan2')]
const V4 = [byIpv4('wan1', '198.51.100.1'), byIpv4('wan2', '203.0.113.1')]
const ADDRESSES = [
  on('wan1', '198.51.100.2/28'),
  on('wan2', '203.0.113.2/24'),
  on('wan1', '2001:db8:1::2/64'),
  on('wan2', '2001:db8:2::2/64'),
]
const LINES = [aLine('fiber', 'wan1'), aLine('dsl', 'wan2')]
const down: LineVerdict = { health: 'down' }

const ROWS: readonly {
  name: string
  health?: Readonly<Record<string, LineVerdict>>
  routes?: Observed['routes']
  lines?: readonly LineConfig[]
  isClosed: boolean
}[] = [
  { name: 'open while a line has it', isClosed: false },
  { name: 'open while one of two has it', health: { 'fiber/ipv6': down }, isClosed: false },
  { name: 'closed when no line has it and IPv4 works: programs take that at once', health: { 'fiber/ipv6': down, 'dsl/ipv6': down }, isClosed: true },
  { name: 'open when IPv4 has none either: nobody knows which comes back first', health: { 'fiber/ipv6': down, 'dsl/ipv6': down, fiber: down, dsl: down }, isClosed: false },
  { name: 'open where no line has IPv6: it is none of our affair', routes: V4, isClosed: false },
  { name: 'open where the file leaves it alone', health: { 'fiber/ipv6': down, 'dsl/ipv6': down }, lines: LINES.map((line) => ({ ...line, families: ['ipv4'] })), isClosed: false },
] // prettier-ignore

for (const { name, health = {}, routes = [...V4, ...V6], lines = LINES, isClosed } of ROWS)
  test(`IPv6 is ${name}`, () => {
    const config = aConfig({ lines })
    const observed = aBox({ addresses: ADDRESSES, routes })
    const { state } = desired({
      config,
      observed,
      memory: memoryOf(config),
      health: new Map(Object.entries(health)),
    })
    const refusals = state.routes.filter(
      ({ family, type, protocol }) =>
        family === 'ipv6' && type === 'unreachable' && protocol === OUR_PROTOCOL,
    )
    assert.deepEqual(
      refusals.map(({ table, destination }) => [Number(table), destination.length]),
      isClosed ? [[222, 0]] : [],
    )
  })
