import {
  FAMILIES,
  SLOTS,
  containsAddress,
  familyOf,
  formatPrefix,
  isLinkLocal,
  lineLimit,
  networkOf,
} from '../model/index.ts'
import type { HostAddress, Mark } from '../model/index.ts'
import { warnOfOpenApi } from './api.ts'
import type { Draft } from './draft.ts'
import type { DraftLine } from './line.ts'
import {
  findLanOverLine,
  findNetworksOutsideOfLan,
  findOverlappingLanNetworks,
  findOverlappingLines,
} from './network-overlaps.ts'
import type { Written } from './node-reader.ts'
import { findPolicyProblems } from './policy-warnings.ts'
import { problem } from './problem.ts'
import type { Problem } from './problem.ts'
import { quote } from './quote.ts'
import { findForwardProblems } from './forward-problems.ts'
import { findDhcpProblems } from './dhcp.ts'
import { findOverlappingPorts, warnOfOpenWithoutDrop } from './firewall.ts'
import {
  findAddressesOfTwoLengths,
  findLimitsOfSharedInterfaces,
  findLinesThatCannotBeToldApart,
} from './shared-interfaces.ts'
import { findSourceProblems } from './sources.ts'
import { findTunnelProblems } from './tunnels.ts'
import { notAHost } from './addresses.ts'

/** What each value allows but all together do not. */
export function findContradictions(draft: Draft, mask: Mark): readonly Problem[] {
  const tooMany = findTooManyLines(draft, mask)
  return [
    ...tooMany,
    ...findLinesWithOneName(draft.lines),
    ...findSharedInterfaces(draft),
    ...draft.lines.flatMap(findGatewayProblems),
    ...draft.lines.flatMap(findSourceProblems),
    ...findDhcpProblems(draft.lines),
    ...findOverlappingLanNetworks(draft),
    // The comparison of every line with every other is for files that a person wrote.
    ...(tooMany.length > 0
      ? []
      : [
          ...findLinesThatCannotBeToldApart(draft.lines),
          ...findAddressesOfTwoLengths(draft.lines),
          ...findLimitsOfSharedInterfaces(draft.lines),
          ...findLanOverLine(draft),
          ...findOverlappingLines(draft.lines),
          ...findForwardProblems(draft),
        ]),
    ...findNetworksOutsideOfLan(draft),
    ...findTunnelProblems(draft.lines),
    ...findLonelyLine(draft.lines),
    ...findPolicyProblems(draft),
    ...(draft.api === undefined ? [] : warnOfOpenApi(draft.api)),
    ...(draft.firewall === undefined
      ? []
      : [...findOverlappingPorts(draft.firewall), ...warnOfOpenWithoutDrop(draft.firewall)]),
  ]
}

function findTooManyLines({ lines }: Draft, mask: Mark): readonly Problem[] {
  const room = Math.min(lineLimit(mask), SLOTS)
  const surplus = lines[room]
  if (surplus === undefined) return []
  const why =
    room === SLOTS
      ? `new connections are dealt to ${SLOTS} slots, and every line needs one`
      : `the mask 0x${mask.toString(16)} has numbers for ${room} lines`
  return [
    problem(
      'MH301',
      surplus.name.place,
      `${lines.length} lines are more than the ${room} there is room for`,
      {
        label: `line ${room + 1}`,
        why,
        ...(room === SLOTS ? {} : { help: 'give marks.mask more bits, or leave it out for 62 lines' }),
      },
    ),
  ]
}

function findLinesWithOneName(lines: readonly DraftLine[]): readonly Problem[] {
  return repeated(
    lines.map((line) => line.name),
    (name) => name.toLowerCase(),
  ).map(([name, first]) => {
    const same = name.value === first.value
    const message = same
      ? `two lines are called ${quote(name.value)}`
      : `the names ${quote(first.value)} and ${quote(name.value)} differ only in case`
    const related = { place: first.place, label: 'the first one' }
    return problem('MH404', name.place, message, { label: 'expected another name', related })
  })
}

