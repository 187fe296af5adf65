import {
  fail,
  ok,
  parseHostAddress,
  unreachable,
  type Capabilities,
  type ClientBytes,
  type InterfaceAddress,
  type IpRule,
  type KernelError,
  type KernelRoute,
  type LeaseNews,
  type Mark,
  type MarkedConnections,
  type Move,
  type Neighbour,
  type Observed,
  type OtherQueue,
  type Remembered,
  type Result,
  type Route,
  type RouteQuestion,
  type Ruleset,
  type ShapedDevice,
  type SilentNeighbour,
} from '../model/index.ts'
import { FakeConnections, type FakeConnection, type FakeEnding } from './fake-connections.ts'
import { FakeNeighbours } from './fake-neighbours.ts'
import { FakeQueues } from './fake-queues.ts'
import { FakeSettings } from './fake-settings.ts'
import { FakeTables, done, refuse, type Outcome } from './fake-tables.ts'
import type {
  ConnectionsOfLine,
  Counts,
  Endings,
  Forgettable,
  Kernel,
  KernelEvent,
  OpenConnection,
  Stranded,
  Telling,
} from './port.ts'

/**
 * A kernel in memory, for tests: it refuses what the real one refuses, and what vanishes there vanishes here. The
 * other methods are the hands of others: cables, admins, other programs.
 */
export class FakeKernel implements Kernel {
  capabilities: Capabilities = {
    kernelRelease: '6.18.0-fake',
    nexthopObjects: true,
    resilientGroups: true,
    groupMatch: true,
    flowtables: true,
    shaping: 'both',
  }
  /** Every move that was carried out, in order. */
  readonly applied: Move[] = []
  /** The same with all endings of connections between them. */
  readonly deeds: (Move | FakeEnding)[] = []
  /** What `routeOf` answers, as the test wishes: a second kernel's routing would prove nothing. */
  answerRoute: (question: RouteQuestion) => Result<KernelRoute, KernelError> = () =>
    ok({ is: 'refused', said: 'Network is unreachable' })
  /** What packets have put into the map `affinity`, by key. */
  readonly remembered = new Map<number, Remembered>()
  /** What those who manage addresses left about interfaces. */
  leases: readonly LeaseNews[] = []
  /** What each client had. */
  clients: readonly ClientBytes[] = []
  /** What names resolve to. */
  readonly names = new Map<string, readonly string[]>()
  readonly #tables = new FakeTables()
  readonly #settings: FakeSettings
  #ruleset: Ruleset | undefined
  #chosen = new Map<string, number>()
  #listeners: ((event: KernelEvent) => void)[] = []
  #failures: { readonly kind: Move['do'] | undefined; left: number; readonly error: KernelError }[] = []
  /** Links whose cable is out, whatever they are set to. */
  readonly #unplugged = new Set<string>()
  #neighbours = new FakeNeighbours()
  readonly #connections = new FakeConnections()
  readonly #queues = new FakeQueues((dev) => this.#tables.links.some((link) => link.name === dev))
  #nextIndex = 1

  /** @param start what is there before anything happens; what is left out is empty */
  constructor(start: Partial<Observed> = {}) {
    this.#settings = new FakeSettings(start.sysctls)
    for (const link of start.links ?? []) this.addLink(link.name, link)
    for (const address of start.addresses ?? []) this.#tables.addAddress(address)
    const held = this.#tables
    held.nexthops = [...(start.nexthops ?? [])]
    held.routes = [...(start.routes ?? held.routes)]
    for (const rule of start.rules ?? []) held.addRule(rule)
    this.#neighbours = new FakeNeighbours(start.neighbours, start.silentNeighbours)
    this.#ruleset = start.ruleset
    if (start.capabilities !== undefined) this.capabilities = start.capabilities
  }

  async observe(
    sysctlKeys: readonly string[],
    neighbours: readonly string[] = [],
    shaped: readonly ShapedDevice[] = [],
  ): Promise<Result<Observed, KernelError>> {
    const { links, addresses, rules, routes, nexthops } = this.#tables
    return ok({
      links: [...links],
      addresses: [...addresses],
      rules: [...rules],
      routes: routes.toSorted((a, b) => a.table - b.table || a.metric - b.metric),
      nexthops: nexthops.toSorted((a, b) => a.id - b.id),
      silentNeighbours: this.#neighbours.silent,
      useGroups: this.useGroups,
      leases: this.leases,
      neighbours: this.#neighbours.withAddress(neighbours),
      sysctls: this.#settings.read(sysctlKeys),
      ...this.#queues.read(shaped),
      ruleset: this.#ruleset,
      capabilities: this.capabilities,
    })
  }

