import {
  MAIN_TABLE,
  containsAddress,
  fail,
  familyOf,
  formatPrefix,
  isLinkLocal,
  networkOf,
  ok,
  type HostAddress,
  type InterfaceAddress,
  type IpRule,
  type KernelError,
  type Link,
  type Nexthop,
  type Result,
  type Route,
} from '../model/index.ts'

export type Outcome = Result<void, KernelError>

export const done: Outcome = ok(undefined)
export const refuse = (code: 'exists' | 'not-found' | 'busy' | 'refused', said: string): Outcome =>
  fail({ code, what: 'the pretend kernel', said })

/** On routes that the kernel itself adds with an address (RTPROT_KERNEL). */
const KERNEL_PROTOCOL = 2

/**
 * Links, addresses, routes, nexthops and rules that hang together as in Linux 6.18: what is refused, and what goes
 * away with what. IPv4 only, and without the local table. `contract.ts` holds it against the real kernel.
 */
export class FakeTables {
  links: Link[] = []
  addresses: InterfaceAddress[] = []
  /** By priority, later ones behind earlier ones of the same. */
  rules: IpRule[] = []
  routes: Route[] = []
  nexthops: Nexthop[] = []

  addRule(rule: IpRule): Outcome {
    if (this.rules.some((held) => sameText(held, rule))) return refuse('exists', 'File exists')
    const behind = this.rules.findIndex((held) => held.priority > rule.priority)
    this.rules.splice(behind === -1 ? this.rules.length : behind, 0, rule)
    return done
  }

  /** The first that fits: a selector that is not named fits every value, as `ip rule del` has it. */
  deleteRule(rule: IpRule): Outcome {
    const found = this.rules.findIndex((held) => fits(held, rule))
    if (found === -1) return refuse('not-found', 'No such file or directory')
    this.rules.splice(found, 1)
    return done
  }

  addRoute(route: Route): Outcome {
    const refused = this.#refusedRoute(route)
    if (!refused.ok) return refused
    if (this.routes.some((held) => samePlace(held, route))) return refuse('exists', 'File exists')
    this.routes.push(route)
    return done
  }

  replaceRoute(route: Route): Outcome {
    const refused = this.#refusedRoute(route)
    if (!refused.ok) return refused
    const found = this.routes.findIndex((held) => samePlace(held, route))
    this.routes.splice(found === -1 ? this.routes.length : found, 1, route)
    return done
  }

  deleteRoute(route: Route): Outcome {
    const found = this.routes.findIndex((held) => fits(held, route))
    if (found === -1) return refuse('not-found', 'No such process')
    this.routes.splice(found, 1)
    return done
  }

  addNexthop(nexthop: Nexthop): Outcome {
    const held = this.nexthops.find((candidate) => candidate.id === nexthop.id)
    const refused = this.#refusedNexthop(nexthop)
    if (!refused.ok) return refused
    if (held !== undefined) return refuse('exists', 'File exists')
    this.nexthops = [...this.nexthops, nexthop]
    return done
  }

  replaceNexthop(nexthop: Nexthop): Outcome {
    const held = this.nexthops.find((candidate) => candidate.id === nexthop.id)
    const refused = this.#refusedNexthop(nexthop)
    if (!refused.ok) return refused
    if (held?.kind === 'group' && nexthop.kind === 'group' && held.resilient !== nexthop.resilient)
      return refuse('refused', 'Can not replace a nexthop group with one of a different type.')
    this.nexthops = [...this.nexthops.filter((other) => other !== held), nexthop]
    return done
  }

  /** A nexthop leaves its groups; what is left without a member, or without its nexthop, goes as well. */
  deleteNexthop(id: number): Outcome {
    if (!this.nexthops.some((held) => held.id === id)) return refuse('not-found', 'No such file or directory')
    this.nexthops = this.nexthops
      .filter((held) => held.id !== id)
      .map((held) =>
        held.kind === 'single' ? held : { ...held, members: held.members.filter((one) => one.id !== id) },
      )
    this.routes = this.routes.filter((route) => route.nexthopId !== id)
    const empty = this.nexthops.find((held) => held.kind === 'group' && held.members.length === 0)
    if (empty !== undefined) this.deleteNexthop(empty.id)
    return done
  }

