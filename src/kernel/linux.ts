import { existsSync } from 'node:fs'
import { release } from 'node:os'
import {
  messageOf,
  fail,
  ok,
  unreachable,
  type Capabilities,
  type ClientBytes,
  type Family,
  type KernelError,
  type KernelRoute,
  type Link,
  type Mark,
  type MarkedConnections,
  type Move,
  type Neighbour,
  type Observed,
  type OffloadKind,
  type Remembered,
  type Result,
  type RouteQuestion,
  type ShapedDevice,
} from '../model/index.ts'
import { orderOf, routeQuestionText, type Order } from '../render/index.ts'
import { rememberedUnder } from './affinity-element.ts'
import { readClientBytes } from './client-bytes.ts'
import { endConnections, listConnections, openConnections } from './conntrack.ts'
import { sweepUseGroups, useGroups } from './control-group.ts'
import {
  endFlows,
  forgetConnections,
  forgetTunnel,
  forgetWithin,
  strandedConnections,
  tellStranded,
} from './endings.ts'
import { ForeignHands } from './foreign-hands.ts'
import { IpChild } from './ip-child.ts'
import { readAddresses, readLinks, readNeighbours, readNexthops, readRoutes, readRules } from './ip-json.ts'
import { watchMonitors, watchNeighbours } from './monitors.ts'
import { NftDoor } from './nft-door.ts'
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
import { readSysctls, writeSysctl } from './sysctls.ts'
import { queuesOf, takeFirstWay } from './queues.ts'
import { Notebook } from './leases/notebook.ts'
import { missingTool } from './required-tools.ts'
import { hasFfi } from './with-ffi.ts'
import { withWireguardPorts } from './wireguard-ports.ts'
import { resolveName } from './resolve-name.ts'
import { radioOf } from './radio.ts'
import { readRouteAnswer } from './route-answer.ts'

/**
 * The Linux kernel of the network namespace we run in.
 * @returns an error where `ip` or `nft` is missing, or where we may not look
 */
export async function openLinuxKernel(): Promise<Result<Kernel, KernelError>> {
  const missing = await missingTool()
  if (missing !== undefined) return fail(missing)
  const nft = await NftDoor.open()
  const ruleset = await nft.read()
  if (!ruleset.ok) {
    nft.close()
    return ruleset
  }
  const reader = new IpChild(['-N', '-s', '-details', '-json'])
  try {
    const [nexthops, groupMatch] = await Promise.all([reader.run('nexthop show'), knowsGroups(nft)])
    const capabilities = capabilitiesOf(release(), nexthops.error === undefined, groupMatch, await hasFfi())
    const notebook = await Notebook.open(process.env['MULTIHOMED_LEASE_ROOT'])
    return ok(new LinuxKernel(reader, nft, notebook, capabilities))
  } catch (cause) {
    reader.close()
    nft.close()
    return fail({ code: 'refused', what: 'ip -batch', said: messageOf(cause) })
  }
}

/** Resilient groups came with 5.13; older kernels take a plain group, which moves more flows when a line dies. */
function capabilitiesOf(
  kernelRelease: string,
  nexthopObjects: boolean,
  groupMatch: boolean,
  readsQueues: boolean,
): Capabilities {
  const [major = 0, minor = 0] = kernelRelease.split('.').map(Number)
  return {
    kernelRelease,
    nexthopObjects,
    resilientGroups: nexthopObjects && (major > 5 || (major === 5 && minor >= 13)),
    groupMatch,
    flowtables: false, // until somebody asks for them
    // What nobody can read would be set anew in every pass.
    shaping: readsQueues ? 'both' : 'none',
  }
}

/** Kernel, nft and the way the kernel was built must all know it (since 5.13): only trying tells. */
const knowsGroups = async (nft: NftDoor): Promise<boolean> =>
  (
    await nft.check([
      'add table inet multihomed_check',
      'add map inet multihomed_check users { type cgroupsv2 : verdict; }',
      'add chain inet multihomed_check output { type route hook output priority mangle; }',
      'add rule inet multihomed_check output socket cgroupv2 level 1 vmap @users',
    ])
  ).ok

/** Two modules of the kernel, which are loaded with it, and a third for the rule that leads connections to them. */
const knowsFlowtables = async (nft: NftDoor): Promise<boolean> =>
  (
    await nft.check([
      'add table inet multihomed_check',
      'add flowtable inet multihomed_check fast_0 { hook ingress priority filter; devices = { "lo" }; }',
      'add chain inet multihomed_check past_rules { type filter hook forward priority security; }',
      'add rule inet multihomed_check past_rules flow add @fast_0',
    ])
  ).ok

class LinuxKernel implements Kernel {
  capabilities: Capabilities
  readonly #reader: IpChild
  /** In IPv6 `ip` has to be told so of rules and of some routes. */
  readonly #reader6 = new IpChild(['-6', '-N', '-s', '-json'])
  readonly #writers = { ipv4: new IpChild([]), ipv6: new IpChild(['-6']) } as const
  readonly #nft: NftDoor
  readonly #notebook: Notebook
  /** Of the last reading: every link's index and name. */
  #names: string | undefined
  #isOpen = true
  #knowsFlowtables: Promise<boolean> | undefined

