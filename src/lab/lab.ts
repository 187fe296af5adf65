import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PROBE_PORTS, witnessAddresses } from '../model/index.ts'
import { advertise } from './advertising.ts'
import type { Advertisement } from './advertising.ts'
import { askUdp, httpGet, openUdpTalker, ping } from './asking.ts'
import type { AskOptions, PingOptions, UdpTalker } from './asking.ts'
import { openConnection } from './connection.ts'
import type { ConnectOptions, Connection } from './connection.ts'
import { commandEnvironment, runCommand, startDaemon } from './daemon-process.ts'
import type { DaemonOptions, DaemonPaths, DaemonProcess } from './daemon-process.ts'
import type { Fault, FaultKind } from './fault.ts'
import { openInflictions } from './inflicting.ts'
import type { Inflicted } from './inflicting.ts'
import { openDelays } from './delays.ts'
import { runLoad } from './load.ts'
import type { LoadOptions, LoadResult } from './load.ts'
import type { Namespace } from './namespace.ts'
import { assignAddresses, countWrongSource, listWrongSources } from './provider.ts'
import type { WrongSource } from './provider.ts'
import { openRenumbering } from './renumbering.ts'
import { mustRun, run } from './run.ts'
import type { Output, RunOptions } from './run.ts'
import { PORTS, startServer } from './servers.ts'
import type { LabServer, Seen, ServerKind } from './servers.ts'
import type { SocketOptions } from './sockets.ts'
import { INTERNET, lineOfAddress, planTopology, ROUTER } from './topology.ts'
import type { LabLine, Topology, TopologyOptions } from './topology.ts'
import { watchLinks } from './watch-links.ts'
import type { LinkWatch } from './watch-links.ts'
import { hostOf, makeWorld, plugCard, unplugCard } from './world.ts'
import type { Routers } from './world.ts'

export interface LabOptions extends TopologyOptions, Routers {
  /** Breaks off the building and whatever goes on in the lab; its removal is still the owner's. */
  readonly signal?: AbortSignal
}

/** Hosts are called `internet`, `router`, `switch`, `isp-LINE`, `client-1`…; unknown names throw. */
export interface Lab extends AsyncDisposable {
  readonly topology: Topology
  /** A private directory, gone with the lab. */
  readonly directory: string
  host(name: string): Namespace
  line(name: string): LabLine
  /** The line by which the internet sees this address. */
  lineOfAddress(address: string): string | undefined

  /** Runs a program on a host. Rejects only when it cannot be started. */
  run(host: string, argv: readonly string[], options?: RunOptions): Promise<Output>
  /** Same, for what must succeed. @returns what it printed */
  must(host: string, argv: readonly string[], options?: RunOptions): Promise<string>

  /** One new connection, one request. */
  httpGet(host: string, server: string, options?: AskOptions): Promise<Seen>
  /** A connection that stays; default port 7. Also from the internet to a customer's address. */
  openConnection(
    host: string,
    address: string,
    options?: ConnectOptions & { port?: number },
  ): Promise<Connection>
  askUdp(host: string, server: string, options?: AskOptions): Promise<Seen>
  openUdpTalker(host: string, options?: SocketOptions): Promise<UdpTalker>
  ping(host: string, address: string, options?: PingOptions): ReturnType<typeof ping>
  /** A further server; those of the internet are there. */
  listen(host: string, kind: ServerKind, address: string, port?: number): Promise<LabServer>
  load(options: LoadOptions): Promise<LoadResult>