function findSharedInterfaces({ lan, lines }: Draft): readonly Problem[] {
  const ofLan = new Map(lan.interfaces.toReversed().map(({ name }) => [name.value, name]))
  const ofLines = lines.flatMap((line) => line.interface ?? [])
  return [
    ...repeated(lan.interfaces.map(({ name }) => name)).map(([name, first]) =>
      problem('MH303', name.place, `${quote(name.value)} is listed twice in the LAN`, {
        label: 'keep one of the two',
        related: { place: first.place, label: 'first listed here' },
      }),
    ),
    ...ofLines.flatMap((name) => {
      const inLan = ofLan.get(name.value)
      if (inLan === undefined) return []
      const related = { place: inLan.place, label: 'here it is LAN' }
      const details = { label: 'expected an interface that is not LAN', related }
      return [problem('MH402', name.place, `${quote(name.value)} is both LAN and line`, details)]
    }),
  ]
}

function findGatewayProblems(line: DraftLine): readonly Problem[] {
  return FAMILIES.flatMap((family) => {
    const [gateway, second] = line.gateways.filter(({ value }) => familyOf(value) === family)
    const addresses = line.addresses.filter(({ value }) => value.family === family)
    if (second !== undefined && gateway !== undefined) return [secondGateway(line, gateway, second)]
    return gateway === undefined ? [] : findGatewayProblem(line, gateway, addresses)
  })
}

/** What leaves by another router is another line. */
function secondGateway({ name }: DraftLine, first: Written<string>, second: Written<string>): Problem {
  const message = `${quote(name.value)} has two gateways of one family, ${first.value} and ${second.value}`
  return problem('MH413', second.place, message, {
    label: 'expected one of each family at most',
    related: { place: first.place, label: 'the other' },
    help: 'two routers behind one interface are two lines with that interface',
  })
}

function findGatewayProblem(
  { name }: DraftLine,
  gateway: Written<string>,
  addresses: readonly Written<HostAddress>[],
): readonly Problem[] {
  const itself = addresses.find(({ value }) => value.address === gateway.value)
  const [first] = addresses
  const near = addresses.find(({ value }) => containsAddress(value, gateway.value))
  const address = itself ?? near ?? first
  if (address === undefined || (familyOf(gateway.value) === 'ipv6' && isLinkLocal(gateway.value))) return []
  const related = { place: address.place, label: `the network is ${formatPrefix(networkOf(address.value))}` }
  if (near === undefined) {
    const label = 'expected an address of that network'
    const message = `the gateway ${gateway.value} of ${quote(name.value)} is outside of its network`
    return [problem('MH405', gateway.place, message, { label, related })]
  }
  if (itself !== undefined) {
    const message = `the gateway ${gateway.value} of ${quote(name.value)} is the line's own address`
    const label = "expected the address of the provider's router"
    return [
      problem('MH406', gateway.place, message, { label, related: { ...related, label: 'the same address' } }),
    ]
  }
  const special = notAHost(address.value, gateway.value)
  if (special === undefined) return []
  const message = `the gateway ${gateway.value} of ${quote(name.value)} is ${special}`
  return [
    problem('MH405', gateway.place, message, {
      label: "expected the address of the provider's router",
      related,
    }),
  ]
}

function findLonelyLine(lines: readonly DraftLine[]): readonly Problem[] {
  const [only, second] = lines
  if (only === undefined || second !== undefined) return []
  const message = `${quote(only.name.value)} is the only line, so there is nothing to balance`
  return [problem('MH451', only.name.place, message, { help: 'add the other line when it is there' })]
}

/** Every value that was there before, with the first of its kind. */
function repeated<T>(
  values: readonly Written<T>[],
  keyOf: (value: T) => string = String,
): readonly (readonly [Written<T>, Written<T>])[] {
  const first = new Map<string, Written<T>>()
  return values.flatMap((written) => {
    const key = keyOf(written.value)
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, written)
    return earlier === undefined ? [] : [[written, earlier] as const]
  })
}
