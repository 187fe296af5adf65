import {
  FAMILIES,
  containsAddress,
  formatPrefix,
  hostPrefix,
  isLinkLocal,
  networkOf,
  type Family,
  type HostAddress,
  type Neighbour,
  type Observed,
  type Prefix,
} from '../model/index.ts'
import { legsIn, routedTo, type LineFacts } from './lines.ts'

/**
 * By what a line is known. Mostly its interface and its address say it. Where lines share a card or an address less
 * does, and sometimes nothing but its gateway's hardware address and the mark on its connections.
 */
export interface Signs {
  /** The box's addresses that are this line's: on a card of its own all that are there, on a shared one its part. */
  readonly own: readonly string[]
  /** From where the box speaks over no other line: those of them, or in IPv6 their networks, since addresses change daily there. */
  readonly telling: readonly Prefix[]
  /** On a shared card: those of them that no other line of the card has, so that who asks there asks this line. */
  readonly asked: readonly string[]
  /** On a shared card: the gateway's hardware address, where it is known and no other gateway's. */
  readonly gatewayMac?: string
  /** From its address alone a packet of the box would not find back to this line. */
  readonly keptByMark: boolean
}

/** By leg. */
export type SignsByLine = ReadonlyMap<string, Signs>

/** The map that holds the hardware addresses; what the kernel has forgotten meanwhile is known from there. */
export const BY_GATEWAY = 'by_gateway'

export function signsOf(lines: readonly LineFacts[], observed: Observed): SignsByLine {
  return new Map(FAMILIES.flatMap((family) => [...signsIn(family, lines, observed)]))
}

function signsIn(family: Family, all: readonly LineFacts[], observed: Observed): SignsByLine {
  const lines = legsIn(family, all)
  const held = heldAddresses(family, lines, observed)
  const macs = gatewayMacs(lines, observed)
  const known = lines.map((line) => {
    const own = ownAddresses(line, lines, held)
    // In IPv6 the line is chosen before the source, and its mark keeps to it.
    const unbound = family === 'ipv6' ? undefined : unboundSource(line, held)
    return { line, own, sources: new Set(unbound === undefined ? own : [...own, unbound]) }
  })
  return new Map(
    known.map(({ line, own, sources }) => {
      const others = known.filter((other) => other.line !== line)
      const isSourceOfOthers = (address: string): boolean => others.some((other) => other.sources.has(address)) // prettier-ignore
      const isAtItsCard = (address: string): boolean =>
        others.some((other) => areOnOneCard(other.line, line) && other.own.includes(address))
      const mac = macs.get(line.leg)
      const signs: Signs = {
        own,
        telling: tellingOf(
          line,
          own.filter((address) => !isSourceOfOthers(address)),
          held,
        ),
        asked: line.sharesDevice ? own.filter((address) => !isAtItsCard(address)) : [],
        // In IPv6 the kernel chooses the source before it has chosen the line.
        keptByMark: family === 'ipv6' ? lines.length > 1 : [...sources].some(isSourceOfOthers),
        ...(mac === undefined ? {} : { gatewayMac: mac }),
      }
      return [line.leg, signs]
    }),
  )
}

const areOnOneCard = (a: LineFacts, b: LineFacts): boolean => a.config.interface === b.config.interface

type HeldAddresses = ReadonlyMap<string, readonly HostAddress[]>

/** By interface, in the kernel's order, and behind them those of the file that are still to be put there. */
function heldAddresses(family: Family, lines: readonly LineFacts[], observed: Observed): HeldAddresses {
  const wanted = lines.flatMap(({ config: { interface: dev, addresses } }) =>
    addresses.map((address) => ({ ...address, dev })),
  )
  const held = new Map<string, HostAddress[]>()
  for (const address of [...observed.addresses, ...wanted]) {
    const there = held.get(address.dev) ?? []
    const isGood = address.family === family && (family === 'ipv4' || !isLinkLocal(address.address))
    if (isGood && !there.some((one) => one.address === address.address))
      held.set(address.dev, [...there, address])
  }
  return held
}

/** The line's address first. Of further ones on a shared card it has those that are in a network with its gateway alone. */
function ownAddresses(line: LineFacts, lines: readonly LineFacts[], held: HeldAddresses): string[] {
  const first = line.address === undefined ? [] : [line.address.address]
  const there = held.get(line.config.interface) ?? []
  const others = lines.filter((other) => other !== line && areOnOneCard(other, line))
  const isItsAlone = (address: HostAddress): boolean =>
    isNear(address, line) &&
    !others.some((other) => other.address?.address === address.address || isNear(address, other))
  const further = there.filter((address) => !line.sharesDevice || isItsAlone(address))
  return [...new Set([...first, ...further.map(({ address }) => address)])]
}

function tellingOf(line: LineFacts, own: readonly string[], held: HeldAddresses): Prefix[] {
  const ofOneHost = own.map((address) => hostPrefix(line.family, address))
  if (line.family === 'ipv4' || line.sharesDevice) return [...ofOneHost, ...routedTo(line)]
  const networks = (held.get(line.config.interface) ?? [])
    .filter(({ address }) => own.includes(address))
    .map(networkOf)
  return [...networks, ...routedTo(line)].filter(isFirst)
}

const isNear = (address: HostAddress, { gateway }: LineFacts): boolean =>
  gateway !== undefined && containsAddress(address, gateway)

/**
 * From where the kernel speaks to the gateway when the socket asked for no address: the first on the interface that is
 * in one network with it, else the first (Linux, net/ipv4/devinet.c, inet_select_addr).
 */
function unboundSource(line: LineFacts, held: HeldAddresses): string | undefined {
  const there = held.get(line.config.interface) ?? []
  return (there.find((address) => isNear(address, line)) ?? there[0])?.address
}

const isFirst = (prefix: Prefix, index: number, all: readonly Prefix[]): boolean =>
  all.findIndex((other) => formatPrefix(other) === formatPrefix(prefix)) === index

/** By leg. */
function gatewayMacs(lines: readonly LineFacts[], observed: Observed): ReadonlyMap<string, string> {
  const known = lines
    .filter((line) => line.sharesDevice)
    .flatMap((line) => {
      const told = gatewayNeighbour(line, observed)?.mac
      const mac = told ?? rememberedMac(line, observed)
      return mac === undefined ? [] : [{ line, mac, isTold: told !== undefined }]
    })
  const isUnique = (one: (typeof known)[number]): boolean =>
    !known.some(
      (other) =>
        other !== one &&
        areOnOneCard(other.line, one.line) &&
        other.mac === one.mac &&
        (other.isTold || !one.isTold),
    )
  return new Map(known.filter(isUnique).map(({ line, mac }) => [line.leg, mac]))
}

/** @returns `undefined` where the kernel was never asked for it */
export const gatewayNeighbour = (
  { gateway, config }: LineFacts,
  { neighbours }: Observed,
): Neighbour | undefined =>
  neighbours.find(({ dev, address }) => dev === config.interface && address === gateway)

function rememberedMac({ id, config }: LineFacts, { ruleset }: Observed): string | undefined {
  const known = [...(ruleset?.maps.find(({ name }) => name === BY_GATEWAY)?.elements ?? [])]
  const [key] = known.find(([, verdict]) => verdict === `goto in_${id}`) ?? []
  const [device, mac] = key?.split(' . ') ?? []
  return device === `"${config.interface}"` ? mac : undefined
}
