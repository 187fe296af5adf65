/** A box and files for the tests of this room. */
import { parseConfig } from '../config/index.ts'
import type { Kernel } from '../kernel/index.ts'
import {
  MAIN_TABLE,
  anyPrefix,
  networkOf,
  tableId,
  type Config,
  type InterfaceAddress,
  type IpRule,
  type LineVerdict,
  type Link,
  type Observed,
  type Route,
} from '../model/index.ts'
import { emptyMemory, type Memory } from '../plan/index.ts'
import { reconcile, type PassReport } from './reconciler.ts'

const WANS = [1, 2, 3, 4]

const FORWARDING = ['net/ipv4/ip_forward', 'net/ipv4/conf/all/accept_redirects', 'net/ipv4/conf/*/forwarding']

/**
 * A box with a LAN and four cards to the Internet: wan1 is switched off and has nothing, the others got address and
 * default route by DHCP (198.51.N.77/24, gateway 198.51.N.1). Hardened against redirects, and wan3 forwards by itself.
 */
export const BOX: Partial<Observed> = {
  sysctls: [
    { key: 'net/ipv4/conf/all/accept_redirects', value: '0' },
    { key: 'net/ipv4/conf/wan3/forwarding', value: '1' },
  ],
  links: ['lan0', ...WANS.map((n) => `wan${n}`)].map((name) => link(name, name !== 'wan1')),
  addresses: [address('lan0', '10.0.0.1'), ...WANS.slice(1).map((n) => address(`wan${n}`, `198.51.${n}.77`))],
  rules: [rule(0, 255), rule(32_766, MAIN_TABLE), rule(32_767, 253)],
  routes: [
    connected(address('lan0', '10.0.0.1')),
    ...WANS.slice(1).flatMap((n) => [
      connected(address(`wan${n}`, `198.51.${n}.77`)),
      route({ via: `198.51.${n}.1`, dev: `wan${n}`, metric: 100 + n, protocol: 16 }),
    ]),
  ],
}

/** fiber is fixed and its card still off, dsl lives on DHCP. */
export const TWO_LINES = configOf(`
lan: { interfaces: [lan0] }
lines:
  fiber: { interface: wan1, weight: 3, address: 198.51.1.2/24, gateway: 198.51.1.1 }
  dsl: { interface: wan2 }
`)

/** Another address and weight for fiber, lte instead of dsl. */
export const OTHER_LINES = configOf(`
lan: { interfaces: [lan0] }
lines:
  fiber: { interface: wan1, weight: 1, address: 198.51.1.3/24, gateway: 198.51.1.1 }
  lte: { interface: wan3, weight: 2 }
`)

export function configOf(yaml: string): Config {
  const parsed = parseConfig(yaml, 'config.yaml')
  if (!parsed.ok) throw new Error(parsed.error.map((problem) => problem.message).join('\n'))
  return parsed.value.config
}

/** One pass that must succeed. */
export async function reconciled(
  kernel: Kernel,
  config: Config,
  memory: Memory = emptyMemory,
  health: ReadonlyMap<string, LineVerdict> = new Map(),
): Promise<{ report: PassReport; memory: Memory }> {
  const done = await reconcile({ kernel, config, memory, health, remember: async () => undefined })
  if (!done.ok) throw new Error(JSON.stringify(done.error))
  return done.value
}

/** All there is to see of a box as one text: alike to the byte when nothing differs. */
export async function stateOf(kernel: Kernel): Promise<string> {
  const names = ['lan0', ...WANS.map((n) => `wan${n}`)]
  const observed = await kernel.observe([
    ...FORWARDING,
    'net/ipv4/fib_multipath_hash_policy',
    ...names.map((name) => `net/ipv4/conf/${name}/rp_filter`),
  ])
  if (!observed.ok) throw new Error(observed.error.said)
  // Who did not answer when he was asked is forgotten by the kernel when it likes.
  const { capabilities: _, silentNeighbours: __, ...state } = observed.value
  const parts = Object.entries(state).flatMap(([kind, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown) => `${kind} ${text(one)}`),
  )
  return parts.toSorted().join('\n')
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Map) return [...part].toSorted(([a], [b]) => (a < b ? -1 : 1))
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }) ?? 'none'

function link(name: string, up: boolean): Link {
  return { name, index: 0, up, carrier: up, pointToPoint: false, mtuBytes: 1500, rxBytes: 0, txBytes: 0 }
}

function address(dev: string, text_: string): InterfaceAddress {
  return { family: 'ipv4', address: text_, length: 24, dev }
}

function connected(held: InterfaceAddress): Route {
  return route({ destination: networkOf(held), dev: held.dev, src: held.address, protocol: 2 })
}

function route(rest: Partial<Route>): Route {
  return {
    family: 'ipv4',
    table: MAIN_TABLE,
    type: 'unicast',
    destination: anyPrefix('ipv4'),
    metric: 0,
    protocol: 3,
    ...rest,
  }
}

function rule(priority: number, table: number): IpRule {
  return { family: 'ipv4', priority, table: tableId(table), protocol: 2, other: [] }
}
