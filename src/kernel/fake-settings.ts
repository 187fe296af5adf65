import type { Sysctl } from '../model/index.ts'
import { done, refuse, type Outcome } from './fake-tables.ts'

const IP_FORWARD = 'net/ipv4/ip_forward'
const ACCEPT_REDIRECTS = 'net/ipv4/conf/all/accept_redirects'
const conf = (dev: string, name: string): string => `net/ipv4/conf/${dev}/${name}`
const KEEP_ADDRESSES = 'keep_addr_on_down'
const conf6 = (dev: string, name: string): string => `net/ipv6/conf/${dev}/${name}`

/** What a box is born with: a host, which listens to redirects. */
const AT_BIRTH: readonly Sysctl[] = [
  { key: IP_FORWARD, value: '0' },
  { key: ACCEPT_REDIRECTS, value: '1' },
  { key: conf('default', 'forwarding'), value: '0' },
  { key: 'net/ipv4/fib_multipath_hash_policy', value: '0' },
  { key: 'net/ipv6/fib_multipath_hash_policy', value: '0' },
]

/** The settings below /proc/sys that we know of, with what they change along with them. */
export class FakeSettings {
  readonly #values: Map<string, string>

  constructor(start: readonly Sysctl[] = []) {
    this.#values = new Map([...AT_BIRTH, ...start].map(({ key, value }) => [key, value]))
  }

  read(patterns: readonly string[]): Sysctl[] {
    return [...new Set(patterns.flatMap((pattern) => this.#keysLike(pattern)))].flatMap((key) => {
      const value = this.#values.get(key)
      return value === undefined ? [] : [{ key, value }]
    })
  }

  write({ key, value }: Sysctl): Outcome {
    const before = this.#values.get(key)
    if (before === undefined) return refuse('not-found', 'ENOENT')
    this.#values.set(key, value)
    if (key === IP_FORWARD && before !== value) this.#turnForwarding(value)
    return done
  }

  addInterface(name: string): void {
    const forwarding = this.#values.get(conf('default', 'forwarding')) ?? '0'
    const born = { rp_filter: '0', promote_secondaries: '0', forwarding }
    const all = [
      ...Object.entries(born).map(([setting, value]) => [conf(name, setting), value] as const),
      [conf6(name, KEEP_ADDRESSES), '0'] as const,
    ]
    for (const [key, value] of all) if (!this.#values.has(key)) this.#values.set(key, value)
  }

  /** Whether IPv6 addresses stay on an interface that is switched off. */
  keepsAddresses(dev: string): boolean {
    return this.#values.get(conf6(dev, KEEP_ADDRESSES)) === '1'
  }

  /** Whether the later addresses of a network stay on an interface when the first one goes. */
  promotes(dev: string): boolean {
    return this.#values.get(conf(dev, 'promote_secondaries')) === '1'
  }

  renameInterface(name: string, to: string): void {
    for (const [key, value] of this.#values)
      for (const keyOf of [conf, conf6])
        if (key.startsWith(keyOf(name, '')))
          this.#values.set(key.replace(keyOf(name, ''), keyOf(to, '')), value)
    this.removeInterface(name)
  }

  removeInterface(name: string): void {
    for (const key of this.#values.keys())
      if (key.startsWith(conf(name, '')) || key.startsWith(conf6(name, ''))) this.#values.delete(key)
  }

  /** Every interface is told, one that was set by itself as well, and a router listens to no redirects. */
  #turnForwarding(to: string): void {
    this.#values.set(ACCEPT_REDIRECTS, to === '0' ? '1' : '0')
    for (const key of this.#keysLike(conf('*', 'forwarding'))) this.#values.set(key, to)
  }

  #keysLike(pattern: string): string[] {
    const [start = '', end] = pattern.split('*')
    if (end === undefined) return [pattern]
    return [...this.#values.keys()].filter((key) => key.startsWith(start) && key.endsWith(end))
  }
}
