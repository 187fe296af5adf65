/** Makes a lab's namespaces and cables in the kernel, and takes them away again. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { eventually } from './eventually.ts'
import { closeNamespace, inNamespace, openNamespace } from './namespace.ts'
import type { Namespace } from './namespace.ts'
import { requirePrivateWorld } from './private-world.ts'
import { providerRuleset } from './provider.ts'
import { mustRun, run } from './run.ts'
import { INTERNET, ROUTER } from './topology.ts'
import type { LabLine, Topology } from './topology.ts'
import {
  cableCommand,
  cablesOf,
  cardCable,
  devicesWithCarrier,
  farSideCommands,
  hostCommands,
  leaseCommands,
  namespaceCommands,
  shapingCommands,
} from './wiring.ts'

export interface World {
  /** Starts the names of all namespaces, so that two labs live side by side. */
  readonly prefix: string
  readonly hosts: ReadonlyMap<string, Namespace>
  /** A number for a further cable. */
  nextCable(): number
  remove(): Promise<void>
}

/** What becomes the router, and how it is found. */
export interface Routers {
  /** `set`: the router's LAN address is there and the device up; `by-router` (default): both are left to it. */
  readonly lanAddress?: 'by-router' | 'set'
  /**
   * `made` (default): a box that never routed. `here`: the box that we are on, with all its services, which must have
   * no device with a name of the lab's; its settings stay as they are.
   */
  readonly router?: 'made' | 'here'
}

let worldsMade = 0

/** @throws {Error} outside a private world, and when a command is refused; what was made is taken away first; so it is
 * when the signal breaks it off */
export async function makeWorld(
  topology: Topology,
  { lanAddress = 'by-router', router = 'made' }: Routers,
  signal: AbortSignal,
): Promise<World> {
  requirePrivateWorld()
  worldsMade += 1
  const prefix = `lab${process.pid}.${worldsMade}`
  const nameOf = (host: string): string => `${prefix}-${host}`
  const hosts = new Map<string, Namespace>()
  const remove = (): Promise<void> => removeNamespaces(prefix, hosts)

  let cables = 0
  const nextCable = (): number => (cables += 1)
  const routing = new Set([INTERNET, ...topology.lines.map((line) => line.host)])
  const listeners = new Set([
    ROUTER,
    ...(topology.lan6?.clients === 'advertised' ? topology.clients.map(({ host }) => host) : []),
  ])

  try {
    await ipBatch(undefined, namespaceCommands(topology, nameOf, router === 'here' ? [ROUTER] : []))
    signal.throwIfAborted()
    for (const host of topology.hosts) {
      const namespace = openNamespace(nameOf(host))
      hosts.set(host, namespace)
      if (host === ROUTER && router === 'here') continue
      // Before there are devices, because they copy the defaults.
      setSysctls(namespace, { forwards: routing.has(host), strict: host === ROUTER })
      if (topology.lan6) setSysctls6(namespace, { forwards: routing.has(host), listens: listeners.has(host) })
    }
    await ipBatch(
      undefined,
      cablesOf(topology).map((cable) => cableCommand(cable, nextCable(), nameOf)),
    )
    signal.throwIfAborted()
    await Promise.all(topology.lines.map((line) => setUpProvider(line, hostOf(hosts, line.host))))
    for (const wave of hostCommands(topology, lanAddress)) {
      signal.throwIfAborted()
      await Promise.all(wave.map(({ host, commands }) => ipBatch(hostOf(hosts, host), commands)))
    }
    await Promise.all(
      Array.from(devicesWithCarrier(topology, lanAddress), ([host, devices]) =>
        waitForCarrier(hostOf(hosts, host), devices, signal),
      ),
    )
  } catch (cause) {
    await remove()
    throw cause
  }
  return { prefix, hosts, nextCable, remove }
}

/** Takes the router's device away. */
export async function unplugCard(world: World, line: LabLine): Promise<void> {
  const { toHost, toDevice } = cardCable(line)
  await ipBatch(hostOf(world.hosts, toHost), [`link delete ${toDevice}`])
}