  async apply(move: Move): Promise<Outcome> {
    const failure = this.#failures.find(({ kind }) => kind === undefined || kind === move.do)
    if (failure !== undefined && failure.left-- === 0) {
      this.#failures = this.#failures.filter((other) => other !== failure)
      return fail(failure.error)
    }
    const outcome = this.#carryOut(move)
    if (outcome.ok) {
      this.applied.push(move)
      this.deeds.push(move)
    }
    return outcome
  }

  async counts(): Promise<Counts> {
    const counters = (this.#ruleset?.counters ?? []).map(
      (name) => [name, this.#chosen.get(name) ?? 0] as const,
    )
    return {
      chosen: new Map(counters),
      traffic: new Map(this.#tables.links.map(({ name, rxBytes, txBytes }) => [name, { rxBytes, txBytes }])),
    }
  }

  async clientBytes(): Promise<Result<readonly ClientBytes[], KernelError>> {
    return ok(this.clients)
  }

  async openConnections(mask: Mark): Promise<ReadonlyMap<number, number>> {
    return this.#connections.count(mask)
  }

  async connections(visit: (piece: readonly OpenConnection[]) => void): Promise<Result<void, KernelError>> {
    visit(this.#connections.list())
    return ok(undefined)
  }

  async forgetConnections(of: MarkedConnections, which: Forgettable): Promise<Result<number, KernelError>> {
    this.deeds.push({ do: 'forget-connections', which, ...of })
    return ok(this.#connections.forget(of, which))
  }

  async strandedConnections(of: MarkedConnections): Promise<Result<readonly Stranded[], KernelError>> {
    return ok(this.#connections.stranded(of))
  }

  async tellStranded(of: ConnectionsOfLine, { signal }: Telling): Promise<Result<Endings, KernelError>> {
    if (signal?.aborted === true) return ok(NOBODY)
    this.deeds.push({ do: 'tell-stranded', ...of })
    return ok(this.#connections.tell(of))
  }

  async endFlows(of: ConnectionsOfLine, { signal }: Telling): Promise<Result<Endings, KernelError>> {
    if (signal?.aborted === true) return ok(NOBODY)
    this.deeds.push({ do: 'end-flows', ...of })
    return ok(this.#connections.endFlows(of))
  }

  /** Control groups of `multihome use`. */
  useGroups: readonly string[] = []

  sweepUseGroups(): void {
    // Here they are in use for as long as a test says so.
  }

  async routeOf(question: RouteQuestion): Promise<Result<KernelRoute, KernelError>> {
    return this.answerRoute(question)
  }

  async rememberedUnder(key: number): Promise<Result<Remembered | undefined, KernelError>> {
    return ok(this.remembered.get(key))
  }

  async resolve(name: string): Promise<Result<readonly string[], KernelError>> {
    const addresses = this.names.get(name)
    return addresses === undefined
      ? fail({ code: 'not-found', what: `resolving ${name}`, said: 'there is no such name' })
      : ok(addresses)
  }

  watch(onEvent: (event: KernelEvent) => void): { close(): void } {
    this.#listeners.push(onEvent)
    return { close: () => (this.#listeners = this.#listeners.filter((other) => other !== onEvent)) }
  }

  watchNeighbours(
    neighbours: readonly Neighbour[],
    onEvent: (event: KernelEvent) => void,
  ): { close(): void } {
    return this.#neighbours.watch(neighbours, onEvent)
  }

  close(): void {
    this.#listeners = []
  }

  /** The next move of that kind fails and changes nothing, or any move after `after` others. */
  failNext(kind: Move['do'] | undefined, after = 0, code: 'refused' | 'busy' = 'refused'): void {
    this.#failures.push({
      kind,
      left: after,
      error: { code, what: kind ?? 'a move', said: 'as the test asked' },
    })
  }

  addLink(name: string, as: { readonly up?: boolean; readonly carrier?: boolean } = {}): void {
    const up = as.up ?? true
    if (as.carrier === false && up) this.#unplugged.add(name)
    const carrier = up && !this.#unplugged.has(name)
    const rest = { pointToPoint: false, mtuBytes: 1500, rxBytes: 0, txBytes: 0, ...as }
    this.#tables.addLink({ ...rest, name, index: this.#nextIndex++, up, carrier })
    this.#settings.addInterface(name)
    this.#ring('link', `${name} is there`)
  }

  removeLink(name: string): void {
    this.#tables.removeLink(name)
    this.#ruleset = withoutDevice(this.#ruleset, name)
    this.#unplugged.delete(name)
    this.#settings.removeInterface(name)
    this.#queues.removeLink(name)
    this.#ring('link', `${name} is gone`)
  }

  /** As udev does it: switched off meanwhile. */
  renameLink(name: string, to: string): void {
    this.setLink(name, false)
    this.#tables.renameLink(name, to)
    this.#settings.renameInterface(name, to)
    this.#queues.renameLink(name, to)
    if (this.#unplugged.delete(name)) this.#unplugged.add(to)
    this.setLink(to, true)
  }

  /** A cable in or out. */
  setCarrier(name: string, carrier: boolean): void {
    if (carrier) this.#unplugged.delete(name)
    else this.#unplugged.add(name)
    const isUp = this.#tables.links.some((link) => link.name === name && link.up)
    must(this.#tables.setLink(name, isUp, carrier))
    this.#ring('link', `${name} carrier ${carrier}`)
  }

  /** The admin's `ip link set`. */
  setLink(name: string, up: boolean): void {
    must(this.#setLink(name, up))
    this.#ring('link', `${name} up ${up}`)
  }

  /** @param text `198.51.100.2/28` */
  addAddress(dev: string, text: string): void {
    must(this.#tables.addAddress(addressOf(dev, text)))
    this.#ring('address', `${dev} has ${text}`)
  }

  removeAddress(dev: string, text: string): void {
    must(this.#tables.deleteAddress(addressOf(dev, text), this.#settings.promotes(dev)))
    this.#ring('address', `${dev} lost ${text}`)
  }

  addForeignRoute(route: Route): void {
    must(this.#tables.addRoute(route))
    this.#ring('route', 'a foreign route')
  }

  removeRoute(route: Route): void {
    must(this.#tables.deleteRoute(route))
    this.#ring('route', 'a route is gone')
  }

  addForeignRule(rule: IpRule): void {
    must(this.#tables.addRule(rule))
    this.#ring('rule', 'a foreign rule')
  }

  removeRule(rule: IpRule): void {
    must(this.#tables.deleteRule(rule))
    this.#ring('rule', 'a rule is gone')
  }

  removeNexthop(id: number): void {
    must(this.#tables.deleteNexthop(id))
    this.#ring('nexthop', 'a nexthop is gone')
  }

  /** `nft flush ruleset`, which nobody announces. */
  flushRuleset(): void {
    this.#ruleset = undefined
  }

  /** The admin's `ip link set … mtu …`. */
  setMtu(name: string, mtuBytes: number): void {
    must(this.#tables.setMtu(name, mtuBytes))
    this.#ring('link', `${name} mtu ${mtuBytes}`)
  }

  /** The admin's `tc qdisc add`, which nobody announces. */
  addQueue(queue: OtherQueue): void {
    this.#queues.add(queue)
  }

  /** Somebody was asked for his hardware address and did not answer. */
  fallSilent(neighbour: SilentNeighbour): void {
    this.#neighbours.ask(neighbour)
  }

  /** He told his hardware address, or another one than before. */
  meet(neighbour: Neighbour): void {
    this.#neighbours.meet(neighbour)
  }

  /** Somebody's connections, as connection tracking keeps them; not told: established TCP over IPv4 of hosts behind the box. */
  connect(carrying: Mark, connections = 1, as: Partial<Omit<FakeConnection, 'mark'>> = {}): void {
    const usual = { family: 'ipv4', kind: 'tcp', answered: true, begunBy: 'inside' } as const
    this.#connections.add({ ...usual, ...as, mark: carrying }, connections)
  }

  /** Connections that a counter of ours has seen. */
  count(name: string, connections: number): void {
    this.#chosen.set(name, (this.#chosen.get(name) ?? 0) + connections)
  }

  #carryOut(move: Move): Outcome {
    const tables = this.#tables
    switch (move.do) {
      case 'set-sysctl':
        return this.#settings.write(move.to)
      case 'set-link':
        return this.#then('link', this.#setLink(move.dev, move.up))
      case 'set-mtu':
        return this.#then('link', tables.setMtu(move.dev, move.to))
      case 'add-shaper':
        return this.#queues.set(move.shaper)
      case 'change-shaper':
        return this.#queues.set(move.to)
      case 'delete-shaper':
        return this.#queues.delete(move.shaper)
      case 'forget-neighbour':
        this.#neighbours.forget(move.neighbour)
        return done
      case 'ask-neighbour':
        this.#neighbours.ask(move.neighbour)
        return done
      case 'end-connections':
        this.#connections.end(move)
        return done
      case 'add-address':
        return this.#then('address', tables.addAddress(move.address))
      case 'prolong-address':
        return this.#then('address', tables.prolongAddress(move.address))
      case 'delete-address':
        return this.#then(
          'address',
          tables.deleteAddress(move.address, this.#settings.promotes(move.address.dev)),
        )
      case 'add-nexthop':
        return this.#then('nexthop', tables.addNexthop(move.nexthop))
      case 'change-nexthop':
        return this.#then('nexthop', tables.replaceNexthop(move.to))
      case 'delete-nexthop':
        return this.#then('nexthop', tables.deleteNexthop(move.nexthop.id))
      case 'add-route':
        return this.#then('route', tables.addRoute(move.route))
      case 'change-route':
        return this.#then('route', tables.replaceRoute(move.to))
      case 'delete-route':
        return this.#then('route', tables.deleteRoute(move.route))
      case 'add-rule':
        return this.#then('rule', tables.addRule(move.rule))
      case 'delete-rule':
        return this.#then('rule', tables.deleteRule(move.rule))
      case 'change-ruleset':
        return this.#changeRuleset(move.from, move.to)
      default:
        return unreachable(move)
    }
  }

  #setLink(name: string, up: boolean): Outcome {
    if (!up && !this.#settings.keepsAddresses(name)) this.#tables.dropIpv6Addresses(name)
    return this.#tables.setLink(name, up, !this.#unplugged.has(name))
  }

  /** The text of a change is made for one state only: from any other, elements and chains are not where it says. */
  #changeRuleset(from: Ruleset | undefined, to: Ruleset | undefined): Outcome {
    if (plain(from) !== plain(this.#ruleset)) return refuse('not-found', 'No such file or directory')
    const dangling = to === undefined ? [] : danglingNames(to)
    if (dangling.length > 0) return refuse('not-found', `no such thing: ${dangling.join(', ')}`)
    const absent = to?.flowtable?.devices.find((dev) => this.#tables.links.every(({ name }) => name !== dev))
    if (absent !== undefined) return refuse('not-found', 'No such file or directory')
    this.#ruleset = to
    return done
  }

  #then(about: KernelEvent['about'], outcome: Outcome): Outcome {
    if (outcome.ok) this.#ring(about, 'by a move')
    return outcome
  }

  /** Interfaces that can ask for anybody: on, with carrier and an address. */
  #speaking(): string[] {
    const { links, addresses } = this.#tables
    return links
      .filter(({ name, up, carrier }) => up && carrier && addresses.some(({ dev }) => dev === name))
      .map(({ name }) => name)
  }

  #ring(about: KernelEvent['about'], text: string): void {
    this.#neighbours.keepThoseOn(this.#speaking())
    for (const listener of this.#listeners) queueMicrotask(() => listener({ about, text }))
  }
}

const NOBODY: Endings = { told: 0, ended: 0, left: 0 }

/** What rules and elements name and nobody declares. */
function danglingNames({ chains, maps, counters, flowtable }: Ruleset): string[] {
  const declared = new Set(
    [...chains, ...maps, ...(flowtable === undefined ? [] : [flowtable])]
      .map(({ name }) => name)
      .concat(counters),
  )
  const texts = [
    ...chains.flatMap((chain) => chain.rules.map((rule) => rule.text)),
    ...maps.flatMap((map) => [...map.elements.values()]),
  ]
  return texts
    .flatMap((text) =>
      [...text.matchAll(/(?:goto |jump |counter name |@)(\w+)/g)].map(([, name = '']) => name),
    )
    .filter((name) => !declared.has(name))
}

/** The kernel takes a device that is gone out of a flowtable, and never puts it back. */
const withoutDevice = (ruleset: Ruleset | undefined, dev: string): Ruleset | undefined =>
  ruleset?.flowtable === undefined
    ? ruleset
    : {
        ...ruleset,
        flowtable: {
          ...ruleset.flowtable,
          devices: ruleset.flowtable.devices.filter((device) => device !== dev),
        },
      }

const plain = (ruleset: Ruleset | undefined): string =>
  JSON.stringify(ruleset, (_key, value: unknown) => (value instanceof Map ? [...value] : value)) ?? ''

function addressOf(dev: string, text: string): InterfaceAddress {
  const address = parseHostAddress(text)
  if (address === undefined) throw new Error(`no address: ${text}`)
  return { ...address, dev }
}

/** A test that asks for what cannot be is wrong itself. */
function must(outcome: Outcome): void {
  if (!outcome.ok) throw new Error(outcome.error.said)
}