  addAddress(address: InterfaceAddress): Outcome {
    if (this.#link(address.dev) === undefined) return refuse('not-found', 'Cannot find device')
    if (this.addresses.some((held) => sameAddress(held, address)))
      return refuse('exists', 'ipv4: Address already assigned.')
    this.addresses.push(address)
    if (this.#link(address.dev)?.up === true) this.#connect(address)
    return done
  }

  prolongAddress(address: InterfaceAddress): Outcome {
    const at = this.addresses.findIndex((held) => sameAddress(held, address))
    if (at === -1) return refuse('not-found', 'ipv4: Address not found.')
    this.addresses[at] = address
    return done
  }

  /** Main forgets routes with that source, other tables do not; with a device's last address all its routes go. */
  deleteAddress(address: InterfaceAddress, promotes: boolean): Outcome {
    if (!this.addresses.some((held) => sameAddress(held, address)))
      return refuse('not-found', 'ipv4: Address not found.')
    // In IPv6 none is the first of its network.
    const gone =
      promotes || address.family === 'ipv6'
        ? this.addresses.filter((held) => sameAddress(held, address))
        : this.#withSecondaries(address)
    this.addresses = this.addresses.filter((held) => !gone.includes(held))
    const left = this.addresses.some(({ dev, family }) => dev === address.dev && family === address.family)
    this.routes = this.routes.filter((route) => {
      if (route.family !== address.family) return true
      if (address.family === 'ipv6') return !isConnected(route, address) || this.#isHeldIn(route)
      if (!left && route.dev === address.dev) return false
      return route.table !== MAIN_TABLE || !gone.some((held) => held.address === route.src)
    })
    if (address.family === 'ipv6') return done
    const promoted = this.addresses.find((held) => held.dev === address.dev && sameNetwork(held, address))
    if (promoted !== undefined && this.#link(address.dev)?.up === true) this.#connect(promoted)
    return done
  }

  /** What the kernel does with those of a link that is switched off, unless it is asked to keep them. */
  dropIpv6Addresses(dev: string): void {
    for (const held of this.addresses)
      if (held.dev === dev && held.family === 'ipv6') this.deleteAddress(held, true)
  }

  #isHeldIn = ({ destination, dev }: Route): boolean =>
    this.addresses.some(
      (held) => held.dev === dev && formatPrefix(networkOf(held)) === formatPrefix(destination),
    )

  addLink(link: Link): void {
    this.links.push(link)
  }

  /**
   * Off: its routes and nexthops go, its IPv4 addresses stay. On again: only connected routes come back. Without
   * carrier it loses its nexthops alone.
   */
  setLink(name: string, up: boolean, carrier: boolean): Outcome {
    const link = this.#link(name)
    if (link === undefined) return refuse('not-found', 'Cannot find device')
    this.links = this.links.map((held) => (held === link ? { ...held, up, carrier: up && carrier } : held))
    if (!up) this.#dropRoutesOf(name)
    if (!carrier) this.#dropNexthopsOf(name)
    if (!link.up && up) for (const address of this.addresses) if (address.dev === name) this.#connect(address)
    return done
  }

  /** The bounds are those of a virtual Ethernet card. */
  setMtu(name: string, mtuBytes: number): Outcome {
    const link = this.#link(name)
    if (link === undefined) return refuse('not-found', 'Cannot find device')
    if (mtuBytes > 65_535) return refuse('refused', 'Error: mtu greater than device maximum.')
    if (mtuBytes < 68) return refuse('refused', 'Error: mtu less than device minimum.')
    this.links = this.links.map((held) => (held === link ? { ...held, mtuBytes } : held))
    return done
  }

  /** One that is switched off, so no route or nexthop knows it; rules go on with the name that they were given. */
  renameLink(name: string, to: string): void {
    this.links = this.links.map((link) => (link.name === name ? { ...link, name: to } : link))
    this.addresses = this.addresses.map((held) => (held.dev === name ? { ...held, dev: to } : held))
  }

  removeLink(name: string): void {
    this.#dropRoutesOf(name)
    this.addresses = this.addresses.filter((address) => address.dev !== name)
    this.links = this.links.filter((link) => link.name !== name)
  }

  #dropRoutesOf(dev: string): void {
    this.routes = this.routes.filter((route) => route.dev !== dev)
    this.#dropNexthopsOf(dev)
  }

  #dropNexthopsOf(dev: string): void {
    for (const nexthop of this.nexthops) {
      if (nexthop.kind === 'single' && nexthop.dev === dev) this.deleteNexthop(nexthop.id)
    }
  }

  #connect(address: InterfaceAddress): void {
    const destination = networkOf(address)
    const route: Route = {
      family: address.family,
      table: MAIN_TABLE,
      type: 'unicast',
      destination,
      dev: address.dev,
      ...(address.family === 'ipv4' ? { src: address.address, metric: 0 } : { metric: 256 }),
      protocol: KERNEL_PROTOCOL,
    }
    const isSecondary = this.routes.some((held) => held.dev === route.dev && samePlace(held, route))
    const isHost = destination.length === (address.family === 'ipv4' ? 32 : 128)
    if (!isHost && !isSecondary) this.routes.push(route)
  }

