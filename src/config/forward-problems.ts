import { containsAddress, formatPorts } from '../model/index.ts'
import type { Draft } from './draft.ts'
import { MOST_SHIFTED_PORTS } from './forward-keys.ts'
import { OPEN_INSTEAD } from './forwards.ts'
import type { DraftForward } from './forwards.ts'
import { nearest } from './nearest.ts'
import type { Written } from './node-reader.ts'
import { problem } from './problem.ts'
import type { Problem, Span } from './problem.ts'
import { quote } from './quote.ts'
import { ADDRESS_OR_NETWORK } from './sources.ts'

/** What each key of a forward allows, but not beside the others, the lines or the LAN. */
export const findForwardProblems = (draft: Draft): readonly Problem[] => [
  ...draft.forwards.flatMap((forward) => [
    ...findUnknownLines(forward, draft),
    ...findNobodysAddress(forward, draft),
    ...findMixedFamilies(forward),
    ...findUnevenRanges(forward),
    ...findLeadsToBox(forward, draft),
  ]),
  ...findPortsForwardedTwice(draft),
  ...warnOfPortsThatAreOpenToo(draft),
]

function findUnknownLines({ lines }: DraftForward, draft: Draft): readonly Problem[] {
  const known = draft.lines.map(({ name }) => name.value)
  return (lines ?? []).flatMap(({ value, place }) => {
    if (known.includes(value)) return []
    const meant = nearest(value, known)
    return [
      problem('MH306', place, `there is no line ${quote(value)}`, {
        label:
          meant === undefined
            ? `expected one of ${known.map(quote).join(', ')}`
            : `did you mean ${quote(meant)}?`,
        help: 'for every line, leave "line" out',
      }),
    ]
  })
}

/** Lines whose addresses come from outside may yet have it: what they hold is looked at on the box. */
function findNobodysAddress(
  { lines: names, address: asked }: DraftForward,
  draft: Draft,
): readonly Problem[] {
  if (asked === undefined) return []
  const { address, family } = asked.value
  const of = names?.map(({ value }) => value)
  const lines = draft.lines.filter(({ name }) => of?.includes(name.value) ?? true)
  const fixed = lines.map((line) => line.addresses.filter(({ value }) => value.family === family))
  const own = fixed.flat().map(({ value }) => value.address)
  const isRouted = lines.some(({ networks }) => networks.some(({ value }) => value.family === family && containsAddress(value, address))) // prettier-ignore
  if (lines.length === 0 || own.includes(address) || isRouted || fixed.some(({ length }) => length === 0))
    return []
  const meant = nearest(address, own)
  return [
    problem('MH309', asked.place, `${address} is no address of ${whose(lines)}`, {
      label: meant === undefined ? `expected one of ${own.join(', ')}` : `did you mean ${quote(meant)}?`,
      help: ADDRESS_OR_NETWORK,
    }),
  ]
}

const whose = (lines: Draft['lines']): string =>
  lines.length === 1 ? lines.map(({ name }) => quote(name.value)).join('') : 'any of its lines'

function findMixedFamilies({ address, to }: DraftForward): readonly Problem[] {
  if (address === undefined || to === undefined || address.value.family === to.value.family) return []
  const message = `a forward from ${address.value.address} cannot lead to ${to.value.address}`
  return [
    problem('MH219', to.place, message, {
      label: `expected an ${NAMES[address.value.family]} address`,
      related: { place: address.place, label: `here it is ${NAMES[address.value.family]}` },
    }),
  ]
}

const NAMES = { ipv4: 'IPv4', ipv6: 'IPv6' } as const

function findUnevenRanges({ ports, to }: DraftForward): readonly Problem[] {
  const at = to?.value.ports
  if (to === undefined || at === undefined) return []
  const room = at.lastPort - at.firstPort + 1
  return ports.flatMap(({ value, place }) => {
    const asked = value.lastPort - value.firstPort + 1
    const related = { place, label: `${asked === 1 ? 'one port' : `${asked} ports`} here` }
    if (room !== 1 && room !== asked)
      return [
        problem('MH219', to.place, `${formatPorts(value)} does not fit into ${room} ports`, {
          label: `expected one port, or as many as are asked for`,
          related,
        }),
      ]
    if (room === 1 || at.firstPort === value.firstPort || room <= MOST_SHIFTED_PORTS) return []
    return [
      problem('MH219', to.place, `${room} ports cannot be given other numbers`, {
        label: `expected ${MOST_SHIFTED_PORTS} at most, or the same numbers`,
        related,
      }),
    ]
  })
}