  /**
   * Does something bad to a line, for as long as it is not mended; several things may be wrong at once.
   * @throws {CannotPlay} what this machine or this line does not allow
   */
  inflict(line: string, fault: Fault): Promise<Inflicted>
  /** What is wrong with a line, the oldest first. */
  inflicted(line: string): readonly Inflicted[]
  /** Mends all that was inflicted on a line. */
  restore(line: string): Promise<void>
  /** `carrier`, unless it is so already; behind a card with several providers the router sees nothing of it. */
  cut(line: string): Promise<void>
  /** `internet-gone`, unless it is so already. */
  blackhole(line: string): Promise<void>
  /** `device-removed`, unless it is so already. */
  unplug(line: string): Promise<void>
  /** A new device of the same name, bare as at the start (for `by-provider`: with address and default route). */
  replug(line: string): Promise<void>
  /**
   * The provider gives other addresses to its customer, and takes packets from no others of their family. In IPv6
   * they may be networks.
   */
  assignAddresses(line: string, addresses: readonly string[]): Promise<void>
  /**
   * The provider delegates another IPv6 prefix, and has nothing to do with the old one any more. Where it gives the
   * addresses, the router is told as by a DHCPv6 client that keeps the LAN's address in it.
   * @returns the new prefix
   */
  renumber(line: string): Promise<string>
  /** Sends one router advertisement to everybody on a host's device. */
  advertise(host: string, device: string, advertisement: Advertisement): void
  /** Packets the provider got from any other source, and dropped. Of all lines when none is given. */
  wrongSourcePackets(line?: string): Promise<number>
  wrongSources(line: string): Promise<WrongSource[]>
  watchLinks(host?: string): Promise<LinkWatch>

  /** Paths of the router's own installation of the program. */
  readonly daemonPaths: DaemonPaths
  startDaemon(options: DaemonOptions): Promise<DaemonProcess>
  /** What tells our program where the lab's daemon is. */
  readonly commandEnvironment: Readonly<Record<string, string>>
  /** `multihome ARGUMENTS` on the router. */
  command(args: readonly string[], program?: readonly string[]): Promise<Output>

  /**
   * Ends daemons, servers and connections and takes everything away; what is just beginning too. From then on
   * nothing can be begun. May be called again.
   */
  remove(): Promise<void>
}

