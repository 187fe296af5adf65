/** How each fault is played with namespaces, `ip` and `nft`. */
import { unreachable } from '../model/index.ts'
import { CannotPlay } from './cannot-play.ts'
import { droppingOf, PORTAL_PORT } from './dropping.ts'
import type { Dropping } from './dropping.ts'
import type { Fault } from './fault.ts'
import { layTable, liftTable } from './laying.ts'
import type { Namespace } from './namespace.ts'
import { assignAddresses } from './provider.ts'
import { mustRun } from './run.ts'
import { saturate } from './saturating.ts'
import { startServer } from './servers.ts'
import { INTERNET, PROVIDER_DEVICES, ROUTER } from './topology.ts'
import type { LabLine } from './topology.ts'
import { repeat } from './turns.ts'
import { customerSideCommands6, leaseCommands } from './wiring.ts'
import { ipBatch, shapeLine } from './world.ts'

/** What the lab lends. */
export interface Ground {
  host(name: string): Namespace
  /** Different each time. */
  nextNumber(): number
  unplug(line: LabLine): Promise<void>
  replug(line: LabLine): Promise<void>
  hasDevice(line: LabLine): boolean
  /** @param addedMs to the line's own */
  delay(line: LabLine, addedMs: number): Promise<void>
}

/** A fault that goes on. */
export interface Played {
  /** Lets go of what is not on the hosts, before `undo` and when the lab goes. */
  stop?(): void
  /** Puts all back. */
  undo(): Promise<unknown>
  /** Once more: the device of the line was made anew. */
  again?(): Promise<unknown>
}

const { customer, uplink } = PROVIDER_DEVICES

/** @throws {CannotPlay} */
export async function play(ground: Ground, line: LabLine, fault: Fault): Promise<Played> {
  switch (fault.kind) {
    case 'carrier':
      return cut(ground, line)
    case 'device-removed':
      await ground.unplug(line)
      return { undo: () => ground.replug(line) }
    case 'gateway-gone':
    case 'internet-gone':
    case 'one-way':
    case 'loss':
    case 'dns-dead':
    case 'target-dead':
    case 'icmp-dropped':
      return drop(ground, droppingOf(fault, line))
    case 'portal': {
      const server = await startServer(ground.host(line.host), 'portal', line.gateway, PORTAL_PORT)
      const dropped = await drop(ground, droppingOf(fault, line))
      return { ...dropped, stop: () => server.close() }
    }
    case 'flapping':
      return flap(ground, line, fault)
    case 'gateway-mac':
      return changeMacAddress(ground.host(line.host), fault.everyMs)
    case 'address-change':
      return changeAddress(ground, line)
    case 'delay':
      await ground.delay(line, fault.ms)
      return { undo: () => ground.delay(line, 0) }
    case 'saturation':
      return fillQueue(ground, line, fault)
    default:
      return unreachable(fault)
  }
}

async function cut(ground: Ground, line: LabLine): Promise<Played> {
  const set = (...commands: readonly string[]): Promise<void> => ipBatch(ground.host(line.host), commands)
  const setDown = `link set ${customer} down`
  await set(setDown)
  return {
    // A device that is missing comes back up by itself.
    undo: async () =>
      ground.hasDevice(line) && set(`link set ${customer} up`, ...customerSideCommands6(line)),
    again: () => set(setDown),
  }
}

async function drop(ground: Ground, droppings: readonly Dropping[]): Promise<Played> {
  const table = `fault_${ground.nextNumber()}`
  const byHost = [...Map.groupBy(droppings, ({ host }) => host)]
  const onEachHost = (work: typeof layTable): Promise<unknown> =>
    Promise.all(byHost.map(([host, parts]) => work(ground.host(host), table, parts)))
  await onEachHost(layTable)
  return { undo: () => onEachHost(liftTable), again: () => onEachHost(layTable) }
}