  constructor(reader: IpChild, nft: NftDoor, notebook: Notebook, capabilities: Capabilities) {
    this.#reader = reader
    this.#notebook = notebook
    this.#nft = nft
    this.capabilities = capabilities
  }

  async observe(
    sysctlKeys: readonly string[],
    neighbours: readonly string[] = [],
    shaped: readonly ShapedDevice[] = [],
    offload: OffloadKind = 'off',
  ): Promise<Result<Observed, KernelError>> {
    if (offload !== 'off') {
      this.#knowsFlowtables ??= knowsFlowtables(this.#nft)
      this.capabilities = { ...this.capabilities, flowtables: await this.#knowsFlowtables }
    }
    const reading = await this.#read(sysctlKeys, neighbours, shaped)
    if (!reading.ok || !this.#forgetOldNames(reading.value.links)) return reading
    return this.#read(sysctlKeys, neighbours, shaped)
  }

  /**
   * `ip -batch` remembers for life which index a name had: a device that was unplugged and is back would be taken
   * for the one that is gone. New children know nothing. @returns whether there was something to forget
   */
  #forgetOldNames(links: readonly Link[]): boolean {
    const names = links.map(({ name, index }) => `${index} ${name}`).join('\n')
    const areNew = this.#names !== undefined && this.#names !== names
    this.#names = names
    if (areNew) for (const child of this.#children) child.close()
    return areNew
  }

  get #children(): readonly IpChild[] {
    return [this.#reader, this.#reader6, this.#writers.ipv4, this.#writers.ipv6]
  }

  async #read(
    sysctlKeys: readonly string[],
    neighbours: readonly string[],
    shaped: readonly ShapedDevice[],
  ): Promise<Result<Observed, KernelError>> {
    try {
      const [links, addresses, rules, rules6, routes, nexthops, silent, ruleset, ...known] =
        await Promise.all([
          this.#query('link show'),
          this.#query('address show'),
          this.#query('rule show'),
          hasIpv6() ? this.#query('rule show', this.#reader6) : '',
          this.#query('route show table all'),
          this.capabilities.nexthopObjects ? this.#query('nexthop show') : '',
          this.#query('neigh show nud incomplete nud failed'),
          this.#nft.read(),
          ...neighbours.map((address) => this.#query(`neigh show to ${address}`)),
        ])
      if (!ruleset.ok) return ruleset
      const here = (await withWireguardPorts(readLinks(links))).map(withRadio)
      const hops = readNexthops(nexthops)
      return ok({
        links: here,
        leases: this.#notebook.news(here, Date.now()),
        addresses: readAddresses(addresses),
        rules: [...readRules(rules, 'ipv4'), ...readRules(rules6, 'ipv6')],
        routes: readRoutes(routes, hops),
        nexthops: hops,
        silentNeighbours: readNeighbours(silent),
        useGroups: this.capabilities.groupMatch ? useGroups() : [],
        neighbours: known.flatMap(readNeighbours),
        sysctls: readSysctls(sysctlKeys),
        ...(await queuesOf(shaped, here)),
        ruleset: ruleset.value,
        capabilities: this.capabilities,
      })
    } catch (cause) {
      return fail({ code: 'refused', what: 'reading the kernel', said: messageOf(cause) })
    }
  }

  async apply(move: Move): Promise<Result<void, KernelError>> {
    const order = orderOf(move)
    switch (order.tool) {
      case 'nft':
        return this.#nft.change(order.lines)
      case 'conntrack':
        if (order.ended.within !== undefined) return forgetWithin(order.ended, order.ended.within)
        return order.ended.tunnel === undefined
          ? endConnections(order.ended)
          : forgetTunnel(order.ended, order.ended.tunnel)
      case 'sysctl':
        return writeSysctl(order.key, order.value)
      case 'ip':
        return this.#order(order.line, order.family)
      case 'tc':
        return this.#hold(move, order)
      default:
        return unreachable(order)
    }
  }

  /** What the kernel does not know is not tried again. */
  async #hold(move: Move, order: Order & { tool: 'tc' }): Promise<Result<void, KernelError>> {
    const outcome = await takeFirstWay(order)
    if (!outcome.ok && outcome.error.code === 'unsupported' && move.do === 'add-shaper')
      this.capabilities = {
        ...this.capabilities,
        shaping: move.shaper.direction === 'up' ? 'none' : 'outwards',
      }
    return outcome
  }

  async counts(): Promise<Counts> {
    const [chosen, links] = await Promise.all([this.#nft.counters(), this.#query('link show')])
    return {
      chosen,
      traffic: new Map(readLinks(links).map(({ name, rxBytes, txBytes }) => [name, { rxBytes, txBytes }])),
    }
  }

  clientBytes(): Promise<Result<readonly ClientBytes[], KernelError>> {
    return readClientBytes()
  }

  openConnections(mask: Mark): Promise<ReadonlyMap<number, number> | undefined> {
    return openConnections(mask)
  }

  connections(visit: (piece: readonly OpenConnection[]) => void): Promise<Result<void, KernelError>> {
    return listConnections(visit)
  }

  forgetConnections(
    of: MarkedConnections,
    which: Forgettable,
    how: Pick<Telling, 'own'>,
  ): Promise<Result<number, KernelError>> {
    return forgetConnections(of, which, how)
  }

  strandedConnections(of: MarkedConnections): Promise<Result<readonly Stranded[], KernelError>> {
    return strandedConnections(of)
  }

  tellStranded(of: ConnectionsOfLine, how: Telling): Promise<Result<Endings, KernelError>> {
    return tellStranded(of, how)
  }

  endFlows(of: ConnectionsOfLine, how: Telling): Promise<Result<Endings, KernelError>> {
    return endFlows(of, how)
  }

  sweepUseGroups(): void {
    sweepUseGroups()
  }

  async routeOf(question: RouteQuestion): Promise<Result<KernelRoute, KernelError>> {
    const line = routeQuestionText(question)
    if (!this.#isOpen) return fail({ code: 'refused', what: `ip ${line}`, said: CLOSED })
    try {
      const answer = readRouteAnswer(await this.#reader.run(line))
      return answer.ok ? answer : fail(ipError(line, answer.error))
    } catch (cause) {
      return fail({ code: 'refused', what: `ip ${line}`, said: messageOf(cause) })
    }
  }

  rememberedUnder(key: number): Promise<Result<Remembered | undefined, KernelError>> {
    return rememberedUnder(key)
  }

  resolve(name: string): Promise<Result<readonly string[], KernelError>> {
    return resolveName(name)
  }

  watch(onEvent: (event: KernelEvent) => void): { close(): void } {
    let hands: ForeignHands | undefined
    let isOpen = true
    void ForeignHands.open(onEvent).then((opened) => {
      if (isOpen) hands = opened
      else opened?.close()
    })
    const notes = this.#notebook.watch(() =>
      onEvent({ about: 'lease', text: 'news of resolvers, gateways or lifetimes' }),
    )
    const monitors = watchMonitors((event) => {
      hands?.ring()
      if (event.about === 'link' || event.about === 'address') notes.ring()
      onEvent(event)
    })
    return {
      close() {
        isOpen = false
        monitors.close()
        notes.close()
        hands?.close()
      },
    }
  }

  watchNeighbours(
    neighbours: readonly Neighbour[],
    onEvent: (event: KernelEvent) => void,
  ): { close(): void } {
    return watchNeighbours(neighbours, onEvent)
  }

  /** What is asked afterwards is refused: a new child would keep the process alive. */
  close(): void {
    this.#isOpen = false
    for (const child of this.#children) child.close()
    this.#nft.close()
  }

  async #order(line: string, family: Family = 'ipv4'): Promise<Result<void, KernelError>> {
    if (!this.#isOpen) return fail({ code: 'refused', what: `ip ${line}`, said: CLOSED })
    try {
      const answer = await this.#writers[family].run(line)
      return answer.error === undefined ? ok(undefined) : fail(ipError(line, answer.error))
    } catch (cause) {
      return fail({ code: 'refused', what: `ip ${line}`, said: messageOf(cause) })
    }
  }

  async #query(line: string, reader = this.#reader): Promise<string> {
    if (!this.#isOpen) throw new Error(CLOSED)
    const answer = await reader.run(line)
    if (answer.error !== undefined) throw new Error(`ip ${line}: ${answer.error}`)
    return answer.output
  }
}

/** Only of what nobody made: a bridge has no antenna. */
function withRadio(link: Link): Link {
  const radio = link.kind === undefined ? radioOf(link.name, link.index) : undefined
  return radio === undefined ? link : { ...link, radio }
}

/** Not where it was left out or turned off at boot (`ipv6.disable=1`): whoever asks for its rules is refused then. */
const hasIpv6 = (): boolean => existsSync('/proc/sys/net/ipv6/conf')

const CLOSED = 'the kernel was closed'

/** The kernel's errno, and its own words (extack, newer than some errno), in the words of `ip`. */
function ipError(line: string, said: string): KernelError {
  const what = `ip ${line}`
  if (/Operation not permitted/.test(said))
    return { code: 'not-permitted', what, said, needs: 'CAP_NET_ADMIN' }
  if (/File exists|already assigned/.test(said)) return { code: 'exists', what, said }
  if (GONE.test(said)) return { code: 'not-found', what, said }
  if (NOT_NOW.test(said)) return { code: 'busy', what, said }
  if (/not supported/i.test(said)) return { code: 'unsupported', what, said }
  return { code: 'refused', what, said }
}

/** Devices are missed in five ways; the table is missing when it went with its last route. */
const GONE =
  /No such (process|file|device)|Cannot find device|Cannot assign requested address|[Aa]ddress not found|Nexthop id does not exist|Invalid nexthop id|Device does not exist|Device not found|Invalid device index|FIB table does not exist/

/** Something went between reading and doing: link, carrier or address. Another look tells. */
const NOT_NOW =
  /busy|Network is (down|unreachable)|device is not up|device is down|invalid gateway|Invalid prefsrc address/i