/** @throws {RangeError} for impossible options @throws {Error} outside a private world @throws the signal's reason */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  const topology = planTopology(options)
  const going = new AbortController()
  const signal = AbortSignal.any([going.signal, ...(options.signal ? [options.signal] : [])])
  const world = await makeWorld(topology, options, signal)
  // Disposed of in reverse order: what lives on hosts goes before the hosts.
  const belongings = new AsyncDisposableStack()
  belongings.defer(() => world.remove())

  let removal: Promise<void> | undefined
  const remove = (): Promise<void> => {
    going.abort(new Error('the lab is being removed'))
    return (removal ??= belongings.disposeAsync())
  }

  /** Whatever is done in the lab asks for its host first. */
  const host = (name: string): Namespace => {
    signal.throwIfAborted()
    return hostOf(world.hosts, name)
  }
  const line = (name: string): LabLine => {
    const found = topology.lines.find((candidate) => candidate.name === name)
    if (found) return found
    throw new Error(
      `the lab has no line "${name}"; it has ${topology.lines.map((known) => known.name).join(', ')}`,
    )
  }
  const provider = (name: string): Namespace => host(line(name).host)
  /** Has it ended together with the lab, also when that goes before the thing is there. */
  const keep = <T>(beginning: Promise<T>, end: (thing: T) => unknown): Promise<T> => {
    belongings.defer(async () => {
      const [outcome] = await Promise.allSettled([beginning])
      if (outcome.status === 'fulfilled') await end(outcome.value)
    })
    return beginning
  }
  const closing = <T extends { close(): void }>(beginning: Promise<T>): Promise<T> =>
    keep(beginning, (it) => it.close())
  let faults = 0
  const renumber = openRenumbering(topology)
  const delays = openDelays(host)
  belongings.defer(() => delays.abandon())
  const inflictions = openInflictions({
    host,
    delay: (it, addedMs) => delays.set(it, addedMs),
    nextNumber: () => (faults += 1),
    unplug: (it) => unplugCard(world, it),
    replug: (it) =>
      plugCard(
        world,
        it,
        topology.lines.filter(({ device }) => device === it.device),
      ),
  })
  belongings.defer(() => inflictions.abandon())
  const ofKind = (name: string, kind: FaultKind): Inflicted | undefined =>
    inflictions.on(line(name)).find(({ fault }) => fault.kind === kind && !('family' in fault))
  const unlessSo = async (
    name: string,
    kind: 'carrier' | 'internet-gone' | 'device-removed',
  ): Promise<void> => {
    if (ofKind(name, kind) === undefined) await inflictions.inflict(line(name), { kind })
  }
  const listen: Lab['listen'] = async (name, kind, address, port = PORTS[kind]) =>
    closing(startServer(host(name), kind, address, port))

  try {
    const directory = await keep(mkdtemp(`/run/${world.prefix}-`), (path) =>
      rm(path, { recursive: true, force: true }),
    )
    const daemonPaths: DaemonPaths = {
      config: join(directory, 'config.yaml'),
      stateDir: join(directory, 'state'),
      socket: join(directory, 'multihomed.sock'),
    }
    for (const server of [...topology.servers, ...topology.servers6])
      for (const kind of ['http', 'echo', 'source', 'sink', 'udp-echo'] as const)
        await listen(INTERNET, kind, server)
    const witnesses = [...witnessAddresses('ipv4'), ...(topology.lan6 ? witnessAddresses('ipv6') : [])]
    for (const address of witnesses) {
      await listen(INTERNET, 'resolver', address)
      await listen(INTERNET, 'to-https', address)
      await listen(INTERNET, 'echo', address, PROBE_PORTS.tcp)
    }

    for (const one of topology.lines) if (one.delayMs > 0) await delays.set(one, 0)

    return {
      topology,
      directory,
      host,
      line,
      lineOfAddress: (address) => lineOfAddress(topology, address)?.name,

      run: async (name, argv, runOptions) => run(host(name), argv, { signal, ...runOptions }),
      must: async (name, argv, runOptions) => mustRun(host(name), argv, { signal, ...runOptions }),

      httpGet: async (name, server, askOptions) => httpGet(host(name), server, { signal, ...askOptions }),
      openConnection: async (name, address, { port = PORTS.echo, ...connectOptions } = {}) =>
        closing(openConnection(host(name), address, port, { signal, ...connectOptions })),
      askUdp: async (name, server, askOptions) => askUdp(host(name), server, askOptions),
      openUdpTalker: async (name, socketOptions) => closing(openUdpTalker(host(name), socketOptions)),
      ping: async (name, address, pingOptions) => ping(host(name), address, { signal, ...pingOptions }),
      listen,
      load: (loadOptions) => runLoad(topology, host, loadOptions, signal),

      inflict: async (name, fault) => inflictions.inflict(line(name), fault),
      inflicted: (name) => inflictions.on(line(name)),
      restore: async (name) => {
        for (const inflicted of inflictions.on(line(name))) await inflicted.mend()
      },
      cut: (name) => unlessSo(name, 'carrier'),
      blackhole: (name) => unlessSo(name, 'internet-gone'),
      unplug: (name) => unlessSo(name, 'device-removed'),
      replug: async (name) => ofKind(name, 'device-removed')?.mend(),
      assignAddresses: async (name, addresses) => assignAddresses(provider(name), addresses),
      renumber: async (name) => renumber(line(name), host),
      advertise: (name, device, advertisement) => advertise(host(name), device, advertisement),
      wrongSourcePackets: async (name) => {
        const names = name === undefined ? topology.lines.map((known) => known.name) : [name]
        const counts = await Promise.all(names.map((one) => countWrongSource(provider(one))))
        return counts.reduce((sum, count) => sum + count, 0)
      },
      wrongSources: async (name) => listWrongSources(provider(name)),
      watchLinks: async (name = ROUTER) => keep(watchLinks(host(name), signal), (watch) => watch.stop()),

      daemonPaths,
      commandEnvironment: commandEnvironment(daemonPaths),
      startDaemon: async ({ paths = daemonPaths, ...daemonOptions }) =>
        keep(startDaemon(host(ROUTER), paths, { signal, ...daemonOptions }), (daemon) => daemon.kill()),
      command: async (args, program) => runCommand(host(ROUTER), daemonPaths, args, { program, signal }),

      remove,
      [Symbol.asyncDispose]: remove,
    }
  } catch (cause) {
    await remove()
    throw cause
  }
}