async function flap(
  ground: Ground,
  line: LabLine,
  { deadMs, aliveMs, ...inFamily }: Extract<Fault, { kind: 'flapping' }>,
): Promise<Played> {
  const die = (): Promise<Played> => drop(ground, droppingOf({ ...inFamily, kind: 'internet-gone' }, line))
  let dead: Played | undefined = await die()
  const turns = repeat(async (wait) => {
    await wait(deadMs)
    await dead?.undo()
    dead = undefined
    await wait(aliveMs)
    dead = await die()
  })
  return { stop: () => turns.stop(), undo: () => turns.over.then(() => dead?.undo()) }
}

async function fillQueue(
  ground: Ground,
  line: LabLine,
  { queueMs, way = 'up' }: Extract<Fault, { kind: 'saturation' }>,
): Promise<Played> {
  const provider = { host: ground.host(line.host), device: uplink, address: line.uplink.provider }
  const { internet: address, internetDevice: device } = line.uplink
  const internet = { host: ground.host(INTERNET), device, address }
  const [from, to] = way === 'up' ? [provider, internet] : [internet, provider]
  const ownBitsPerSecond = way === 'up' ? line.upBitsPerSecond : line.downBitsPerSecond
  const queue = await saturate({
    from: from.host,
    device: from.device,
    fromAddress: from.address,
    to: to.host,
    toAddress: to.address,
    bitsPerSecond: Math.min(BOTTLENECK_BITS_PER_SECOND, ownBitsPerSecond ?? Infinity),
    queueMs,
  })
  return {
    stop: () => queue.stop(),
    async undo() {
      await queue.dissolve()
      if (way === 'up') await shapeLine(line, provider.host)
    },
  }
}

/** Slow, so that a queue of seconds is little work. */
const BOTTLENECK_BITS_PER_SECOND = 4e6

async function changeMacAddress(provider: Namespace, everyMs: number): Promise<Played> {
  const own = await macAddressOf(provider)
  const set = (address: string): Promise<void> =>
    ipBatch(provider, [`link set ${customer} address ${address}`]).catch(() => {}) // unplugged just now
  await set(OTHER_MAC_ADDRESS)
  const turns = repeat(async (wait) => {
    for (const address of [own, OTHER_MAC_ADDRESS]) {
      await wait(everyMs)
      await set(address)
    }
  })
  return { stop: () => turns.stop(), undo: () => turns.over.then(() => set(own)) }
}

/** Locally administered, as such addresses are. */
const OTHER_MAC_ADDRESS = '02:00:5e:00:00:01'

async function macAddressOf(provider: Namespace): Promise<string> {
  const shown = await mustRun(provider, ['ip', '-o', 'link', 'show', customer])
  const address = /link\/ether ([\da-f:]{17})/.exec(shown)?.[1]
  if (address === undefined) throw new Error(`no MAC address in what ip printed: ${shown}`)
  return address
}

async function changeAddress(ground: Ground, line: LabLine): Promise<Played> {
  if (line.addressing !== 'by-provider') throw new CannotPlay(`${line.name} has a fixed address`)
  if (line.routed !== line.network)
    throw new CannotPlay(`the provider of ${line.name} shares its network with another`)
  const other = line.address.replace(/\d+$/, (last) => String(Number(last) + OTHER_ADDRESS))
  const lease = async (from: string, to: string): Promise<void> => {
    await assignAddresses(ground.host(line.host), [to])
    if (ground.hasDevice(line)) await ipBatch(ground.host(ROUTER), renewCommands(line, from, to))
  }
  await lease(line.address, other)
  return { undo: () => lease(other, line.address), again: () => lease(line.address, other) }
}

/** The new address comes so many after the old one: within the /28, and nobody else's. */
const OTHER_ADDRESS = 5

/** As a DHCP client does that was refused its lease and got another. */
const renewCommands = (line: LabLine, from: string, to: string): string[] => [
  `address delete ${from}/28 dev ${line.device}`,
  ...leaseCommands({ ...line, addressWithLength: `${to}/28` }),
]