/** Plugs it in again; a device made anew is as bare as the first was. */
export async function plugCard(world: World, line: LabLine, behindIt: readonly LabLine[]): Promise<void> {
  const cable = cardCable(line)
  const nameOf = (host: string): string => hostOf(world.hosts, host).name
  await ipBatch(undefined, [cableCommand(cable, world.nextCable(), nameOf)])
  await ipBatch(hostOf(world.hosts, cable.toHost), farSideCommands(line))
  if (line.splitter === undefined) await shapeLine(line, hostOf(world.hosts, line.host))
  await ipBatch(hostOf(world.hosts, ROUTER), behindIt.flatMap(leaseCommands))
}

/** @throws {Error} for a name that is none */
export function hostOf(hosts: ReadonlyMap<string, Namespace>, name: string): Namespace {
  const namespace = hosts.get(name)
  if (namespace === undefined)
    throw new Error(`the lab has no host "${name}"; it has ${Array.from(hosts.keys()).join(', ')}`)
  return namespace
}

/** Runs `ip` commands on a host, as one process. */
export async function ipBatch(namespace: Namespace | undefined, commands: readonly string[]): Promise<void> {
  if (commands.length > 0)
    await mustRun(namespace, ['ip', '-batch', '-'], { input: `${commands.join('\n')}\n` })
}

/** Until then a device takes packets and loses them. */
async function waitForCarrier(
  host: Namespace,
  devices: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await eventually(
    () => mustRun(host, ['ip', '-o', 'link', 'show', 'up']),
    (links) => devices.every((device) => new RegExp(` ${device}@[^\n]* state UP `).test(links)),
    { what: `carrier on ${devices.join(', ')} of ${host.name}`, intervalMs: 5, signal },
  )
}

async function setUpProvider(line: LabLine, provider: Namespace): Promise<void> {
  await Promise.all([
    mustRun(provider, ['nft', '-f', '-'], { input: providerRuleset(line) }),
    shapeLine(line, provider),
  ])
}

/** To its speeds, where it has any. */
export async function shapeLine(line: LabLine, provider: Namespace): Promise<void> {
  const commands = shapingCommands(line)
  if (commands.length > 0)
    await mustRun(provider, ['tc', '-batch', '-'], { input: `${commands.join('\n')}\n` })
}

/**
 * A new namespace copies the IPv4 settings of the machine's first one, so all that matters is set here.
 * The router starts as a box that never routed, with the strict `rp_filter` many distributions ship: the hardest
 * start for us. Providers and internet route whatever comes.
 */
function setSysctls(
  namespace: Namespace,
  { forwards, strict }: { forwards: boolean; strict: boolean },
): void {
  inNamespace(namespace, () => {
    writeFileSync('/proc/sys/net/ipv4/ip_forward', forwards ? '1' : '0')
    for (const scope of ['all', 'default'])
      writeFileSync(`/proc/sys/net/ipv4/conf/${scope}/rp_filter`, strict ? '1' : '0')
  })
}

/**
 * Addresses are there at once instead of after a second in which the kernel asks whether anybody else has them.
 * @param listens to router advertisements, as the kernel does unless it is told otherwise
 */
function setSysctls6(
  namespace: Namespace,
  { forwards, listens }: { forwards: boolean; listens: boolean },
): void {
  const set = (scope: 'all' | 'default', name: string, value: string): void =>
    writeFileSync(`/proc/sys/net/ipv6/conf/${scope}/${name}`, value)
  inNamespace(namespace, () => {
    set('default', 'accept_dad', '0')
    set('default', 'accept_ra', listens ? '1' : '0')
    set('all', 'forwarding', forwards ? '1' : '0')
  })
}

/** By the names in /run/netns, so that half-made worlds go too. What is gone already is no failure. */
async function removeNamespaces(prefix: string, hosts: Map<string, Namespace>): Promise<void> {
  for (const namespace of hosts.values()) closeNamespace(namespace)
  hosts.clear()
  const left = (): string[] =>
    existsSync(NAMESPACES) ? readdirSync(NAMESPACES).filter((name) => name.startsWith(`${prefix}-`)) : []
  if (left().length === 0) return
  const input = left()
    .map((name) => `netns delete ${name}\n`)
    .join('')
  const { stderr } = await run(undefined, ['ip', '-force', '-batch', '-'], { input })
  if (left().length > 0) throw new Error(`namespaces that cannot be removed: ${left().join(', ')}\n${stderr}`)
}

const NAMESPACES = '/run/netns'