  /** Unless `promote_secondaries` is on the first address of a network takes the later ones along. */
  #withSecondaries(address: InterfaceAddress): InterfaceAddress[] {
    const network = this.addresses.filter((held) => held.dev === address.dev && sameNetwork(held, address))
    const first = network[0]
    return first !== undefined && sameAddress(first, address)
      ? network
      : network.filter((held) => sameAddress(held, address))
  }

  #refusedRoute(route: Route): Outcome {
    if (route.nexthopId !== undefined) {
      return this.nexthops.some((held) => held.id === route.nexthopId)
        ? done
        : refuse('not-found', 'Nexthop id does not exist.')
    }
    if (route.type !== 'unicast') return done
    const refused = this.#refusedWay(route)
    if (!refused.ok) return refused
    return route.src === undefined || this.addresses.some((held) => held.address === route.src)
      ? done
      : refuse('busy', 'Invalid prefsrc address.')
  }

  #refusedNexthop(nexthop: Nexthop): Outcome {
    if (nexthop.kind === 'group') {
      const singles = this.nexthops.filter((one) => one.kind === 'single').map((one) => one.id)
      return nexthop.members.every((member) => singles.includes(member.id))
        ? done
        : refuse('not-found', 'Invalid nexthop id.')
    }
    const refused = this.#refusedWay(nexthop)
    if (!refused.ok) return refused
    // A route may lead over a link without carrier, a nexthop may not.
    return this.#link(nexthop.dev)?.carrier === true
      ? done
      : refuse('busy', 'Carrier for nexthop device is down.')
  }

  #refusedWay(way: { readonly dev?: string; readonly via?: string; readonly onlink?: boolean }): Outcome {
    const link = this.#link(way.dev)
    if (link === undefined) return refuse('not-found', 'Cannot find device')
    if (!link.up) return refuse('busy', 'Nexthop device is not up.')
    if (way.via === undefined || this.#isReachable(way.via, link.name, way.onlink === true)) return done
    return refuse('busy', 'Nexthop has invalid gateway.')
  }

  /**
   * The kernel looks a gateway up as it would a packet, by the rules: without one that leads to main none is found. In
   * IPv6 every link has those of the link.
   */
  #isReachable(gateway: string, dev: string, onlink: boolean): boolean {
    return (
      onlink ||
      (familyOf(gateway) === 'ipv6' && isLinkLocal(gateway)) ||
      (this.#asksMain &&
        this.routes.some(
          (route) =>
            route.table === MAIN_TABLE &&
            route.dev === dev &&
            route.via === undefined &&
            containsAddress(route.destination, gateway),
        ))
    )
  }

  /** A box without any rule is a test's that speaks of none. */
  get #asksMain(): boolean {
    return this.rules.length === 0 || this.rules.some((rule) => rule.table === MAIN_TABLE)
  }

  #link = (name: string | undefined): Link | undefined => this.links.find((link) => link.name === name)
}

/** Every field that `wanted` names is as in `held`. */
const fits = (held: object, wanted: object): boolean =>
  Object.entries(wanted).every(
    ([key, value]) =>
      (Array.isArray(value) && value.length === 0) ||
      sameText((held as Record<string, unknown>)[key], value as unknown),
  )

const samePlace = (a: Route, b: Route): boolean =>
  a.family === b.family &&
  a.table === b.table &&
  a.metric === b.metric &&
  formatPrefix(a.destination) === formatPrefix(b.destination)

const isConnected = (route: Route, address: InterfaceAddress): boolean =>
  route.protocol === KERNEL_PROTOCOL &&
  route.dev === address.dev &&
  formatPrefix(route.destination) === formatPrefix(networkOf(address))

const sameNetwork = (a: HostAddress, b: HostAddress): boolean =>
  formatPrefix(networkOf(a)) === formatPrefix(networkOf(b))

const sameAddress = (a: InterfaceAddress, b: InterfaceAddress): boolean =>
  a.dev === b.dev && a.address === b.address && a.length === b.length

/** Alike whatever the order of their keys. */
const sameText = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && sorted(a) === sorted(b))

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