function findLeadsToBox({ to }: DraftForward, { lan, lines }: Draft): readonly Problem[] {
  const all = [...lan.interfaces, ...lines].flatMap(({ name, addresses }) =>
    addresses.map((address) => ({ name, address })),
  )
  const own = all.find(({ address }) => address.value.address === to?.value.address)
  if (to === undefined || own === undefined) return []
  return [
    problem('MH308', to.place, `${to.value.address} is this box itself`, {
      label: 'expected a server behind it',
      related: { place: own.address.place, label: `its address on ${quote(own.name.value)}` },
      help: OPEN_INSTEAD,
    }),
  ]
}

/** Every forward that claims a port which another has, by the same line and of the same address. */
function findPortsForwardedTwice({ forwards, lines }: Draft): readonly Problem[] {
  const claims = forwards.flatMap((forward, nth) => {
    const names = forward.lines?.map(({ value }) => value) ?? lines.map(({ name }) => name.value)
    const of = forward.address?.value.address ?? forward.to?.value.family
    return [...new Set(names)].flatMap((line) =>
      forward.ports.map((ports): Claim => ({
        nth,
        line,
        what: `${line} ${of} ${ports.value.protocol}`,
        ports,
      })),
    )
  })
  const widest = new Map<string, Claim>()
  const told = new Set<unknown>()
  return claims
    .toSorted((a, b) => a.ports.value.firstPort - b.ports.value.firstPort)
    .flatMap((next) => {
      const before = widest.get(next.what)
      if (before === undefined || next.ports.value.lastPort > before.ports.value.lastPort)
        widest.set(next.what, next)
      if (before === undefined || !overlaps(before.ports.value, next.ports.value)) return []
      const [first, second] = before.nth <= next.nth ? [before, next] : [next, before]
      if (told.has(second.ports)) return []
      told.add(second.ports)
      return [clash(first, second)]
    })
}

/** Some ports of one line. */
interface Claim {
  /** Of the forwards in the file. */
  readonly nth: number
  readonly line: string
  /** Two that are alike may not overlap. */
  readonly what: string
  readonly ports: DraftForward['ports'][number]
}

function clash({ line, ports: first }: Claim, { ports: second }: Claim): Problem {
  const [one, other] = [formatPorts(first.value), formatPorts(second.value)]
  const message =
    one === other
      ? `${other} of ${quote(line)} is forwarded twice`
      : `${one} and ${other} of ${quote(line)} overlap`
  return problem('MH307', second.place, message, {
    label: 'who asks can be led to one server only',
    related: { place: first.place, label: 'the other forward' },
  })
}

interface Range {
  readonly firstPort: number
  readonly lastPort: number
}

const overlaps = (a: Range, b: Range): boolean => a.firstPort <= b.lastPort && b.firstPort <= a.lastPort

function warnOfPortsThatAreOpenToo({ forwards, firewall }: Draft): readonly Problem[] {
  return (firewall?.open ?? []).flatMap(({ value, place }) => {
    const taken = forwards
      .filter(({ address }) => address === undefined)
      .flatMap(({ ports }) => ports)
      .find((ports) => ports.value.protocol === value.protocol && overlaps(ports.value, value))
    return taken === undefined ? [] : [openAndForwarded(place, formatPorts(value), taken)]
  })
}

const openAndForwarded = (place: Span, open: string, taken: Written<unknown>): Problem =>
  problem('MH354', place, `${open} is open for this box, and forwarded to a server`, {
    label: 'the forward goes first',
    related: { place: taken.place, label: 'forwarded here' },
    why: 'whoever asks for it by that line never reaches this box',
  })
